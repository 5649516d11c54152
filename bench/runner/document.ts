/** docs/benchmarks.md: the figures that were kept, with what is to be said of them in `bench/notes.md`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { items } from '../items/index.ts'
import { scaleTable } from '../scale/scale-table.ts'
import type { Machine } from './machine.ts'
import { places } from './places.ts'
import { keptBench, keptScale } from './records.ts'
import type { Result } from './results.ts'
import { number, padded, table } from './table.ts'

export function writeDocument(): void {
  const bench = keptBench()
  const scale = keptScale()
  const parts = ['# Benchmarks', intro]
  if (bench !== undefined) {
    parts.push(machineLine(bench.machine), '## Aims', aims(bench.results))
    for (const item of items) {
      const rows = bench.results.filter((result) => result.item === item.name)
      if (rows.length > 0) parts.push(`## ${item.title}`, item.about, table(item, rows))
    }
  }
  if (scale !== undefined)
    parts.push(
      '## Many sessions in one process',
      scaleIntro,
      machineLine(scale.machine),
      scaleTable(scale.results),
    )
  parts.push(readFileSync(places.notes, 'utf8').trim())
  writeFileSync(places.document, `${parts.join('\n\n')}\n`)
}

const intro = `Written by \`npm run bench -- --docs\` and \`npm run scale -- --docs\`; anybody can repeat them. Every library runs in a process of its
own; they take turns at the same work, ten times or more. Given are the median and, after ±, half the distance between the
quartiles. The ratio is how many times better telegram-mt is than the best of the others.`

const scaleIntro = `\`npm run scale -- --sessions 1000,10000\`: one client process and one box process share the machine. Accounts and auth keys are made
in the box, as a login would leave them (the last lines tell what key exchanges add). Each session is sent a message and makes a
call once a minute; then the box cuts all connections, while messages go on; at the end every message must have been
told, by its number.`

function machineLine({ processor, cores, memory, system, node, compiler, aes }: Machine): string {
  return `Measured on: ${processor}, ${cores} cores, ${memory} GiB; ${system}; Node ${node.replace('v', '')}; AES-IGE: ${aes}; compiler of the floor: ${compiler}.`
}

function aims(results: readonly Result[]): string {
  const rows = results.flatMap(({ name, aims }) =>
    aims.map(({ aim, reached, part }) => [
      name,
      aim,
      reached ? 'reached' : 'missed',
      `${number(part)} of it`,
    ]),
  )
  return padded([['work', 'aim', '', 'how far'], ...rows])
}
