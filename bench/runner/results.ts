/** The results of an item as they are written down. */
import type { Aim, Case, ContestantName, Item } from './item.ts'
import type { Outcome } from './measure.ts'
import type { Spread } from './statistics.ts'

export interface AimResult {
  /** What was to be reached, in words. */
  readonly aim: string
  readonly reached: boolean
  /** How much of it was reached: 1 is all of it. */
  readonly part: number
}

/** One line. Medians; absent is null. */
export interface Result {
  readonly item: string
  readonly name: string
  readonly unit: string
  readonly better: 'more' | 'less'
  readonly ours: number | null
  /** Without the native addon, where that makes a difference. */
  readonly portable?: number | null
  readonly peers: Readonly<Record<string, number>>
  readonly floor: number | null
  /** How many times better than the best of the peers. */
  readonly ratio: number | null
  /** Half the distance between the quartiles, as a part of the median. */
  readonly spread: Readonly<Record<string, number>>
  readonly repetitions: number
  readonly aims: readonly AimResult[]
}

export function results(item: Item, { measured }: Outcome): Result[] {
  return item.cases.map((one) => resultOf(item, one, measured.get(one.key) ?? new Map()))
}

function resultOf(item: Item, one: Case, values: ReadonlyMap<ContestantName, Spread>): Result {
  const median = (name: ContestantName): number | null => values.get(name)?.median ?? null
  const ours = median('ours')
  const peers: Record<string, number> = {}
  for (const name of ['mtcute', 'gramjs', 'teleproto'] as const) {
    const value = median(name)
    if (value !== null) peers[name] = value
  }
  const best = Object.values(peers).reduce<number | null>(
    (so, value) => (so === null || times(one, value, so) > 1 ? value : so),
    null,
  )
  return {
    item: item.name,
    name: one.name,
    unit: one.unit,
    better: one.better,
    ours,
    ...(item.contestants.some(({ name }) => name === 'portable') && { portable: median('portable') }),
    peers,
    floor: median('floor'),
    ratio: ours === null || best === null ? null : times(one, ours, best),
    spread: Object.fromEntries([...values].map(([name, { spread }]) => [name, spread])),
    repetitions: Math.max(0, ...[...values.values()].map(({ samples }) => samples.length)),
    aims: (one.aims ?? []).flatMap((aim) => aimResult(one, aim, median) ?? []),
  }
}

/** How many times better `value` is than `other`. */
function times({ better }: Pick<Case, 'better'>, value: number, other: number): number {
  return better === 'more' ? value / other : other / value
}

function aimResult(
  one: Case,
  aim: Aim,
  median: (name: ContestantName) => number | null,
): AimResult | undefined {
  const value = median(aim.by ?? 'ours')
  const target = 'value' in aim ? aim.value : median(aim.against)
  if (value === null || target === null) return undefined
  const part = times(one, value, target) / ('value' in aim ? 1 : aim.times)
  return { aim: aimInWords(one, aim), reached: part >= 1, part }
}

function aimInWords({ better, unit }: Case, aim: Aim): string {
  const who = aim.by === 'portable' ? 'without the addon ' : ''
  if ('value' in aim) return `${who}${better === 'more' ? 'at least' : 'at most'} ${aim.value} ${unit}`
  return `${who}at least ${aim.times} × ${aim.against}`
}
