/** Measures one item: all contestants side by side, each in its process, in turns: A B C A B C … */
import type { BoxCommands, SignedIn } from '../box/commands.ts'
import type { Start } from '../contestant/main.ts'
import type { BoxAddress, Values } from '../contestant/program.ts'
import { Child } from './child.ts'
import type { Contestant, ContestantName, Item } from './item.ts'
import { places } from './places.ts'
import { type Spread, summarize } from './statistics.ts'

export interface MeasureOptions {
  readonly repetitions: number
  readonly quick: boolean
  /** Told how far it is. */
  readonly onProgress: (text: string) => void
}

/** By the keys of the cases, then by contestant. A contestant that failed has none. */
export type Measured = Map<string, Map<ContestantName, Spread>>

export interface Outcome {
  readonly measured: Measured
  /** Why contestants have no values. */
  readonly failures: ReadonlyMap<ContestantName, string>
}

export async function measure(item: Item, options: MeasureOptions): Promise<Outcome> {
  const box = item.accounts === undefined ? undefined : new Child(places.box)
  const round = new Round(item, options, box)
  try {
    for (let repetition = 1; repetition <= options.repetitions; repetition++) {
      for (const step of item.steps) {
        options.onProgress(`${item.name}: ${step} (${repetition}/${options.repetitions})`)
        for (const contestant of item.contestants) await round.run(contestant, step)
      }
      if (item.fresh) await round.endAll()
    }
  } finally {
    await round.endAll()
    await box?.end()
  }
  return round.outcome()
}

class Round {
  readonly #item: Item
  readonly #options: MeasureOptions
  readonly #box: Child | undefined
  readonly #children = new Map<ContestantName, Child>()
  readonly #samples = new Map<string, Map<ContestantName, number[]>>()
  readonly #failures = new Map<ContestantName, string>()

  constructor(item: Item, options: MeasureOptions, box: Child | undefined) {
    this.#item = item
    this.#options = options
    this.#box = box
  }

  async run(contestant: Contestant, step: string): Promise<void> {
    const { name } = contestant
    if (this.#failures.has(name)) return
    try {
      const child = this.#children.get(name) ?? (await this.#start(contestant))
      this.#note(name, await inTime(child.ask<Values>(step), `${name} at ${step}`))
    } catch (error) {
      // Whoever cannot do the work is left out of the table; the others are compared all the same.
      this.#failures.set(name, error instanceof Error ? error.message : String(error))
      await this.#end(name)
    }
  }

  async endAll(): Promise<void> {
    for (const name of [...this.#children.keys()]) await this.#end(name)
  }

  outcome(): Outcome {
    const measured: Measured = new Map()
    for (const { key, convert } of this.#item.cases) {
      const spreads = [...(this.#samples.get(key) ?? [])]
        .filter(([name]) => !this.#failures.has(name))
        .map(([name, samples]) => [name, summarize(convert ? samples.map(convert) : samples)] as const)
      measured.set(key, new Map(spreads))
    }
    return { measured, failures: this.#failures }
  }

  async #start({ name, program, library = '', env }: Contestant): Promise<Child> {
    const box = this.#box
    const child = new Child(places.contestant, {
      env: env ?? {},
      node: ['--expose-gc'],
      onAsk: (what, details) => box?.ask(what, details),
    })
    this.#children.set(name, child)
    const start: Start = {
      program: places.program(this.#item.folder ?? this.#item.name, program).href,
      library,
      quick: this.#options.quick,
      box: (await box?.ask<BoxAddress>('address')) ?? nowhere,
      accounts: (await box?.ask<SignedIn[]>('accounts', this.#accounts())) ?? [],
    }
    await child.ask('load', start)
    return child
  }

  #accounts(): Parameters<BoxCommands['accounts']>[0] {
    const count = this.#item.accounts ?? 0
    return { count: this.#options.quick ? Math.ceil(count / 10) : count }
  }

  async #end(name: ContestantName): Promise<void> {
    const child = this.#children.get(name)
    this.#children.delete(name)
    await child?.end()
  }

  #note(name: ContestantName, values: Values): void {
    for (const [key, value] of Object.entries(values)) {
      const byContestant = this.#samples.get(key) ?? new Map<ContestantName, number[]>()
      this.#samples.set(key, byContestant)
      const samples = byContestant.get(name) ?? []
      byContestant.set(name, samples)
      samples.push(value)
    }
  }
}

/** Whoever is stuck must not hold up the others. */
function inTime<T>(work: Promise<T>, what: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${what}: no end in ${PATIENCE / 1000} s`)), PATIENCE)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

/** Milliseconds. */
const PATIENCE = Number(process.env.BENCH_PATIENCE ?? 300_000)

const nowhere: BoxAddress = { dcs: [], publicKey: { pem: '', n: '', e: 0, fingerprint: '' } }
