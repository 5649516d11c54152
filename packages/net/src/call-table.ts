// The calls of one connection that have not ended, and the encrypted session that carries them. Calls wait
// here while there is no session for want of an auth key, and move over to a new one in their order.

import { type CallBody, type CallId, type SessionEvent, SparseMap } from '@telegram-mt/mtproto'
import type { SessionCore } from './core.ts'
import { abortReason, CallError, CallTimeout, toError } from './errors.ts'
import { type CallOptions, type CallOwner, PendingCall } from './pending-call.ts'
import type { TimerWheel } from './timer-wheel.ts'

/** The events with which a call ends. */
type CallEnd = Extract<SessionEvent, { call: CallId }>

export class CallTable implements CallOwner {
  readonly #wheel: TimerWheel
  #core: SessionCore | undefined
  readonly #calls = new SparseMap<CallId, PendingCall>()
  // Calls without a core, in order.
  #early: PendingCall[] | undefined
  readonly #onWork: CallWorkListener

  constructor(wheel: TimerWheel, onWork: CallWorkListener) {
    this.#wheel = wheel
    this.#onWork = onWork
  }

  get core(): SessionCore | undefined {
    return this.#core
  }

  /** Calls that have not ended. */
  get size(): number {
    return this.#calls.size + (this.#early?.length ?? 0)
  }

  call(body: Uint8Array | CallBody, options: CallOptions): Promise<Uint8Array> {
    const { signal, deadline, after } = options
    if (signal?.aborted) return Promise.reject(abortReason(signal))
    const call = new PendingCall(body, options, this)
    // A call that has ended needs no order any more.
    if (after !== undefined) call.after = this.#pending().find((other) => other.promise === after)
    if (deadline !== undefined) {
      call.deadline = this.#wheel.after(deadline, () =>
        this.#giveUp(call, (sent) => new CallTimeout(deadline, sent, this.#onWork.obstacle)),
      )
    }
    this.#submit(call)
    return call.promise
  }

  /** Ends a call from this side: the server is asked to drop the answer. */
  abandon(call: PendingCall, reason: Error): void {
    this.#giveUp(call, () => reason)
  }

  #giveUp(call: PendingCall, reason: (sent: boolean) => Error): void {
    if (!this.#remove(call)) return
    const sent = call.id !== undefined && this.#core?.cancel(call.id, this.#wheel.now()) === true
    this.#finish(call)
    call.reject(reason(sent))
    this.#onWork.onCallWork()
  }

  /** Ends the call that the event is about; false if it is about none. */
  settle(event: SessionEvent): event is CallEnd {
    switch (event.type) {
      case 'result':
        this.#take(event.call)?.resolve(event.body)
        return true
      case 'error':
        this.#take(event.call)?.reject(new CallError(event.code, event.message))
        return true
      case 'failed':
        this.#take(event.call)?.reject(event.error)
        return true
      default:
        return false
    }
  }

  /** Ends all calls with `error`. */
  failAll(error: Error): void {
    const calls = this.#pending()
    this.#calls.clear()
    this.#early = undefined
    for (const call of calls) {
      this.#finish(call)
      call.reject(error)
    }
  }

  /** Moves all calls, in their order, to another session, or holds them until there is one. */
  moveTo(core: SessionCore | undefined): void {
    const calls = this.#pending()
    this.#calls.clear()
    this.#early = undefined
    this.#core = core
    for (const call of calls) call.id = undefined
    for (const call of calls) this.#submit(call)
  }

  #submit(call: PendingCall): void {
    const core = this.#core
    if (core === undefined) {
      this.#early ??= []
      this.#early.push(call)
    } else {
      try {
        call.id = core.call(call.body, this.#wheel.now(), call.coreOptions)
      } catch (error) {
        this.#finish(call)
        call.reject(toError(error))
        return
      }
      this.#calls.set(call.id, call)
    }
    this.#onWork.onCallWork()
  }

  #pending(): PendingCall[] {
    return [...this.#calls.values(), ...(this.#early ?? [])]
  }

  #take(id: CallId): PendingCall | undefined {
    const call = this.#calls.get(id)
    if (call === undefined) return undefined
    this.#calls.delete(id)
    this.#finish(call)
    return call
  }

  #remove(call: PendingCall): boolean {
    if (call.id !== undefined) return this.#calls.delete(call.id)
    const index = this.#early?.indexOf(call) ?? -1
    if (index >= 0) this.#early?.splice(index, 1)
    return index >= 0
  }

  #finish(call: PendingCall): void {
    this.#wheel.cancel(call.deadline)
    call.after = undefined
  }
}

/** Told when the session has something new to send. */
export interface CallWorkListener {
  onCallWork(): void
  /** Why nothing can be sent now; undefined if it can, or if that is not known. */
  readonly obstacle?: Error | undefined
}
