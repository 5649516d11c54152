/** What was measured last, kept in the repository, so that either command can write the whole document. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { ScaleResult } from '../scale/run.ts'
import type { Machine } from './machine.ts'
import { places } from './places.ts'
import type { Result } from './results.ts'

export interface BenchRecord {
  readonly machine: Machine
  readonly results: readonly Result[]
}

export interface ScaleRecord {
  readonly machine: Machine
  readonly results: readonly ScaleResult[]
}

/** What was not measured this time is kept as it was, if it was measured on a machine like this one. */
export function keepBench({ machine, results }: BenchRecord): void {
  const before = keptBench()
  const measured = new Set(results.map(({ item }) => item))
  const { load: _, ...here } = machine
  const { load: __, ...there } = before?.machine ?? machine
  const others = JSON.stringify(here) === JSON.stringify(there) ? (before?.results ?? []) : []
  keep('bench.json', { machine, results: [...others.filter(({ item }) => !measured.has(item)), ...results] })
}

export const keepScale = (record: ScaleRecord) => keep('scale.json', record)
export const keptBench = () => kept<BenchRecord>('bench.json')
export const keptScale = () => kept<ScaleRecord>('scale.json')

function keep(name: string, record: BenchRecord | ScaleRecord): void {
  mkdirSync(places.results, { recursive: true })
  writeFileSync(new URL(name, places.results), `${JSON.stringify(record, null, 1)}\n`)
}

/** What this program wrote itself. */
function kept<T>(name: string): T | undefined {
  const file = new URL(name, places.results)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : undefined
}
