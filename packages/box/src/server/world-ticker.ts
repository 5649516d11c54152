/** Lets happen in time what the world has planned: scheduled messages, invitations that expire. */
import { Timer, type TimerWheel } from '@telegram-mt/net'
import type { World } from '../world/world.ts'

export class WorldTicker {
  readonly #world: World
  readonly #wheel: TimerWheel
  readonly #timer: Timer
  readonly #onFault: (error: unknown, where: string) => void
  #armedFor: number | undefined

  constructor(world: World, wheel: TimerWheel, onFault: (error: unknown, where: string) => void) {
    this.#world = world
    this.#wheel = wheel
    this.#onFault = onFault
    this.#timer = new Timer(() => this.#tick())
  }

  /** Something may have been planned. */
  arm(): void {
    const due = this.#world.nextDue
    if (due === this.#armedFor) return
    this.#armedFor = due
    if (due === undefined) this.#wheel.cancel(this.#timer)
    else this.#wheel.start(this.#timer, due - this.#world.now())
  }

  stop(): void {
    this.#wheel.cancel(this.#timer)
  }

  #tick(): void {
    this.#armedFor = undefined
    try {
      this.#world.tick()
    } catch (error) {
      this.#onFault(error, 'what the world had planned')
    }
    this.arm()
  }
}
