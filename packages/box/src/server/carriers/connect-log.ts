/** Who has knocked at the box, and when: to see whether clients come back from an outage in turn or all at once. */

/** A connection that a client has made, whatever became of it. */
export interface ConnectReport {
  /** Counts up from 1. */
  number: number
  /** When it came, ms since the epoch by the box's clock. */
  at: number
  /** The same by a clock that nobody moves, ms since some moment. */
  steady: number
  dc: number
  /** `port`: at the datacenter's own; `proxy`: through the MTProxy. */
  via: 'port' | 'proxy'
}

/** Which connects are meant; what is left out does not matter. */
export interface ConnectFilter {
  dc?: number | undefined
  via?: string | undefined
  /** Only those with a higher number. */
  since?: number | undefined
}

const KEPT = 10_000

/** The last 10,000 connections that clients have made, those included that a fault has turned away. */
export class ConnectLog {
  #connects: ConnectReport[] = []
  #last = 0

  /** Connects seen so far, those no longer kept included. */
  get count(): number {
    return this.#last
  }

  /** The connects that are kept, oldest first. */
  all({ dc, via, since = 0 }: ConnectFilter = {}): ConnectReport[] {
    return this.#connects.filter(
      (connect) =>
        (dc === undefined || connect.dc === dc) &&
        (via === undefined || connect.via === via) &&
        connect.number > since,
    )
  }

  /** How many came within a second when most did. */
  mostPerSecond(filter?: ConnectFilter): number {
    const connects = this.all(filter)
    let most = 0
    let from = 0
    for (const [to, { steady }] of connects.entries()) {
      while (steady - (connects[from]?.steady ?? steady) >= 1000) from++
      most = Math.max(most, to - from + 1)
    }
    return most
  }

  /** Forgets what was seen so far; numbers go on. */
  clear(): void {
    this.#connects = []
  }

  /** @internal */
  add(connect: Omit<ConnectReport, 'number'>): void {
    this.#connects.push({ number: ++this.#last, ...connect })
    // Cut in large steps: moving the rest along costs, too.
    if (this.#connects.length > KEPT * 1.25) this.#connects = this.#connects.slice(-KEPT)
  }
}
