/**
 * Hands deliveries to the program: one at a time, in order, each awaited. The position is saved only after the handler has
 * finished, so that after a crash whatever was not finished comes again.
 */
import type { SessionContext } from '../session/context.ts'
import { sleep } from '../session/sleep.ts'
import type { SessionWrite } from '../storage/storage.ts'
import type { Delivery, Position, UpdateState } from '../updates/types.ts'
import type { MessageHandler, UpdateHandler } from './handlers.ts'
import { incomingMessage } from './incoming-message.ts'
import { printMessage } from './print-message.ts'

/** How often a handler that throws gets the same update again, and how long it is left alone before each time (ms). */
const RETRIES = [100, 1_000, 5_000] as const

export class Deliverer {
  readonly #session: SessionContext
  readonly #fault: (error: unknown, where: string) => void
  #queue: Delivery[] = []
  #running: Promise<void> | undefined
  #stopping = new AbortController()
  #below: { count: number; then: () => void } | undefined
  #saved = { pts: 0, qts: 0, seq: 0, date: 0 }
  onUpdate: UpdateHandler | undefined
  onMessage: MessageHandler | undefined

  constructor(session: SessionContext, fault: (error: unknown, where: string) => void) {
    this.#session = session
    this.#fault = fault
  }

  /** Deliveries that wait for the program. */
  get waiting(): number {
    return this.#queue.length
  }

  start(saved: UpdateState | undefined): void {
    const { pts = 0, qts = 0, seq = 0, date = 0 } = saved ?? {}
    this.#saved = { pts, qts, seq, date }
    this.#stopping = new AbortController()
  }

  add(deliveries: readonly Delivery[]): void {
    if (deliveries.length === 0 || this.#stopping.signal.aborted) return
    this.#queue.push(...deliveries)
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
    })
  }

  /** Calls back once, when fewer than so many deliveries wait. */
  whenBelow(count: number, then: () => void): void {
    this.#below = { count, then }
  }

  async stop(): Promise<void> {
    this.#queue = []
    this.#stopping.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    for (;;) {
      const delivery = this.#queue.shift()
      if (delivery === undefined || signal.aborted) return
      if (!(await this.#handle(delivery, signal))) return
      if (delivery.position !== undefined) this.#save(delivery.position)
      if (this.#below !== undefined && this.#queue.length < this.#below.count) {
        const { then } = this.#below
        this.#below = undefined
        then()
      }
    }
  }

  /** False if it was stopped before the program had finished with it. */
  async #handle(delivery: Delivery, signal: AbortSignal): Promise<boolean> {
    if (delivery.type === 'position') return true
    for (let attempt = 0; ; attempt++) {
      try {
        await this.#offer(delivery)
        return true
      } catch (error) {
        this.#fault(error, `the update handler (attempt ${attempt + 1})`)
        const pause = RETRIES[attempt]
        if (pause === undefined) return true
        try {
          await sleep(this.#session.host.connections.wheel, pause, signal)
        } catch {
          return false
        }
      }
    }
  }

  async #offer(delivery: Exclude<Delivery, { type: 'position' }>): Promise<void> {
    const { host, stored } = this.#session
    if (this.onUpdate !== undefined) await this.onUpdate(delivery)
    const wanted = this.onMessage !== undefined || (this.onUpdate === undefined && host.printMessages)
    const message = wanted ? incomingMessage(delivery, stored.userId) : undefined
    if (message === undefined) return
    if (this.onMessage !== undefined) await this.onMessage(message)
    else printMessage(stored.username ?? stored.id, message)
  }

  #save(position: Position): void {
    this.#session.stored.post(this.#write(position))
  }

  #write(position: Position): SessionWrite {
    switch (position.type) {
      case 'account':
        this.#saved = { ...this.#saved, pts: position.pts, qts: position.qts, seq: position.seq }
        return { type: 'updateState', ...this.#saved }
      case 'date':
        this.#saved = { ...this.#saved, date: position.date }
        return { type: 'updateState', ...this.#saved }
      case 'channel':
        return { type: 'channelPts', channelId: position.channelId, pts: position.gone ? null : position.pts }
    }
  }
}
