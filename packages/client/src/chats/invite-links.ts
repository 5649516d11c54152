/** Invite links of a chat, and those who come by them (https://core.telegram.org/api/invites). */
import { TelegramError } from '../errors.ts'
import type { tl } from '../layer.ts'
import type { PeerLike } from '../peers/directory.ts'
import { withPeer } from '../peers/with-peer.ts'
import type { SessionContext } from '../session/context.ts'

/** What an invite link allows, and for how long. */
export interface InviteLinkOptions {
  /** For administrators to tell links apart by. */
  title?: string | undefined
  /** Good until then. */
  expires?: Date | undefined
  /** Good for so many members, 1 to 99,999. */
  limit?: number | undefined
  /** An administrator has to agree to each. */
  requestNeeded?: boolean | undefined
}

/** Somebody who came by a link, or asks to. */
export interface Importer {
  userId: number
  /** Seconds since the epoch. */
  date: number
  /** What the user says of themselves. */
  about: string | undefined
  approvedBy: number | undefined
  user: tl.user | undefined
}

/** Makes an invite link. Without options it is the permanent one of this administrator, in the place of the last. */
export async function createInviteLink(
  session: SessionContext,
  chat: PeerLike,
  options: InviteLinkOptions = {},
): Promise<tl.chatInviteExported> {
  const made = await withPeer(session, chat, (peer) =>
    session.invoke({ _: 'messages.exportChatInvite', peer, ...fields(options) }),
  )
  return exported(made)
}

/** Changes a link; what is absent stays. */
export async function editInviteLink(
  session: SessionContext,
  chat: PeerLike,
  link: string,
  options: InviteLinkOptions,
): Promise<tl.chatInviteExported> {
  const answer = await withPeer(session, chat, (peer) =>
    session.invoke({ _: 'messages.editExportedChatInvite', peer, link, ...fields(options) }),
  )
  return exported(answer.invite)
}

/** Nobody can join by it any more. For a permanent link a new one takes its place, and is given. */
export async function revokeInviteLink(
  session: SessionContext,
  chat: PeerLike,
  link: string,
): Promise<tl.chatInviteExported | undefined> {
  const answer = await withPeer(session, chat, (peer) =>
    session.invoke({ _: 'messages.editExportedChatInvite', peer, link, revoked: true }),
  )
  return answer._ === 'messages.exportedChatInviteReplaced' ? exported(answer.newInvite) : undefined
}

/** Forgets a link that was revoked. */
export async function deleteInviteLink(session: SessionContext, chat: PeerLike, link: string): Promise<void> {
  await withPeer(session, chat, (peer) =>
    session.invoke({ _: 'messages.deleteExportedChatInvite', peer, link }),
  )
}

/** The links that an administrator has made, the latest first; of this account unless `by` is given. */
export async function* inviteLinks(
  session: SessionContext,
  chat: PeerLike,
  options: { by?: PeerLike | undefined; revoked?: boolean | undefined } = {},
): AsyncGenerator<tl.chatInviteExported, void, undefined> {
  const adminId: tl.InputUser =
    options.by === undefined ? { _: 'inputUserSelf' } : await session.peers.resolveUser(options.by)
  let offset: { offsetDate?: number; offsetLink?: string } = {}
  for (;;) {
    const page = { adminId, revoked: options.revoked, ...offset, limit: 100 }
    const { invites, count } = await withPeer(session, chat, (peer) =>
      session.invoke({ _: 'messages.getExportedChatInvites', peer, ...page }),
    )
    const links = invites.filter((invite) => invite._ === 'chatInviteExported')
    yield* links
    const last = links.at(-1)
    if (last === undefined || links.length >= count || last.link === offset.offsetLink) return
    offset = { offsetDate: last.date, offsetLink: last.link }
  }
}

/** Which of those who came by invite links. */
export interface ImportersOptions {
  /** Only by this link; default by any. */
  link?: string | undefined
  /** Those who wait for an administrator to agree, instead of those who have come. */
  requested?: boolean | undefined
  limit?: number | undefined
}

/** Those who came by invite links, or ask to. */
export async function* importers(
  session: SessionContext,
  chat: PeerLike,
  options: ImportersOptions = {},
): AsyncGenerator<Importer, void, undefined> {
  const { link, requested } = options
  let left = options.limit ?? Number.POSITIVE_INFINITY
  let offset: { offsetDate: number; offsetUser: tl.InputUser } = {
    offsetDate: 0,
    offsetUser: { _: 'inputUserEmpty' },
  }
  const seen = new Set<number>()
  while (left > 0) {
    const page = { link, requested, ...offset, limit: Math.min(100, left) }
    const answer = await withPeer(session, chat, (peer) =>
      session.invoke({ _: 'messages.getChatInviteImporters', peer, ...page }),
    )
    const fresh = answer.importers.filter(({ userId }) => !seen.has(userId))
    for (const { userId, date, about, approvedBy } of fresh) {
      if (left-- <= 0) return
      seen.add(userId)
      const user = answer.users.find((one) => one._ === 'user' && one.id === userId)
      yield { userId, date, about, approvedBy, user: user?._ === 'user' ? user : undefined }
    }
    const last = fresh.at(-1)
    if (last === undefined || seen.size >= answer.count) return
    offset = { offsetDate: last.date, offsetUser: await session.peers.resolveUser(last.userId) }
  }
}

/** Lets somebody in who asks to join, or not. */
export async function answerJoinRequest(
  session: SessionContext,
  chat: PeerLike,
  user: PeerLike,
  approved: boolean,
): Promise<void> {
  const userId = await session.peers.resolveUser(user)
  await withPeer(session, chat, (peer) =>
    session.invoke({ _: 'messages.hideChatJoinRequest', peer, userId, approved: approved || undefined }),
  )
}

/** Lets all in who ask to join, or none of them; with a link, only those who came by it. */
export async function answerAllJoinRequests(
  session: SessionContext,
  chat: PeerLike,
  approved: boolean,
  options: { link?: string | undefined } = {},
): Promise<void> {
  await withPeer(session, chat, (peer) =>
    session.invoke({
      _: 'messages.hideAllChatJoinRequests',
      peer,
      link: options.link,
      approved: approved || undefined,
    }),
  )
}

function fields({ title, expires, limit, requestNeeded }: InviteLinkOptions) {
  return {
    title,
    expireDate: expires === undefined ? undefined : Math.floor(expires.getTime() / 1000),
    usageLimit: limit,
    requestNeeded: requestNeeded === true ? (true as const) : undefined,
  }
}

function exported(invite: tl.ExportedChatInvite): tl.chatInviteExported {
  if (invite._ === 'chatInviteExported') return invite
  throw new TelegramError('ANSWER_UNEXPECTED', `expected an invite link, got ${invite._}`)
}
