/**
 * The peers that an account has seen, with the access hashes under which it may address them, and the way from whatever a
 * program names a peer by to the `inputPeer` that Telegram wants (https://core.telegram.org/api/peers).
 *
 * Kept by kind AND id: a user and a channel may share a number. What Telegram marks `min` never replaces what is known.
 */
import { PeerError } from '../errors.ts'
import type { tl } from '../layer.ts'
import type { Invoke } from '../rpc/invoke.ts'
import type { StoredSession } from '../session/stored-session.ts'
import type { PeerRecord } from '../storage/records.ts'
import type { Storage } from '../storage/storage.ts'
import { fromMarkedId, type PeerKey, type PeerKind } from './marked-id.ts'
import { type PeerWrite, peerFromChat, peerFromUser, printOf } from './peer-facts.ts'
import { parsePeerText } from './peer-text.ts'
import { messagesIn, seenIn } from './seen-in.ts'

/** Everything that names a peer: an id (marked for groups and channels), `@username`, a t.me link, a phone number, `'me'`, or TL objects. */
export type PeerLike = number | string | PeerKey | tl.InputPeer | tl.Peer | tl.user | tl.chat | tl.channel

/** Access hashes held in memory for each session; the storage has the others. */
const CACHE = 512
/** What is seen again unchanged is written anew so often only, milliseconds: nearly every update repeats its sender. */
const WRITTEN_AGAIN_AFTER = 10 * 60 * 1000
/** How long it is believed whose a username or phone number is, milliseconds: both may be given to somebody else. */
const NAMES_GOOD_FOR = 24 * 60 * 60 * 1000

/** What is in memory of a peer. */
interface KnownPeer {
  readonly accessHash: bigint
  /** Digest of what was written of it last, and when; 0 for one that was read. */
  print: number
  writtenAt: number
}

export class PeerDirectory {
  readonly #session: StoredSession
  readonly #storage: Storage
  readonly #invoke: Invoke
  readonly #now: () => number
  #cache: Map<number, KnownPeer> | undefined
  /** Peers of which the storage has no access hash either. */
  #absent: Set<number> | undefined
  /** Grows with every account. */
  #era = 0

  constructor(session: StoredSession, storage: Storage, invoke: Invoke, now: () => number) {
    this.#session = session
    this.#storage = storage
    this.#invoke = invoke
    this.#now = now
  }

