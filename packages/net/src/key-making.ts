// One key exchange under way over an open link, and its place at the host's gate for key exchanges.

import type { KeyExchangeCore, SessionKey } from './core.ts'
import type { Link } from './link.ts'

// "the exchange's salt is good for 600 s"
const firstSaltLife = 600

export class KeyMaking {
  readonly #exchange: KeyExchangeCore
  readonly #link: Link
  readonly leaveGate: (() => void) | undefined

  constructor(exchange: KeyExchangeCore, link: Link, leaveGate: (() => void) | undefined) {
    this.#exchange = exchange
    this.#link = link
    this.leaveGate = leaveGate
  }

  /** Milliseconds until the next answer must have come. */
  timeLeft(now: number): number {
    return this.#exchange.deadline - now
  }

  start(now: number): void {
    this.#link.send([this.#exchange.start(now)])
  }

  /**
   * Takes an answer and sends what follows; gives the key when that was the last.
   * @throws KeyExchangeError when the peer broke a rule
   */
  receive(packet: Uint8Array, now: number): SessionKey | undefined {
    const step = this.#exchange.receive(packet, now)
    if (step.type === 'send') {
      this.#link.send([step.packet])
      return undefined
    }
    const { authKey, serverSalt, timeOffset, fingerprint, expiresAt } = step
    const validSince = Math.floor((now + timeOffset) / 1000)
    const salts = [{ salt: serverSalt, validSince, validUntil: validSince + firstSaltLife }]
    return { authKey, salts, timeOffset, fingerprint, expiresAt }
  }

  /** Gives the place at the gate back, whatever came of the exchange. */
  end(): void {
    this.leaveGate?.()
  }
}
