/** docs/benchmarks.md, as the benchmarks write it. */
import { writeFileSync } from 'node:fs'
import type { Item } from './item.ts'
import type { Machine } from './machine.ts'
import { places } from './places.ts'
import type { Result } from './results.ts'
import { aimLines, table } from './table.ts'

export function writeDocument(
  all: readonly { item: Item; rows: readonly Result[] }[],
  machine: Machine,
): void {
  const parts = [
    '# Benchmarks',
    'Written by `npm run bench -- --docs`.',
    machine.processor,
    ...all.flatMap(({ item, rows }) => [
      `## ${item.title}`,
      item.about,
      table(item, rows),
      ...aimLines(rows),
    ]),
  ]
  writeFileSync(places.document, `${parts.join('\n\n')}\n`)
}