  /**
   * Takes in users and chats that came with an answer or an update.
   * @param from what came along: peers that are not fully told of can be addressed by the messages in it.
   */
  learn(
    users: readonly tl.User[],
    chats: readonly tl.Chat[],
    from?: unknown,
    now = Math.floor(this.#now()),
  ): void {
    if (users.length === 0 && chats.length === 0) return
    let writes: PeerWrite[] | undefined
    for (const user of users) {
      if (this.#isWritten(user, now)) continue
      const peer = peerFromUser(user, now)
      if (peer === undefined) continue
      writes ??= []
      writes.push(peer)
    }
    for (const chat of chats) {
      if (this.#isWritten(chat, now)) continue
      const peer = peerFromChat(chat, now)
      if (peer === undefined) continue
      writes ??= []
      writes.push(peer)
    }
    if (writes !== undefined) this.#session.post(...withPlaces(writes, from))
  }

  /** Another account signs in: what one may address is of no use to another. */
  clear(): void {
    this.#era++
    this.#cache = undefined
    this.#absent = undefined
  }

  /** Whether this peer can be addressed with what is in memory. */
  knows(kind: PeerKind, id: number): boolean {
    return kind === 'chat' || id === this.#session.userId || (this.#cache?.has(cacheKey(kind, id)) ?? false)
  }

  /** Whether `recall` might bring this peer to memory. */
  mayBeStored(kind: PeerKind, id: number): boolean {
    return !this.knows(kind, id) && this.#absent?.has(cacheKey(kind, id)) !== true
  }

  /** Brings peers from the storage to memory, as far as it has them. @throws StorageError */
  async recall(peers: readonly PeerKey[]): Promise<void> {
    this.#cache ??= new Map()
    const cache = this.#cache
    const stored = await this.#storage.peers(this.#session.id, peers)
    // The account is another one now.
    if (this.#cache !== cache) return
    for (const { kind, id, accessHash, min } of stored) {
      if (accessHash === undefined || min || this.knows(kind, id)) continue
      this.#remember(kind, id, { accessHash, print: 0, writtenAt: 0 })
    }
    for (const { kind, id } of peers) if (!this.knows(kind, id)) this.#noteAbsent(cacheKey(kind, id))
  }

  #noteAbsent(key: number): void {
    this.#absent ??= new Set()
    this.#absent.add(key)
    if (this.#absent.size <= CACHE) return
    for (const oldest of this.#absent) {
      this.#absent.delete(oldest)
      break
    }
  }

  /**
   * The `inputPeer` for whatever names a peer. Asks Telegram for usernames and phone numbers that are not known, and says so by
   * calling `asking`.
   * @throws PeerError `PEER_INVALID` not understood, `PEER_UNKNOWN` never seen by this account; RpcError as Telegram refuses.
   */
  async resolve(peer: PeerLike, asking?: () => void): Promise<tl.InputPeer> {
    checkPeer(peer)
    if (typeof peer === 'number') return await this.#byKey(fromMarkedId(peer))
    if (typeof peer === 'string') return await this.#byText(peer, asking)
    if ('kind' in peer) return await this.#byKey(peer)
    switch (peer._) {
      case 'peerUser':
        return await this.#byKey({ kind: 'user', id: peer.userId })
      case 'peerChat':
        return { _: 'inputPeerChat', chatId: peer.chatId }
      case 'peerChannel':
        return await this.#byKey({ kind: 'channel', id: peer.channelId })
      case 'user':
        return peer.accessHash === undefined || peer.min
          ? await this.#byKey({ kind: 'user', id: peer.id })
          : { _: 'inputPeerUser', userId: peer.id, accessHash: peer.accessHash }
      case 'chat':
        return { _: 'inputPeerChat', chatId: peer.id }
      case 'channel':
        return peer.accessHash === undefined || peer.min
          ? await this.#byKey({ kind: 'channel', id: peer.id })
          : { _: 'inputPeerChannel', channelId: peer.id, accessHash: peer.accessHash }
      default:
        return peer
    }
  }

  /** Like `resolve`, for methods that take users only. */
  async resolveUser(peer: PeerLike): Promise<tl.InputUser> {
    const input = await this.resolve(peer)
    switch (input._) {
      case 'inputPeerSelf':
        return { _: 'inputUserSelf' }
      case 'inputPeerUser':
        return { _: 'inputUser', userId: input.userId, accessHash: input.accessHash }
      case 'inputPeerUserFromMessage':
        return { ...input, _: 'inputUserFromMessage' }
      default:
        throw new PeerError('PEER_NOT_A_USER', `expected a user, got ${input._}`)
    }
  }

  async #byText(text: string, asking: (() => void) | undefined): Promise<tl.InputPeer> {
    const named = parsePeerText(text)
    switch (named.by) {
      case 'self':
        return { _: 'inputPeerSelf' }
      case 'id':
        return await this.#byKey(named.peer).catch((error: unknown) => {
          throw phoneWithoutPlus(text, error)
        })
      case 'username': {
        const known = await this.#storage.peerByUsername(this.#session.id, named.username)
        const fresh = this.#ifFresh(known)
        if (fresh !== undefined) return fresh
        asking?.()
        return await this.#askUsername(named.username)
      }
      case 'phone': {
        const known = await this.#storage.peerByPhone(this.#session.id, named.phone)
        const fresh = this.#ifFresh(known)
        if (fresh !== undefined) return fresh
        asking?.()
        return await this.#askPhone(named.phone)
      }
    }
  }

  /**
   * Asks Telegram who this is, whatever is remembered. Undefined for peers that cannot be asked for: those named by an id
   * whose username is not known.
   */
  async resolveAnew(peer: PeerLike): Promise<tl.InputPeer | undefined> {
    const named = typeof peer === 'string' ? parsePeerText(peer) : undefined
    if (named?.by === 'username') return await this.#askUsername(named.username)
    if (named?.by === 'phone') return await this.#askPhone(named.phone)
    if (named?.by === 'self') return undefined
    const key = named?.by === 'id' ? named.peer : keyOf(peer)
    if (key === undefined || key.kind === 'chat') return undefined
    this.#cache?.delete(cacheKey(key.kind, key.id))
    const username = (await this.#storage.peer(this.#session.id, key.kind, key.id))?.usernames[0]
    if (username === undefined) return undefined
    const found = await this.#askUsername(username)
    const same =
      key.kind === 'user'
        ? 'userId' in found && found.userId === key.id
        : 'channelId' in found && found.channelId === key.id
    return same ? found : undefined
  }

  async #askUsername(username: string): Promise<tl.InputPeer> {
    const answer = await this.#invoke({ _: 'contacts.resolveUsername', username })
    this.learn(answer.users, answer.chats)
    return await this.resolve(answer.peer)
  }

  async #askPhone(phone: string): Promise<tl.InputPeer> {
    const answer = await this.#invoke({ _: 'contacts.resolvePhone', phone })
    this.learn(answer.users, answer.chats)
    return await this.resolve(answer.peer)
  }

