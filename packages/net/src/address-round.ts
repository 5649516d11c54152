// Which address to try next, and how long to wait before: all addresses of a round at once after one
// another, then a pause that grows with every round that failed.

import type { Backoff } from './backoff.ts'

export class AddressRound<Address> {
  readonly #addresses: () => readonly Address[]
  readonly #backoff: Backoff
  #index = 0
  // Addresses of this round that have failed.
  #failed = 0

  constructor(addresses: () => readonly Address[], backoff: Backoff) {
    this.#addresses = addresses
    this.#backoff = backoff
  }

  /** The address to try now; undefined when there is none at all. */
  current(): Address | undefined {
    const addresses = this.#addresses()
    return addresses[this.#index % addresses.length]
  }

  /** The current address gave no answer: milliseconds to wait before the next one is tried. */
  failed(): number {
    this.#index++
    this.#failed++
    if (this.#failed < this.#addresses().length) return 0
    this.#failed = 0
    return this.#backoff.next()
  }

  /** Every address has been tried since the last pause, or since one answered. */
  get over(): boolean {
    return this.#failed === 0
  }

  /**
   * The connection was lost, or refused, by a server that had answered: milliseconds to wait before the same address is
   * tried again. `steady`: it had held long enough for old failures to be forgotten.
   */
  lost(steady: boolean): number {
    this.#failed = 0
    if (steady) this.#backoff.reset()
    return this.#backoff.next()
  }

  /** Old failures say nothing any more. */
  reset(): void {
    this.#failed = 0
    this.#backoff.reset()
  }
}
