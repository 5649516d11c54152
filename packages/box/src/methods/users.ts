/** Users, as others see them. */
import { findByUsername, phoneDigits } from '../world/accounts.ts'
import { isUser, markChat, toPeer } from '../world/marked-id.ts'
import { placeOf } from '../world/place.ts'
import type { Account } from '../world/state-account.ts'
import type { UserContext } from './context.ts'
import type { UserMethods } from './method-table.ts'
import { inputUser } from './peers.ts'
import { badRequest } from './rpc-error.ts'

export const usersMethods: UserMethods = {
  // Ids that lead nowhere are left out of the answer rather than refused.
  'users.getUsers': (ctx, { id }) =>
    id.map((input) =>
      input._ === 'inputUserEmpty' ? { _: 'userEmpty', id: 0 } : ctx.view.user(inputUser(ctx, input)),
    ),

  'users.getFullUser': (ctx, { id }) => {
    const user = inputUser(ctx, id)
    const dialog = ctx.me.dialogs.get(user.id)
    const self = user === ctx.me
    return {
      _: 'users.userFull',
      fullUser: {
        _: 'userFull',
        id: user.id,
        about: user.about || undefined,
        settings: peerSettings(ctx, user),
        notifySettings: dialog?.notify ?? { _: 'peerNotifySettings' },
        commonChatsCount: self ? 0 : commonGroups(ctx, user).length,
        blocked: ctx.me.blocked.has(user.id) || undefined,
        canPinMessage: true,
        phoneCallsAvailable: (!self && !user.bot) || undefined,
        folderId: dialog?.folder,
        pinnedMsgId: lastPinned(ctx, user.id),
        ttlPeriod: dialog?.ttl,
        botInfo: user.bot && {
          _: 'botInfo',
          userId: user.id,
          description: user.bot.description,
          commands: user.bot.commands,
        },
      },
      chats: [],
      users: [ctx.view.user(user)],
    }
  },

  'messages.getCommonChats': (ctx, params) => {
    const common = commonGroups(ctx, inputUser(ctx, params.userId)).filter((id) => id > params.maxId)
    const chats = ctx.view.peers(common.slice(0, Math.max(1, params.limit)).map(markChat)).chats
    return { _: 'messages.chats', chats }
  },

  'contacts.resolveUsername': (ctx, { username }) => {
    const name = username.replace(/^@/, '')
    if (name === '') throw badRequest('USERNAME_INVALID')
    const peer = findByUsername(ctx.world, name)
    if (peer === undefined) throw badRequest('USERNAME_NOT_OCCUPIED')
    return { _: 'contacts.resolvedPeer', peer: toPeer(peer), ...ctx.view.peers([peer]) }
  },

  'contacts.resolvePhone': (ctx, { phone }) => {
    const user = ctx.world.phones.get(phoneDigits(phone) ?? '')
    if (!user || user.deleted) throw badRequest('PHONE_NOT_OCCUPIED')
    return { _: 'contacts.resolvedPeer', peer: toPeer(user.id), ...ctx.view.peers([user.id]) }
  },

  'contacts.search': (ctx, { q, limit }) => {
    const query = q.trim().replace(/^@/, '').toLowerCase()
    if (query === '') throw badRequest('SEARCH_QUERY_EMPTY')
    const most = Math.min(Math.max(limit, 1), 50)
    const mine = [...knownPeers(ctx)].filter((id) => namesOf(ctx, id).some((n) => startsWith(n, query)))
    // Strangers are found by their public name only.
    const global = [...ctx.world.usernames]
      .filter(([name, id]) => name.startsWith(query) && !mine.includes(id) && id !== ctx.me.id)
      .map(([, id]) => id)
    const shown = { mine: mine.slice(0, most), global: global.slice(0, most) }
    return {
      _: 'contacts.found',
      myResults: shown.mine.map(toPeer),
      results: shown.global.map(toPeer),
      ...ctx.view.peers([...shown.mine, ...shown.global]),
    }
  },
}

export function peerSettings(ctx: UserContext, user: Account) {
  const stranger = user !== ctx.me && !ctx.me.contacts.has(user.id) && !user.bot
  return {
    _: 'peerSettings' as const,
    addContact: stranger || undefined,
    blockContact: (stranger && !ctx.me.blocked.has(user.id)) || undefined,
  }
}

/** The newest pinned message of a dialog. */
export function lastPinned(ctx: UserContext, peer: number): number | undefined {
  const place = placeOf(ctx.world, ctx.me, peer)
  return place.ids().findLast((id) => place.pinned(id))
}

function commonGroups(ctx: UserContext, user: Account): number[] {
  const common: number[] = []
  for (const chat of ctx.world.state.chats.values()) {
    if (chat.members.has(ctx.me.id) && chat.members.has(user.id) && !chat.deactivated) common.push(chat.id)
  }
  return common
}

function knownPeers(ctx: UserContext): Set<number> {
  const talkedTo = [...ctx.me.dialogs].flatMap(([peer, dialog]) => (dialog.ids.length > 0 ? [peer] : []))
  return new Set([...ctx.me.contacts.keys(), ...talkedTo])
}

function namesOf(ctx: UserContext, peer: number): string[] {
  if (isUser(peer)) {
    const user = ctx.world.user(peer)
    if (!user) return []
    const shown = ctx.view.user(user)
    return [shown.username ?? '', `${shown.firstName ?? ''} ${shown.lastName ?? ''}`, shown.lastName ?? '']
  }
  return ctx.view.peers([peer]).chats.map((chat) => ('title' in chat ? chat.title : ''))
}

function startsWith(name: string, query: string): boolean {
  return name.toLowerCase().startsWith(query)
}
