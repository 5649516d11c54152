/** What a client has told of so far, to look through and to wait for. */
import type { Happenings } from './vocabulary.ts'

type Kind = keyof Happenings

interface Waiter {
  kind: Kind
  wants: (happening: never) => boolean
  found: (happening: never) => void
}

/** How long to wait for what must come, milliseconds. */
export const PATIENCE = 30_000

export class Diary {
  readonly #owner: string
  readonly #entries: { kind: Kind; happening: Happenings[Kind] }[] = []
  readonly #waiters = new Set<Waiter>()

  constructor(owner: string) {
    this.#owner = owner
  }

  add<K extends Kind>(kind: K, happening: Happenings[K]): void {
    this.#entries.push({ kind, happening })
    for (const waiter of this.#waiters) {
      if (waiter.kind !== kind || !waiter.wants(happening as never)) continue
      this.#waiters.delete(waiter)
      waiter.found(happening as never)
    }
  }

  /** The first that fits, of those so far. */
  find<K extends Kind>(kind: K, wants: (happening: Happenings[K]) => boolean): Happenings[K] | undefined {
    const entry = this.#entries.find((one) => one.kind === kind && wants(one.happening as Happenings[K]))
    return entry?.happening as Happenings[K] | undefined
  }

  /** The first that fits, of those so far and those to come. */
  saw<K extends Kind>(kind: K, wants: (happening: Happenings[K]) => boolean): Promise<Happenings[K]> {
    const known = this.find(kind, wants)
    if (known !== undefined) return Promise.resolve(known)
    const { stack } = new Error(`${this.#owner} was not told of it (${kind}) in ${PATIENCE} ms`)
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter)
        const last = this.#entries.slice(-5).map((one) => JSON.stringify(one))
        reject(new Error(`${stack}\nlast of all it saw: ${last.join('\n')}`))
      }, PATIENCE)
      const waiter: Waiter = {
        kind,
        wants,
        found: (happening) => {
          clearTimeout(timer)
          resolve(happening)
        },
      }
      this.#waiters.add(waiter)
    })
  }
}
