/**
 * One auth key that the box has given out, what it knows of the client behind it, and that client's sessions. A temporary
 * key (https://core.telegram.org/api/pfs) that is bound stands for its permanent key: layer, client and sign-in are that
 * one's. Sessions outlive connections; when their client has been away for long, they are forgotten (see sweep.ts).
 */
import { authKeyId } from '@telegram-mt/crypto'
import { type NewAuthKey, type ServerSession, ServerSessions } from '@telegram-mt/mtproto'
import type { TimerWheel } from '@telegram-mt/net'
import { CallOrder } from '../calls/call-order.ts'
import type { ClientInfo } from '../calls/unwrap.ts'
import type { Circumstances, PacketFault } from '../faults/fault-plan.ts'

/** After so many updates in one go they are sent at once. */
const FLUSH_AFTER = 100
/** As many unacknowledged messages are kept for a client that is away; more, and it has to fetch the difference. */
const MAX_KEPT = 1000
/** Seconds for which the salt of the key exchange is good. */
const FIRST_SALT_LIFETIME = 600

export interface AuthKeyOptions {
  /** 256 bytes. */
  key: Uint8Array
  dc: number
  layer: number
  serverSalt?: bigint | undefined
  /** Of a temporary key: when it ends, ms since the epoch. */
  expiresAt?: number | undefined
  now: number
  random: (length: number) => Uint8Array
}

interface KeyHome {
  readonly dc: number
  readonly nativeLayer: number
  readonly wheel: TimerWheel
  readonly random: (length: number) => Uint8Array
}

export class AuthKey {
  readonly id: bigint
  readonly key: Uint8Array
  /** The datacenter that gave it out. Others do not know it. */
  readonly dc: number
  readonly sessions: ServerSessions
  /** Its sessions, by their ids. */
  readonly held = new Map<bigint, BoxSession>()
  /** The temporary keys that are bound to it. */
  readonly temporary = new Set<AuthKey>()
  /** Of a temporary key: when it ends, ms since the epoch; Infinity for a permanent one. */
  expiresAt: number
  readonly isTemporary: boolean
  /** When it was last used, ms of the steady clock. */
  usedAt = 0
  /** The layer that invokeWithLayer bound to it. */
  layer: number
  info: ClientInfo | undefined
  /** The account signed in on it: see AuthKeyTable. */
  userId: number | undefined
  /** Whose call came last, of those that only one connection of a client makes, ms of the steady clock: see two-places.ts. */
  lastUse: { by: BoxSession; at: number } | undefined
  /** What every call is answered with from now on. */
  ruin: { code: number; message: string } | undefined
  #permanent: AuthKey | undefined

  constructor(options: AuthKeyOptions) {
    this.key = options.key
    this.id = authKeyId(options.key)
    this.dc = options.dc
    this.layer = options.layer
    this.isTemporary = options.expiresAt !== undefined
    this.expiresAt = options.expiresAt ?? Number.POSITIVE_INFINITY
    const validSince = Math.floor(options.now / 1000)
    this.sessions = new ServerSessions({
      authKey: options.key,
      random: options.random,
      maxKept: MAX_KEPT,
      ...(options.serverSalt !== undefined && {
        firstSalt: { salt: options.serverSalt, validSince, validUntil: validSince + FIRST_SALT_LIFETIME },
      }),
    })
  }

  /** The key that a key exchange has made. `now`: ms since the epoch. */
  static made(made: NewAuthKey, where: KeyHome, now: number): AuthKey {
    const { authKey, serverSalt, expiresIn } = made
    const expiresAt = expiresIn === undefined ? undefined : now + expiresIn * 1000
    const { dc, nativeLayer, random } = where
    const key = new AuthKey({ key: authKey, dc, layer: nativeLayer, serverSalt, expiresAt, now, random })
    key.usedAt = where.wheel.clock.monotonic()
    return key
  }

  /** The key that is signed in: the permanent one to which this one is bound, or this one itself. */
  get owner(): AuthKey {
    return this.#permanent ?? this
  }

  /** A temporary key that is bound to no permanent one can do next to nothing. */
  get isUnbound(): boolean {
    return this.isTemporary && this.#permanent === undefined
  }

  /** Makes a temporary key stand for a permanent one, until `expiresAt` (ms) at the latest. */
  bindTo(permanent: AuthKey, expiresAt: number): void {
    this.#permanent = permanent
    this.expiresAt = Math.min(this.expiresAt, expiresAt)
    permanent.temporary.add(this)
    for (const sessionId of this.held.keys()) this.#takeAlong(sessionId)
  }

