/**
 * All sessions of one auth key at the server. A session is made by the first message that names it, and stays when its
 * connection goes.
 */
import { openPacket, PacketKey } from './envelope.ts'
import type { ServerEvent } from './server-events.ts'
import { ServerSalts } from './server-salts.ts'
import { ServerSession } from './server-session.ts'
import type { Salt } from './service-messages.ts'

export interface ServerSessionsOptions {
  authKey: Uint8Array
  random: (length: number) => Uint8Array
  /** The salt of the key exchange, to be accepted at first. */
  firstSalt?: Salt
  /** Salts change every so many seconds; default 1800. */
  saltPeriod?: number
  /** See ServerSessionOptions. */
  maxKept?: number
  remembered?: number
}

export interface Received {
  session: ServerSession
  events: ServerEvent[]
}

export class ServerSessions {
  readonly key: PacketKey
  readonly salts: ServerSalts
  readonly #random: (length: number) => Uint8Array
  readonly #limits: { maxKept?: number; remembered?: number } = {}
  readonly #sessions = new Map<bigint, ServerSession>()

  constructor(options: ServerSessionsOptions) {
    this.key = new PacketKey(options.authKey)
    this.salts = new ServerSalts(options.authKey, options.random, options.saltPeriod)
    if (options.firstSalt !== undefined) this.salts.add(options.firstSalt)
    this.#random = options.random
    if (options.maxKept !== undefined) this.#limits.maxKept = options.maxKept
    if (options.remembered !== undefined) this.#limits.remembered = options.remembered
  }

  get size(): number {
    return this.#sessions.size
  }

  all(): IterableIterator<ServerSession> {
    return this.#sessions.values()
  }

  get(sessionId: bigint): ServerSession | undefined {
    return this.#sessions.get(sessionId)
  }

  /**
   * Forgets a session; when its client comes back, it is told that a new one was made. With the session goes the memory
   * of what was received in it, so the salts change as well: a late or repeated packet must not be executed again.
   */
  forget(sessionId: bigint): boolean {
    const existed = this.#sessions.delete(sessionId)
    if (existed) this.salts.expire()
    return existed
  }

  forgetAll(): void {
    this.#sessions.clear()
    this.salts.expire()
  }

  /**
   * Takes a packet in, for whichever session it is. The caller binds the connection to that session with `connected`
   * before it polls. `destroySession` is done here already.
   * @throws SecurityError when the packet is not an intact one of this auth key
   */
  receive(packet: Uint8Array, now: number): Received {
    const opened = openPacket(packet, this.key, 'client')
    const session = this.#sessions.get(opened.sessionId) ?? this.#create(opened.sessionId)
    const events = session.take(opened, now)
    for (const event of events) {
      if (event.type !== 'destroySession') continue
      // "destroy_session … of the current session" is not possible.
      const existed = event.sessionId !== session.sessionId && this.forget(event.sessionId)
      session.destroyed(event.sessionId, existed)
    }
    return { session, events }
  }

  #create(sessionId: bigint): ServerSession {
    const session = new ServerSession({
      key: this.key,
      sessionId,
      salts: this.salts,
      random: this.#random,
      ...this.#limits,
    })
    this.#sessions.set(sessionId, session)
    return session
  }
}
