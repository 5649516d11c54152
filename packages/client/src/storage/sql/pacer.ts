// Keeps long work from holding up the event loop: between two of its steps it lets everything else run, once it has
// been at it for some milliseconds.

const SLICE = 2

export class Pacer {
  #since = performance.now()

  async breathe(): Promise<void> {
    if (performance.now() - this.#since >= SLICE) await this.rest()
  }

  /** Before a step that cannot be cut: it gets a turn of the event loop to itself. */
  async rest(): Promise<void> {
    await turn()
    this.#since = performance.now()
  }
}

/** Makes something of each, in steps as small as need be. */
export async function paced<T, R>(items: readonly T[], pacer: Pacer, make: (item: T) => R): Promise<R[]> {
  const made: R[] = []
  for (const item of items) {
    made.push(make(item))
    await pacer.breathe()
  }
  return made
}

/** Lets the event loop turn once. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
