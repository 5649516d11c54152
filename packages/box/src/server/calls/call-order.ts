/**
 * In which order the calls of one session are to be run, where their client cares: invokeAfterMsg
 * (https://core.telegram.org/api/invoking#sequential-requests). Remembers how the last calls ended, as the call that follows
 * may come long after the one it names, or before it.
 */
import type { Timer, TimerWheel } from '@telegram-mt/net'
import { RpcError } from '../../methods/rpc-error.ts'

interface Remembered {
  /** `expected`: others wait for it, but it has not come. */
  state: 'expected' | 'running' | 'done' | 'failed'
  waiters: (() => void)[] | undefined
}

/** Calls that have ended and are remembered. */
const REMEMBERED = 128
/** ms until the server gives up on a call that does not come. */
const PATIENCE = 10_000

export class CallOrder {
  /** By msg_id, in the order of their coming. */
  readonly #calls = new Map<bigint, Remembered>()

  /** Calls remembered. */
  get size(): number {
    return this.#calls.size
  }

  /** A call has come. */
  begin(msgId: bigint): void {
    const expected = this.#calls.get(msgId)
    if (expected === undefined) {
      this.#calls.set(msgId, { state: 'running', waiters: undefined })
      return
    }
    expected.state = 'running'
    this.#wake(expected)
  }

  /** A call was answered. */
  end(msgId: bigint, well: boolean): void {
    const call = this.#calls.get(msgId)
    if (call === undefined) return
    call.state = well ? 'done' : 'failed'
    this.#wake(call)
    for (const [oldest, { state }] of this.#calls) {
      if (this.#calls.size <= REMEMBERED) break
      if (state === 'done' || state === 'failed') this.#calls.delete(oldest)
    }
  }

  /**
   * Waits until these calls have ended well.
   * @throws RpcError 400 MSG_WAIT_FAILED when one of them failed, 500 MSG_WAIT_TIMEOUT when one of them does not come
   */
  async after(msgIds: readonly bigint[], wheel: TimerWheel): Promise<void> {
    for (const msgId of msgIds) {
      const call = this.#calls.get(msgId) ?? this.#expect(msgId)
      // Older than all that is remembered: it was answered long ago.
      if (call === undefined) continue
      if (call.state === 'expected') await this.#arrival(call, msgId, wheel)
      while (call.state === 'running') await this.#change(call)
      if (call.state === 'failed') throw new RpcError(400, 'MSG_WAIT_FAILED')
    }
  }

  #expect(msgId: bigint): Remembered | undefined {
    for (const oldest of this.#calls.keys()) {
      if (this.#calls.size >= REMEMBERED && msgId < oldest) return undefined
      break
    }
    const call: Remembered = { state: 'expected', waiters: undefined }
    this.#calls.set(msgId, call)
    return call
  }

  async #arrival(call: Remembered, msgId: bigint, wheel: TimerWheel): Promise<void> {
    let timer: Timer | undefined
    const late = new Promise<void>((resolve) => {
      timer = wheel.after(PATIENCE, resolve)
    })
    await Promise.race([this.#change(call), late])
    wheel.cancel(timer)
    if (call.state !== 'expected') return
    this.#calls.delete(msgId)
    this.#wake(call)
    throw new RpcError(500, 'MSG_WAIT_TIMEOUT')
  }

  #change(call: Remembered): Promise<void> {
    return new Promise((resolve) => {
      call.waiters ??= []
      call.waiters.push(resolve)
    })
  }

  #wake(call: Remembered): void {
    const { waiters } = call
    call.waiters = undefined
    for (const waiter of waiters ?? []) waiter()
  }
}
