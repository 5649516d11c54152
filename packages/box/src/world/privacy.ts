/** Who may see or do what with an account (core.telegram.org/api/privacy). */
import type { tl } from '../generated/types.ts'
import type { Account } from './state-account.ts'
import type { World } from './world.ts'

/** Keys without their prefix: `PhoneNumber` of `privacyKeyPhoneNumber`. */
export type PrivacyKey =
  | 'PhoneNumber'
  | 'StatusTimestamp'
  | 'ChatInvite'
  | 'ProfilePhoto'
  | 'Forwards'
  | 'About'

const contactsOnly: tl.PrivacyRule[] = [{ _: 'privacyValueAllowContacts' }, { _: 'privacyValueDisallowAll' }]
const everyone: tl.PrivacyRule[] = [{ _: 'privacyValueAllowAll' }]

/** What holds for an account that has set nothing: the phone number is for contacts, all else for everyone. */
export function rulesOf(owner: Account, key: string): tl.PrivacyRule[] {
  return owner.privacy.get(key) ?? (key === 'PhoneNumber' ? contactsOnly : everyone)
}

/** The first rule that speaks of the viewer decides; exceptions stand before the rule for all. */
export function allows(world: World, owner: Account, key: PrivacyKey, viewer: Account): boolean {
  if (owner === viewer) return true
  if (!owner.privacy.has(key)) return key !== 'PhoneNumber' || owner.contacts.has(viewer.id)
  const rules = rulesOf(owner, key)
  const exceptions = rules.filter((rule) => 'users' in rule || 'chats' in rule)
  const general = rules.filter((rule) => !('users' in rule || 'chats' in rule))
  for (const rule of [...exceptions, ...general]) {
    const verdict = verdictOf(world, rule, owner, viewer)
    if (verdict !== undefined) return verdict
  }
  return false
}

function verdictOf(world: World, rule: tl.PrivacyRule, owner: Account, viewer: Account): boolean | undefined {
  switch (rule._) {
    case 'privacyValueAllowAll':
      return true
    case 'privacyValueDisallowAll':
      return false
    case 'privacyValueAllowContacts':
      return owner.contacts.has(viewer.id) ? true : undefined
    case 'privacyValueDisallowContacts':
      return owner.contacts.has(viewer.id) ? false : undefined
    case 'privacyValueAllowUsers':
      return rule.users.includes(viewer.id) ? true : undefined
    case 'privacyValueDisallowUsers':
      return rule.users.includes(viewer.id) ? false : undefined
    case 'privacyValueAllowChatParticipants':
      return inAny(world, rule.chats, viewer) ? true : undefined
    case 'privacyValueDisallowChatParticipants':
      return inAny(world, rule.chats, viewer) ? false : undefined
    case 'privacyValueAllowBots':
      return viewer.bot ? true : undefined
    case 'privacyValueDisallowBots':
      return viewer.bot ? false : undefined
    default:
      return undefined
  }
}

function inAny(world: World, ids: number[], viewer: Account): boolean {
  const { chats, channels } = world.state
  return ids.some((id) => chats.get(id)?.members.has(viewer.id) || channels.get(id)?.members.has(viewer.id))
}
