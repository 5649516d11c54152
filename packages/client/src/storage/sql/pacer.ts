// Keeps long work from holding up the event loop: between two of its steps it lets everything else run, once it has
// been at it for some milliseconds.

const SLICE = 3

export class Pacer {
  #since = performance.now()

  async breathe(): Promise<void> {
    if (performance.now() - this.#since < SLICE) return
    await turn()
    this.#since = performance.now()
  }
}

/** Lets the event loop turn once. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
