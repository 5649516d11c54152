/** A stream that writes so slowly that its reader loses patience, or should. */
import type { ByteStream, StreamHandlers, TimerWheel } from '@telegram-mt/net'
import { Timer } from '@telegram-mt/net'

/** ms */
const SHORTEST = 20

export class TrickleStream implements ByteStream {
  readonly #stream: ByteStream
  readonly #wheel: TimerWheel
  readonly #timer: Timer
  /** ms from one byte to the next; several bytes at once where that would be too short to be kept. */
  readonly #interval: number
  readonly #portion: number
  #waiting: Uint8Array[] = []

  constructor(stream: ByteStream, wheel: TimerWheel, bytesPerSecond: number) {
    this.#stream = stream
    this.#wheel = wheel
    this.#interval = Math.max(SHORTEST, 1000 / bytesPerSecond)
    this.#portion = Math.max(1, Math.round((bytesPerSecond * this.#interval) / 1000))
    this.#timer = new Timer(() => this.#drip())
  }

  get remote(): string {
    return this.#stream.remote
  }

  get buffered(): number {
    return this.#waiting.reduce((sum, { length }) => sum + length, this.#stream.buffered)
  }

  start(handlers: StreamHandlers): void {
    this.#stream.start({
      onData: (chunk) => handlers.onData(chunk),
      onClose: (error) => {
        this.#stop()
        handlers.onClose(error)
      },
    })
  }

  write(data: Uint8Array): void {
    this.#waiting.push(data)
    if (!this.#timer.active) this.#drip()
  }

  close(): void {
    this.#stop()
    this.#stream.close()
  }

  destroy(): void {
    this.#stop()
    this.#stream.destroy()
  }

  #drip(): void {
    const [first] = this.#waiting
    if (first === undefined) return
    this.#stream.write(first.slice(0, this.#portion))
    if (first.length > this.#portion) this.#waiting[0] = first.subarray(this.#portion)
    else this.#waiting.shift()
    if (this.#waiting.length > 0) this.#wheel.start(this.#timer, this.#interval)
  }

  #stop(): void {
    this.#waiting = []
    this.#wheel.cancel(this.#timer)
  }
}
