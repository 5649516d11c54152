/** What is measured: an item is one piece of work that several libraries do, each in a process of its own. */

/** Who does the work. `portable` is this project without its native addon; `floor` is the least that the hardware allows. */
export type ContestantName = 'ours' | 'portable' | 'mtcute' | 'gramjs' | 'teleproto' | 'floor'

export interface Contestant {
  readonly name: ContestantName
  /** The program, relative to the item's folder; its default export is a `Program`. */
  readonly program: string
  /** The package that it measures, if the program serves several. */
  readonly library?: string
  readonly env?: Readonly<Record<string, string>>
}

/** A number to reach, or how many times better than somebody to be. */
export type Aim =
  | { readonly value: number; readonly by?: 'ours' | 'portable' }
  | { readonly against: ContestantName; readonly times: number; readonly by?: 'ours' | 'portable' }

/** One line of the table. */
export interface Case {
  /** Under which the programs give its value. */
  readonly key: string
  readonly name: string
  readonly unit: string
  readonly better: 'more' | 'less'
  /** Turns what the programs give (nanoseconds, where they time a function) into the unit. */
  readonly convert?: (value: number) => number
  readonly aims?: readonly Aim[]
}

export interface Item {
  /** For `--only`; also the folder with its programs, unless there is another. */
  readonly name: string
  readonly folder?: string
  readonly title: string
  /** What exactly is done, for the reader of the table. */
  readonly about: string
  /** What a program is asked for, one after the other; each gives the values of one or more cases. */
  readonly steps: readonly string[]
  readonly cases: readonly Case[]
  readonly contestants: readonly Contestant[]
  /** Every repetition in a new process: for what can be seen once per process only. */
  readonly fresh?: boolean
  /** Needs a box, in a process of its own; so many accounts are signed in on it for every process of a contestant. */
  readonly accounts?: number
  /** Repetitions, where the usual number would take too long. */
  readonly repetitions?: number
  /** Left out of a quick run. */
  readonly slow?: boolean
}

const programs: Record<ContestantName, Omit<Contestant, 'name'>> = {
  ours: { program: 'ours.js' },
  portable: { program: 'ours.js', env: { TELEGRAM_MT_AES: 'wasm' } },
  mtcute: { program: 'mtcute.mjs' },
  gramjs: { program: 'gramjs.mjs', library: 'telegram' },
  teleproto: { program: 'gramjs.mjs', library: 'teleproto' },
  floor: { program: 'floor.js' },
}

/** The contestants with the programs that they usually have. */
export function contestants(...names: ContestantName[]): Contestant[] {
  return names.map((name) => ({ name, ...programs[name] }))
}
