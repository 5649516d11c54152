/** A line that closes itself when nothing has been asked of it for a while: "idle media connections closed after 300 s". */
import { Timer, type TimerWheel } from '@telegram-mt/net'
import type { Call, Method, Result } from '../layer.ts'
import type { RpcCallOptions } from '../rpc/caller.ts'
import type { DcLine } from './dc-line.ts'

/** ms */
const IDLE = 300_000

export class IdleLine implements DcLine {
  readonly #line: DcLine
  readonly #wheel: TimerWheel
  readonly #timer: Timer
  #busy = 0
  #closed = false

  /** @param onIdle it was closed: whoever wants one opens another. */
  constructor(line: DcLine, wheel: TimerWheel, onIdle: () => void) {
    this.#line = line
    this.#wheel = wheel
    this.#timer = new Timer(() => {
      onIdle()
      line.close()
    })
  }

  get dc(): number {
    return this.#line.dc
  }

  get hasKey(): boolean {
    return this.#line.hasKey
  }

  get pendingCalls(): number {
    return this.#busy
  }

  takeResends(): number {
    return this.#line.takeResends()
  }

  start(): void {
    this.#line.start()
  }

  hurry(): void {
    this.#line.hurry()
  }

  async call<M extends Method>(call: Call<M>, options?: RpcCallOptions): Promise<Result<M>> {
    this.#busy++
    this.#wheel.cancel(this.#timer)
    try {
      return await this.#line.call(call, options)
    } finally {
      if (--this.#busy === 0 && !this.#closed) this.#wheel.start(this.#timer, IDLE)
    }
  }

  forgetInitialization(): void {
    this.#line.forgetInitialization()
  }

  networkChanged(): void {
    this.#line.networkChanged()
  }

  renewKey(): void {
    this.#line.renewKey()
  }

  close(reason?: Error): void {
    this.#closed = true
    this.#wheel.cancel(this.#timer)
    this.#line.close(reason)
  }
}
