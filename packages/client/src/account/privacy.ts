/** Who may see and do what (https://core.telegram.org/api/privacy). */

import { PeerError } from '../errors.ts'
import type { tl } from '../layer.ts'
import type { PeerLike } from '../peers/directory.ts'
import { toMarkedId } from '../peers/marked-id.ts'
import { keyOfInputPeer } from '../peers/peer-key.ts'
import type { SessionContext } from '../session/context.ts'

/** What a rule is about. */
export type PrivacyTopic = (typeof privacyTopics)[number]

export const privacyTopics = [
  'lastSeen',
  'groupInvites',
  'calls',
  'callsPeerToPeer',
  'forwards',
  'profilePhoto',
  'phoneNumber',
  'foundByPhone',
  'voiceMessages',
  'about',
  'birthday',
  'gifts',
  'paidMessages',
  'music',
] as const

/** Who may: everybody, contacts or nobody, and those for whom it is otherwise. Chats stand for their members. */
export interface PrivacySetting {
  who: 'everybody' | 'contacts' | 'closeFriends' | 'nobody'
  /** Marked ids. */
  always: number[]
  never: number[]
  /** Also premium accounts. */
  premium: boolean
  rules: tl.PrivacyRule[]
}

/** Who may see or do something, and the exceptions. */
export interface NewPrivacySetting {
  who: 'everybody' | 'contacts' | 'closeFriends' | 'nobody'
  always?: readonly PeerLike[] | undefined
  never?: readonly PeerLike[] | undefined
  premium?: boolean | undefined
}

/** How a setting stands. */
export async function getPrivacy(session: SessionContext, topic: PrivacyTopic): Promise<PrivacySetting> {
  return readRules(await session.invoke({ _: 'account.getPrivacy', key: toKey(topic) }))
}

/**
 * Changes a setting.
 *
 * ```ts
 * await session.account.setPrivacy('lastSeen', { who: 'contacts', never: ['@boss'] })
 * ```
 */
export async function setPrivacy(
  session: SessionContext,
  topic: PrivacyTopic,
  setting: NewPrivacySetting,
): Promise<PrivacySetting> {
  const always = await sorted(session, setting.always ?? [])
  const never = await sorted(session, setting.never ?? [])
  // "rules are applied from the first to the last": exceptions come before the rule for all.
  const rules: tl.InputPrivacyRule[] = []
  if (always.users.length > 0) rules.push({ _: 'inputPrivacyValueAllowUsers', users: always.users })
  if (always.chats.length > 0)
    rules.push({ _: 'inputPrivacyValueAllowChatParticipants', chats: always.chats })
  if (never.users.length > 0) rules.push({ _: 'inputPrivacyValueDisallowUsers', users: never.users })
  if (never.chats.length > 0)
    rules.push({ _: 'inputPrivacyValueDisallowChatParticipants', chats: never.chats })
  if (setting.premium === true) rules.push({ _: 'inputPrivacyValueAllowPremium' })
  rules.push(...forAll(setting.who))
  return readRules(await session.invoke({ _: 'account.setPrivacy', key: toKey(topic), rules }))
}

function forAll(who: PrivacySetting['who']): tl.InputPrivacyRule[] {
  switch (who) {
    case 'everybody':
      return [{ _: 'inputPrivacyValueAllowAll' }]
    case 'contacts':
      return [{ _: 'inputPrivacyValueAllowContacts' }, { _: 'inputPrivacyValueDisallowAll' }]
    case 'closeFriends':
      return [{ _: 'inputPrivacyValueAllowCloseFriends' }, { _: 'inputPrivacyValueDisallowAll' }]
    case 'nobody':
      return [{ _: 'inputPrivacyValueDisallowAll' }]
  }
}

function readRules({ rules, chats }: tl.account.privacyRules): PrivacySetting {
  const setting: PrivacySetting = { who: 'nobody', always: [], never: [], premium: false, rules }
  const users = (ids: readonly number[]) => ids.map((id) => toMarkedId({ kind: 'user', id }))
  // Basic groups and supergroups by bare id: which of them, the chats that came along say.
  const places = (ids: readonly number[]) =>
    ids.map((id) => {
      const kind = chats.find((chat) => chat.id === id)?._.startsWith('channel') ? 'channel' : 'chat'
      return toMarkedId({ kind, id })
    })
  for (const rule of rules) {
    switch (rule._) {
      case 'privacyValueAllowAll':
        setting.who = 'everybody'
        break
      case 'privacyValueAllowContacts':
        setting.who = 'contacts'
        break
      case 'privacyValueAllowCloseFriends':
        setting.who = 'closeFriends'
        break
      case 'privacyValueAllowPremium':
        setting.premium = true
        break
      case 'privacyValueAllowUsers':
        setting.always.push(...users(rule.users))
        break
      case 'privacyValueDisallowUsers':
        setting.never.push(...users(rule.users))
        break
      case 'privacyValueAllowChatParticipants':
        setting.always.push(...places(rule.chats))
        break
      case 'privacyValueDisallowChatParticipants':
        setting.never.push(...places(rule.chats))
        break
      default:
    }
  }
  return setting
}

async function sorted(
  session: SessionContext,
  peers: readonly PeerLike[],
): Promise<{ users: tl.InputUser[]; chats: number[] }> {
  const users: tl.InputUser[] = []
  const chats: number[] = []
  for (const one of peers) {
    const peer = await session.peers.resolve(one)
    const key = keyOfInputPeer(peer, session.stored.userId)
    if (key.kind !== 'user') chats.push(key.id)
    else if (peer._ === 'inputPeerSelf') {
      throw new PeerError('PEER_INVALID', 'a privacy setting cannot name the account itself')
    } else users.push(await session.peers.resolveUser(peer))
  }
  return { users, chats }
}

function toKey(topic: PrivacyTopic): tl.InputPrivacyKey {
  switch (topic) {
    case 'lastSeen':
      return { _: 'inputPrivacyKeyStatusTimestamp' }
    case 'groupInvites':
      return { _: 'inputPrivacyKeyChatInvite' }
    case 'calls':
      return { _: 'inputPrivacyKeyPhoneCall' }
    case 'callsPeerToPeer':
      return { _: 'inputPrivacyKeyPhoneP2P' }
    case 'forwards':
      return { _: 'inputPrivacyKeyForwards' }
    case 'profilePhoto':
      return { _: 'inputPrivacyKeyProfilePhoto' }
    case 'phoneNumber':
      return { _: 'inputPrivacyKeyPhoneNumber' }
    case 'foundByPhone':
      return { _: 'inputPrivacyKeyAddedByPhone' }
    case 'voiceMessages':
      return { _: 'inputPrivacyKeyVoiceMessages' }
    case 'about':
      return { _: 'inputPrivacyKeyAbout' }
    case 'birthday':
      return { _: 'inputPrivacyKeyBirthday' }
    case 'gifts':
      return { _: 'inputPrivacyKeyStarGiftsAutoSave' }
    case 'paidMessages':
      return { _: 'inputPrivacyKeyNoPaidMessages' }
    case 'music':
      return { _: 'inputPrivacyKeySavedMusic' }
  }
}
