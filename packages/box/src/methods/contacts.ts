/** The address book. */
import { phoneDigits } from '../world/accounts.ts'
import { toPeer } from '../world/marked-id.ts'
import type { Account } from '../world/state-account.ts'
import { announce } from '../world/update-log.ts'
import type { UserContext } from './context.ts'
import type { UserMethods } from './method-table.ts'
import { inputPeer, inputUser } from './peers.ts'
import { badRequest } from './rpc-error.ts'
import { peerSettings } from './users.ts'

export const contactsMethods: UserMethods = {
  'contacts.getContacts': ({ me, view, world }, { hash }) => {
    const ids = [...me.contacts.keys()].sort((a, b) => a - b)
    const saved = me.contacts.size + me.savedPhones.size
    if (hash !== 0n && hash === listHash([saved, ...ids])) return { _: 'contacts.contactsNotModified' }
    const contacts = ids.map((userId) => ({
      _: 'contact' as const,
      userId,
      mutual: world.user(userId)?.contacts.has(me.id) ?? false,
    }))
    return { _: 'contacts.contacts', contacts, savedCount: saved, users: view.peers(ids).users }
  },

  'contacts.getContactIDs': ({ me }) => [...me.contacts.keys()],

  'contacts.getStatuses': ({ me, world, view }) =>
    [...me.contacts.keys()].flatMap((userId) => {
      const user = world.user(userId)
      return user ? [{ _: 'contactStatus' as const, userId, status: view.status(user) }] : []
    }),

  'contacts.importContacts': (ctx, { contacts }) => {
    const imported: { _: 'importedContact'; userId: number; clientId: bigint }[] = []
    for (const { clientId, phone: given, firstName, lastName } of contacts) {
      const phone = phoneDigits(given)
      if (!phone) continue
      const user = ctx.world.phones.get(phone)
      if (!user || user === ctx.me) {
        if (!user) ctx.me.savedPhones.set(phone, { firstName, lastName })
        continue
      }
      keep(ctx, user, { firstName, lastName, phone })
      imported.push({ _: 'importedContact', userId: user.id, clientId })
    }
    return {
      _: 'contacts.importedContacts',
      imported,
      popularInvites: [],
      retryContacts: [],
      ...{ users: ctx.view.peersOf(imported).users },
    }
  },

  'contacts.addContact': (ctx, params) => {
    const user = inputUser(ctx, params.id)
    if (user === ctx.me) throw badRequest('CONTACT_ID_INVALID')
    if (params.firstName.trim() === '') throw badRequest('CONTACT_NAME_EMPTY')
    const { firstName, lastName } = params
    keep(ctx, user, { firstName, lastName, phone: phoneDigits(params.phone) ?? '' })
    return ctx.answer()
  },

  'contacts.deleteContacts': (ctx, { id }) => {
    for (const user of id.map((input) => inputUser(ctx, input))) {
      if (ctx.me.contacts.delete(user.id)) tellOfContact(ctx, user)
    }
    return ctx.answer()
  },

  'contacts.block': (ctx, { id }) => {
    const peer = inputPeer(ctx, id)
    if (peer === ctx.me.id) throw badRequest('CONTACT_ID_INVALID')
    ctx.me.blocked.set(peer, ctx.world.seconds())
    announce(ctx.world, ctx.me, { _: 'updatePeerBlocked', blocked: true, peerId: toPeer(peer) })
    return true
  },

  'contacts.unblock': (ctx, { id }) => {
    const peer = inputPeer(ctx, id)
    ctx.me.blocked.delete(peer)
    announce(ctx.world, ctx.me, { _: 'updatePeerBlocked', peerId: toPeer(peer) })
    return true
  },

  'contacts.getBlocked': ({ me, view }, { offset, limit }) => {
    const all = [...me.blocked].sort(([, a], [, b]) => b - a)
    const page = all.slice(Math.max(0, offset), Math.max(0, offset) + Math.min(Math.max(limit, 1), 100))
    const blocked = page.map(([peer, date]) => ({ _: 'peerBlocked' as const, peerId: toPeer(peer), date }))
    const peers = view.peers(page.map(([peer]) => peer))
    return page.length === all.length
      ? { _: 'contacts.blocked', blocked, ...peers }
      : { _: 'contacts.blockedSlice', count: all.length, blocked, ...peers }
  },

  'contacts.getTopPeers': () => ({ _: 'contacts.topPeersDisabled' }),
}

function keep(
  ctx: UserContext,
  user: Account,
  name: { firstName: string; lastName: string; phone: string },
): void {
  ctx.me.contacts.set(user.id, name)
  tellOfContact(ctx, user)
}

/** The account's own devices learn of it by the user that comes along in `users`. */
function tellOfContact(ctx: UserContext, user: Account): void {
  const settings = peerSettings(ctx, user)
  announce(ctx.world, ctx.me, { _: 'updatePeerSettings', peer: toPeer(user.id), settings })
}

/** The hash of a list of ids, by which a client asks "unchanged?" (core.telegram.org/api/offsets#hash-generation). */
export function listHash(ids: number[]): bigint {
  let hash = 0n
  for (const id of ids) {
    hash ^= hash >> 21n
    hash ^= BigInt.asUintN(64, hash << 35n)
    hash ^= hash >> 4n
    hash = BigInt.asUintN(64, hash + BigInt(id))
  }
  return BigInt.asIntN(64, hash)
}