  #ifFresh(known: PeerRecord | undefined): tl.InputPeer | undefined {
    if (known === undefined || known.min || known.accessHash === undefined) return undefined
    if (this.#now() - known.updatedAt > NAMES_GOOD_FOR) return undefined
    return toInputPeer(known, known.accessHash)
  }

  async #byKey(peer: PeerKey): Promise<tl.InputPeer> {
    if (peer.kind === 'user' && peer.id === this.#session.userId) return { _: 'inputPeerSelf' }
    if (peer.kind === 'chat') return { _: 'inputPeerChat', chatId: peer.id }
    const cached = this.#cache?.get(cacheKey(peer.kind, peer.id))
    if (cached !== undefined) return toInputPeer(peer, cached.accessHash)
    const era = this.#era
    const stored = await this.#storage.peer(this.#session.id, peer.kind, peer.id)
    if (stored?.accessHash !== undefined && !stored.min) {
      if (era === this.#era)
        this.#remember(peer.kind, peer.id, { accessHash: stored.accessHash, print: 0, writtenAt: 0 })
      return toInputPeer(peer, stored.accessHash)
    }
    if (stored?.seenIn !== undefined) return await this.#throughMessage(peer, stored.seenIn)
    throw new PeerError(
      'PEER_UNKNOWN',
      `this account has never seen ${peer.kind} ${peer.id}, so it has no access hash for it: ` +
        'name it by @username or phone number, or fetch the dialogs or contacts that it is in first',
    )
  }

  /** A peer known only as `min` is addressed through the message it was seen in (https://core.telegram.org/api/min). */
  async #throughMessage(peer: PeerKey, seen: { peer: PeerKey; messageId: number }): Promise<tl.InputPeer> {
    const chat = await this.#byKey(seen.peer)
    return peer.kind === 'user'
      ? { _: 'inputPeerUserFromMessage', peer: chat, msgId: seen.messageId, userId: peer.id }
      : { _: 'inputPeerChannelFromMessage', peer: chat, msgId: seen.messageId, channelId: peer.id }
  }

  /** Whether the storage has all of this already. If not, it counts as written from now on. */
  #isWritten(peer: tl.User | tl.Chat, now: number): boolean {
    if ((peer._ !== 'user' && peer._ !== 'channel') || peer.min === true || peer.accessHash === undefined)
      return false
    const print = printOf(peer)
    const known = this.#cache?.get(cacheKey(peer._, peer.id))
    if (known?.accessHash !== peer.accessHash) {
      this.#remember(peer._, peer.id, { accessHash: peer.accessHash, print, writtenAt: now })
      return false
    }
    // Those that were seen long ago make room first; with plenty of room their order does not matter.
    if ((this.#cache?.size ?? 0) > CACHE / 2) this.#remember(peer._, peer.id, known)
    const age = now - known.writtenAt
    if (known.print === print && age >= 0 && age < WRITTEN_AGAIN_AFTER) return true
    known.print = print
    known.writtenAt = now
    return false
  }

  #remember(kind: PeerKind, id: number, known: KnownPeer): void {
    this.#cache ??= new Map()
    const cache = this.#cache
    const key = cacheKey(kind, id)
    this.#absent?.delete(key)
    cache.delete(key)
    cache.set(key, known)
    if (cache.size > CACHE) {
      for (const oldest of cache.keys()) {
        cache.delete(oldest)
        break
      }
    }
  }
}

