/**
 * Gathers what connections have to send until the events of this turn are done: what one packet of calls has caused
 * leaves in one packet, too.
 */
export interface Flushable {
  /** Never throws. */
  flush(): void
}

export class FlushQueue {
  #waiting: Flushable[] = []

  /** To be flushed soon; to be asked for once until then. */
  add(one: Flushable): void {
    if (this.#waiting.push(one) === 1) setImmediate(() => this.#run())
  }

  #run(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const one of waiting) one.flush()
  }
}
