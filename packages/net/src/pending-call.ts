// A call that has not ended. It ends exactly once: with its result, the server's error, the caller's abort or
// deadline, or because the connection was closed for good.

import type { CallBody, CallId, CallOptions as CoreCallOptions } from '@telegram-mt/mtproto'
import { abortReason } from './errors.ts'
import type { Timer } from './timer-wheel.ts'

export interface CallOptions {
  /** Aborting ends the call with the signal's reason and asks the server to drop the answer. */
  signal?: AbortSignal | undefined
  /** Milliseconds from now after which the call ends with CallTimeout. */
  deadline?: number | undefined
  /** The promise of an earlier call on this connection: the server executes this one after it. */
  after?: Promise<Uint8Array> | undefined
  /** False for a body that is compressed already. Default: large bodies are compressed when that helps. */
  gzip?: boolean | undefined
  /** Fail (CALL_UNCERTAIN) rather than be sent anew when the server lost the session and may have executed the call. */
  once?: boolean | undefined
}

/** The owner of calls, told when one's signal is aborted. */
export interface CallOwner {
  abandon(call: PendingCall, reason: Error): void
}

function ignore(): void {}

export class PendingCall {
  readonly body: Uint8Array | CallBody
  readonly gzip: boolean | undefined
  readonly once: boolean | undefined
  readonly owner: CallOwner
  readonly signal: AbortSignal | undefined
  readonly promise: Promise<Uint8Array>
  /** Set when the call it must follow has not ended. */
  after: PendingCall | undefined
  /** Its id in the core; undefined while there is no core for want of an auth key. */
  id: CallId | undefined
  deadline: Timer | undefined
  // Replaced at once by the promise's own.
  #resolve: (body: Uint8Array) => void = ignore
  #reject: (error: Error) => void = ignore

  constructor(body: Uint8Array | CallBody, options: CallOptions, owner: CallOwner) {
    this.body = body
    this.gzip = options.gzip
    this.once = options.once
    this.owner = owner
    this.signal = options.signal
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    // The object itself listens, which saves a closure for each call.
    this.signal?.addEventListener('abort', this)
  }

  /** How the core is to treat it; undefined for the common case. */
  get coreOptions(): CoreCallOptions | undefined {
    const after = this.after?.id
    const { gzip, once } = this
    if (after === undefined && gzip === undefined && once === undefined) return undefined
    return {
      ...(after === undefined ? {} : { after }),
      ...(gzip === undefined ? {} : { gzip }),
      ...(once === undefined ? {} : { once }),
    }
  }

  handleEvent(): void {
    if (this.signal) this.owner.abandon(this, abortReason(this.signal))
  }

  resolve(body: Uint8Array): void {
    this.signal?.removeEventListener('abort', this)
    this.#resolve(body)
  }

  reject(error: Error): void {
    this.signal?.removeEventListener('abort', this)
    this.#reject(error)
  }
}
