/** How long a call waits for something that is not its answer: until its signal is aborted, its time is over, or its session is closed. */
import { CallTimeout, type TimerWheel } from '@telegram-mt/net'

export class Patience {
  readonly #wheel: TimerWheel
  readonly #closing: () => AbortSignal
  readonly signal: AbortSignal | undefined
  /** Milliseconds, as the caller gave them. */
  readonly timeout: number | undefined
  /** Milliseconds since the epoch. */
  readonly deadline: number | undefined

  /** @param closing aborted when the session is closed, with the error that calls end with. */
  constructor(
    wheel: TimerWheel,
    closing: () => AbortSignal,
    options: { signal?: AbortSignal | undefined; timeout?: number | undefined } = {},
  ) {
    this.#wheel = wheel
    this.#closing = closing
    this.signal = options.signal
    this.timeout = options.timeout
    this.deadline = options.timeout === undefined ? undefined : wheel.now() + options.timeout
  }

  /** Milliseconds left. @throws CallTimeout if there are none; the signal's reason. */
  left(): number | undefined {
    this.signal?.throwIfAborted()
    if (this.deadline === undefined) return undefined
    const left = this.deadline - this.#wheel.now()
    if (left <= 0) throw new CallTimeout(this.timeout ?? 0)
    return left
  }

  /** @throws CallTimeout, the signal's reason, or the session's end. */
  sleep(milliseconds: number): Promise<void> {
    return this.#wait((done) => {
      const timer = this.#wheel.after(milliseconds, done)
      return () => this.#wheel.cancel(timer)
    })
  }

  /** Waits until the promise has settled, whichever way. @throws CallTimeout, the signal's reason, or the session's end. */
  settled(promise: Promise<unknown>): Promise<void> {
    return this.#wait((done) => {
      promise.then(done, done)
      return () => {}
    })
  }

  /** What the promise gives, if it does in time. @throws CallTimeout, the signal's reason, the session's end, or what it throws. */
  async result<T>(promise: Promise<T>): Promise<T> {
    await this.settled(promise)
    return await promise
  }

  #wait(begin: (done: () => void) => () => void): Promise<void> {
    const { signal } = this
    const closing = this.#closing()
    return new Promise((resolve, reject) => {
      const settle = () => {
        stop()
        this.#wheel.cancel(timer)
        signal?.removeEventListener('abort', onAbort)
        closing.removeEventListener('abort', onClose)
      }
      const fail = (error: unknown) => {
        settle()
        reject(error)
      }
      const onAbort = () => fail(signal?.reason)
      const onClose = () => fail(closing.reason)
      const timer =
        this.deadline === undefined
          ? undefined
          : this.#wheel.after(this.deadline - this.#wheel.now(), () =>
              fail(new CallTimeout(this.timeout ?? 0)),
            )
      const stop = begin(() => {
        settle()
        resolve()
      })
      signal?.addEventListener('abort', onAbort)
      closing.addEventListener('abort', onClose)
      if (signal?.aborted) onAbort()
      else if (closing.aborted) onClose()
    })
  }
}