/** Digits are an id. Who wrote a phone number without its plus is told so. */
function phoneWithoutPlus(text: string, error: unknown): unknown {
  const digits = text.trim()
  if (!(error instanceof PeerError && error.code === 'PEER_UNKNOWN' && /^[0-9]{7,15}$/.test(digits)))
    return error
  return new PeerError(
    'PEER_UNKNOWN',
    `${error.message}; if it is a phone number, write it with its plus: +${digits}`,
  )
}

/** Those that are `min` with the message that they were seen in. */
function withPlaces(writes: PeerWrite[], from: unknown): PeerWrite[] {
  const min = from === undefined ? [] : writes.filter((write) => write.min)
  if (min.length === 0) return writes
  const places = seenIn(min, messagesIn(from))
  return writes.map((write) => {
    const place = write.min ? places.get(`${write.kind} ${write.id}`) : undefined
    return place === undefined ? write : { ...write, seenIn: place }
  })
}

/** The kind and bare id that something other than text names. */
function keyOf(peer: PeerLike): PeerKey | undefined {
  if (typeof peer === 'number') return fromMarkedId(peer)
  if (typeof peer === 'string') return undefined
  if ('kind' in peer) return peer
  switch (peer._) {
    case 'user':
      return { kind: 'user', id: peer.id }
    case 'chat':
      return { kind: 'chat', id: peer.id }
    case 'channel':
      return { kind: 'channel', id: peer.id }
    default:
      if ('userId' in peer) return { kind: 'user', id: peer.userId }
      if ('channelId' in peer) return { kind: 'channel', id: peer.channelId }
      return undefined
  }
}

/** Basic groups have no access hash to be kept. */
const cacheKey = (kind: PeerKind, id: number): number => (kind === 'user' ? id : -id)

function toInputPeer(peer: PeerKey, accessHash: bigint | undefined): tl.InputPeer {
  if (peer.kind === 'chat') return { _: 'inputPeerChat', chatId: peer.id }
  if (accessHash === undefined)
    throw new PeerError('PEER_UNKNOWN', `no access hash for ${peer.kind} ${peer.id}`)
  return peer.kind === 'user'
    ? { _: 'inputPeerUser', userId: peer.id, accessHash }
    : { _: 'inputPeerChannel', channelId: peer.id, accessHash }
}

/** What programs without types hand in by mistake. @throws PeerError `PEER_INVALID` */
export function checkPeer(peer: unknown): void {
  if (typeof peer === 'number' || typeof peer === 'string') return
  if (typeof peer === 'object' && peer !== null && namesPeer(peer)) return
  throw new PeerError(
    'PEER_INVALID',
    `${peer === null ? 'null' : `a value of type ${typeof peer}`} names no peer: expected an id, '@username', a t.me link, a phone number, 'me', { kind: 'user' | 'chat' | 'channel', id } or an input peer`,
  )
}

const KINDS: ReadonlySet<unknown> = new Set(['user', 'chat', 'channel'])
const PEER_TYPES: ReadonlySet<unknown> = new Set([...KINDS, 'peerUser', 'peerChat', 'peerChannel'])

/** By its type alone: what is in it, the schema looks at. */
function namesPeer(peer: object): boolean {
  if ('kind' in peer) return KINDS.has(peer.kind) && 'id' in peer && Number.isSafeInteger(peer.id)
  if (!('_' in peer)) return false
  return PEER_TYPES.has(peer._) || (typeof peer._ === 'string' && peer._.startsWith('inputPeer'))
}
