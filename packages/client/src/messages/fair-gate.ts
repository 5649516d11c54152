/**
 * Turns for work that many accounts want at once: at most so many at a time, and the accounts take turns, so that one with a
 * long history does not keep a hundred others waiting.
 */

interface Line {
  readonly waiting: (() => void)[]
}

export class FairGate {
  readonly #atOnce: number
  /** Those who wait, in the order of their turns. */
  readonly #lines = new Map<string, Line>()
  #running = 0

  constructor(atOnce: number) {
    this.#atOnce = atOnce
  }

  /** Does the work when it is this account's turn. */
  async take<T>(account: string, work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#atOnce || this.#lines.size > 0) await this.#turn(account)
    else this.#running++
    try {
      return await work()
    } finally {
      this.#running--
      this.#next()
    }
  }

  #turn(account: string): Promise<void> {
    return new Promise((resolve) => {
      const line = this.#lines.get(account)
      if (line === undefined) this.#lines.set(account, { waiting: [resolve] })
      else line.waiting.push(resolve)
    })
  }

  #next(): void {
    if (this.#running >= this.#atOnce) return
    for (const [account, line] of this.#lines) {
      const go = line.waiting.shift()
      // To the end: the next turn is another account's.
      this.#lines.delete(account)
      if (line.waiting.length > 0) this.#lines.set(account, line)
      if (go === undefined) continue
      this.#running++
      go()
      return
    }
  }
}
