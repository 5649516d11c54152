/**
 * A session of a client as the box holds it: the protocol's part, the connection that carries it now, and the order of its
 * calls. It outlives connections; when its client has been away for long, it is forgotten (see sweep.ts).
 */
import type { ServerSession } from '@telegram-mt/mtproto'
import type { AuthKey } from './auth-key.ts'
import { CallOrder } from './call-order.ts'
import type { Circumstances, PacketFault } from './faults/fault-plan.ts'

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
  circumstances(): Circumstances
  /** The next packet to the client suffers this. */
  arm(fault: PacketFault): void
}

export class BoxSession {
  readonly key: AuthKey
  readonly session: ServerSession
  /** Whether it is told of updates: it is once it has asked for something other than files. */
  subscribed = false
  /** When its client was last heard, ms of the steady clock. */
  heardAt = 0
  #carrier: Carrier | undefined
  #order: CallOrder | undefined
  #superseded = false

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
  }

  flushSoon(): void {
    this.#carrier?.flushSoon()
  }

  supersede(): void {
    this.#superseded = true
    this.subscribed = false
  }

  /** Forgotten: it says no more. */
  end(): void {
    this.subscribed = false
    this.#carrier?.release(this)
    this.#carrier = undefined
    this.session.disconnected()
  }
}
