/** The auth keys that a box has given out, what it knows of the client behind each, and who is signed in on which. */
import { authKeyId } from '@telegram-mt/crypto'
import { type ServerSession, ServerSessions } from '@telegram-mt/mtproto'
import type { ClientInfo } from './unwrap.ts'

/** One auth key and its sessions. */
export class AuthKey {
  readonly id: bigint
  readonly key: Uint8Array
  /** The datacenter that gave it out. Others do not know it. */
  readonly dc: number
  readonly sessions: ServerSessions
  /** The layer that invokeWithLayer bound to it. */
  layer: number
  info: ClientInfo | undefined
  /** The account signed in on it. */
  userId: number | undefined
  /** Sessions that have asked for something other than files: they get updates. */
  readonly subscribed = new Set<ServerSession>()
  /** Calls under way, for those that must come after them: true if the call went well. */
  readonly running = new Map<bigint, Promise<boolean>>()

  constructor(options: {
    key: Uint8Array
    dc: number
    layer: number
    serverSalt?: bigint
    now: number
    random: (length: number) => Uint8Array
  }) {
    this.key = options.key
    this.id = authKeyId(options.key)
    this.dc = options.dc
    this.layer = options.layer
    const validSince = Math.floor(options.now / 1000) - 60
    this.sessions = new ServerSessions({
      authKey: options.key,
      random: options.random,
      ...(options.serverSalt !== undefined && {
        // "the salt of the exchange is good for 600 s"
        firstSalt: { salt: options.serverSalt, validSince, validUntil: validSince + 660 },
      }),
    })
  }
}

export class AuthKeyTable {
  readonly #keys = new Map<bigint, AuthKey>()
  readonly #byUser = new Map<number, Set<AuthKey>>()

  add(key: AuthKey): void {
    this.#keys.set(key.id, key)
  }

  /** The key with this id, if that datacenter has given it out. */
  find(id: bigint, dc: number): AuthKey | undefined {
    const key = this.#keys.get(id)
    return key?.dc === dc ? key : undefined
  }

  all(): IterableIterator<AuthKey> {
    return this.#keys.values()
  }

  /** Forgets a key: its client gets −404 from now on. */
  remove(id: bigint): AuthKey | undefined {
    const key = this.#keys.get(id)
    if (key === undefined) return undefined
    this.signedIn(key, undefined)
    this.#keys.delete(id)
    return key
  }

  /** Notes who is signed in on a key, so that pushes find it without a search. */
  signedIn(key: AuthKey, userId: number | undefined): void {
    if (key.userId === userId) return
    if (key.userId !== undefined) this.#byUser.get(key.userId)?.delete(key)
    key.userId = userId
    if (userId === undefined) return
    const keys = this.#byUser.get(userId)
    if (keys === undefined) this.#byUser.set(userId, new Set([key]))
    else keys.add(key)
  }

  /** The keys on which this account is signed in. */
  ofUser(userId: number): Iterable<AuthKey> {
    return this.#byUser.get(userId) ?? []
  }
}
