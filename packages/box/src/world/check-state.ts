/**
 * Whether a snapshot's parts fit together. Shapes see to it that every value is of its kind; here every name is looked
 * up, so that a damaged file is refused when it is read and not when somebody trips over it.
 */
import { bareId, isChannel, isUser, type MarkedId } from './marked-id.ts'
import type { WorldState } from './state.ts'
import type { Account } from './state-account.ts'
import { WorldError } from './world-error.ts'

/** @throws WorldError WORLD_INVALID, saying what refers to nothing, and where */
export function checkState(state: WorldState): void {
  for (const user of state.users.values()) checkAccount(state, user)
  for (const chat of state.chats.values()) {
    for (const id of [...chat.members.keys(), ...chat.former])
      requireUser(state, id, `chats[${chat.id}].members`)
  }
  for (const channel of state.channels.values()) {
    const at = `channels[${channel.id}]`
    for (const id of channel.members.keys()) requireUser(state, id, `${at}.members`)
    requireAscending(channel.ids, `${at}.ids`)
    for (const id of channel.ids) {
      if (!channel.messages.has(id)) throw missing('message', id, `${at}.ids`)
    }
  }
  for (const message of state.messages.values()) {
    const at = `messages[${message.number}].copies`
    for (const [userId, id] of message.copies) {
      if (state.users.get(userId)?.box.get(id)?.number !== message.number) throw missing('copy', id, at)
    }
  }
  for (const authorization of state.authorizations.values()) {
    const user = authorization.user ?? authorization.awaitsPasswordOf
    if (user !== undefined) requireUser(state, user, 'authorizations')
  }
  for (const photo of state.files.photos.values()) {
    if (!state.files.files.has(photo.file)) throw missing('file', photo.file, `files.photos[${photo.id}]`)
  }
  for (const document of state.files.documents.values()) {
    if (!state.files.files.has(document.file)) {
      throw missing('file', document.file, `files.documents[${document.id}]`)
    }
  }
}

function checkAccount(state: WorldState, user: Account): void {
  const at = `users[${user.id}]`
  for (const [id, entry] of user.box) {
    if (!state.messages.has(entry.number)) throw missing('message', entry.number, `${at}.box[${id}]`)
    if (id >= user.nextMessageId)
      throw new WorldError('WORLD_INVALID', 'is not below the next id', `${at}.box[${id}]`)
  }
  for (const [peer, dialog] of user.dialogs) {
    requirePeer(state, peer, `${at}.dialogs`)
    requireAscending(dialog.ids, `${at}.dialogs[${peer}].ids`)
    for (const id of dialog.ids) {
      if (user.box.get(id)?.peer !== peer) throw missing('message', id, `${at}.dialogs[${peer}].ids`)
    }
  }
  for (const id of user.contacts.keys()) requireUser(state, id, `${at}.contacts`)
  const last = user.log.at(-1)
  if (last && last.pts > user.pts) throw new WorldError('WORLD_INVALID', 'is behind its own log', `${at}.pts`)
}

function requirePeer(state: WorldState, peer: MarkedId, at: string): void {
  const [what, known]: [string, ReadonlyMap<number, unknown>] = isUser(peer)
    ? ['user', state.users]
    : isChannel(peer)
      ? ['channel', state.channels]
      : ['group', state.chats]
  if (!known.has(bareId(peer))) throw missing(what, bareId(peer), at)
}

function requireUser(state: WorldState, id: number, at: string): void {
  if (!state.users.has(id)) throw missing('user', id, at)
}

function requireAscending(ids: readonly number[], at: string): void {
  for (let i = 1; i < ids.length; i++) {
    if ((ids[i] ?? 0) <= (ids[i - 1] ?? 0))
      throw new WorldError('WORLD_INVALID', 'expected ascending ids', at)
  }
}

function missing(what: string, id: number | bigint, at: string): WorldError {
  return new WorldError('WORLD_INVALID', `there is no ${what} ${id}`, at)
}