  /** The session that a packet was for, as the box holds it. */
  hold(session: ServerSession): BoxSession {
    const { sessionId } = session
    const known = this.held.get(sessionId)
    if (known?.session === session) return known
    this.#takeAlong(sessionId)
    const held = new BoxSession(this, session)
    this.held.set(sessionId, held)
    return held
  }

  /** Forgets a session: when its client comes back, it is told that a new one was made. */
  forget(sessionId: bigint): boolean {
    this.held.get(sessionId)?.end()
    this.held.delete(sessionId)
    return this.sessions.forget(sessionId)
  }

  forgetAll(): void {
    for (const sessionId of [...this.held.keys()]) this.forget(sessionId)
    this.sessions.forgetAll()
  }

  /** All sessions of the client: those of the bound temporary keys too. */
  *allHeld(): Generator<BoxSession> {
    yield* this.held.values()
    for (const key of this.temporary) yield* key.held.values()
  }

  /** Unties a temporary key from its permanent one, when either is gone. */
  untie(): void {
    this.#permanent?.temporary.delete(this)
    this.#permanent = undefined
  }

  /** "A new key can be generated in advance": who changes keys takes the session along, and wants each update once. */
  #takeAlong(sessionId: bigint): void {
    const { owner } = this
    for (const key of [owner, ...owner.temporary]) if (key !== this) key.held.get(sessionId)?.supersede()
  }
}

/** What a session needs of the connection that carries it. */
export interface Carrier {
  /** Grows with every connection: of two that bring the same session, the newer carries it. */
  readonly number: number
  /** The session has something to say. */
  flushSoon(): void
  /** The same, at once. */
  flush(): void
  /** Carries the session no more. */
  release(session: BoxSession): void
  /** Cuts it off. */
  destroy(): void
  /** Says and hears nothing more, and stays open. */
  freeze(): void
  circumstances(): Circumstances
  /** The next packet to the client suffers this. */
  arm(fault: PacketFault): void
}

/** A session of a client as the box holds it: the protocol's part, the connection that carries it, the order of its calls. */
export class BoxSession {
  readonly key: AuthKey
  readonly session: ServerSession
  /** Whether it is told of updates: it is once it has asked for something other than files. */
  subscribed = false
  /** Whether it has made a call that only one connection of a client makes: see two-places.ts. */
  hasAsked = false
  /** The least that its calls came after the moments in their msg_ids, ms between the steady clock and its client's. */
  behind = Number.POSITIVE_INFINITY
  /** When its client was last heard, ms of the steady clock. */
  heardAt = 0
  #carrier: Carrier | undefined
  #order: CallOrder | undefined
  #superseded = false
  #overflowed = false
  #pushed = 0

  constructor(key: AuthKey, session: ServerSession) {
    this.key = key
    this.session = session
  }

  get sessionId(): bigint {
    return this.session.sessionId
  }

  get carrier(): Carrier | undefined {
    return this.#carrier
  }

  /** Its client goes on with the same session under another key. */
  get isSuperseded(): boolean {
    return this.#superseded
  }

  get order(): CallOrder {
    this.#order ??= new CallOrder()
    return this.#order
  }

  /** A packet for it came in. What comes late on an older connection is taken, but answered on the newer. */
  heard(carrier: Carrier, steadyNow: number): boolean {
    this.heardAt = steadyNow
    const old = this.#carrier
    if (old !== undefined && old.number >= carrier.number) return old === carrier
    old?.release(this)
    this.#carrier = carrier
    this.session.connected()
    return true
  }

  /** Its connection is gone. */
  lost(carrier: Carrier): void {
    if (this.#carrier !== carrier) return
    this.#carrier = undefined
    this.session.disconnected()
    if (this.#overflowed) this.key.forget(this.sessionId)
  }

  /** Tells the client of an update. */
  push(body: Uint8Array): void {
    if (this.session.push(body) > 0) this.#overflow()
    // What waits to be sent must not pile up until some of it is given up unsent.
    if (++this.#pushed % FLUSH_AFTER === 0) this.#carrier?.flush()
    else this.flushSoon()
  }

  flushSoon(): void {
    this.#carrier?.flushSoon()
  }

  supersede(): void {
    this.#superseded = true
    this.subscribed = false
  }

  /**
   * Updates were given up that the client has not acknowledged. One that is there gets them all the same, and may be slow
   * to say so; one that was away is to learn that its session is gone, and to fetch the difference.
   */
  #overflow(): void {
    if (this.#carrier === undefined) this.key.forget(this.sessionId)
    else this.#overflowed = true
  }

  /** Forgotten: it says no more. */
  end(): void {
    this.subscribed = false
    this.#carrier?.release(this)
    this.#carrier = undefined
    this.session.disconnected()
  }
}
