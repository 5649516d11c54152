/** `npm run scale`: so many sessions in one process, against a box in another, with a little to do for each. */
import { writeFileSync } from 'node:fs'
import { readOptions, refuse } from '#command-line'
import { writeDocument } from '../runner/document.ts'
import { describeMachine } from '../runner/machine.ts'
import { keepScale } from '../runner/records.ts'
import { checkFiles } from './open-files.ts'
import { runScale, type ScaleResult } from './run.ts'
import { scaleTable } from './scale-table.ts'

const USAGE = `usage: npm run scale -- [--sessions N,M] [--minutes N] [--exchanges N] [--json FILE] [--docs]

  --sessions N,M   how many; one run after the other, to see how cost grows (1,000)
  --minutes N      of calm before all connections are cut, and one more after that (2)
  --exchanges N    how many new sessions make their auth keys at the end (200)
  --json FILE      the results for machines
  --docs           keeps the results, and writes docs/benchmarks.md anew with them`

const options = readOptions(
  {
    sessions: { type: 'string', default: '1000' },
    minutes: { type: 'string', default: '2' },
    exchanges: { type: 'string', default: '200' },
    json: { type: 'string' },
    docs: { type: 'boolean', default: false },
  },
  USAGE,
)

const sizes = options.sessions.split(',').map((text) => positive('--sessions', text))
const minutes = positive('--minutes', options.minutes)
const exchanges = positive('--exchanges', options.exchanges)
checkFiles(Math.max(...sizes))

const results: ScaleResult[] = []
for (const sessions of sizes) {
  results.push(await runScale({ sessions, minutes, exchanges, say: (text) => console.error(text) }))
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(results, null, 2)}\n`)
}
console.log(scaleTable(results))
if (options.docs) {
  keepScale({ machine: describeMachine(), results })
  writeDocument()
}
const lost = results.reduce((sum, { updates }) => sum + updates.lost, 0)
if (lost > 0) {
  console.error(`${lost} updates were lost`)
  process.exitCode = 1
}

function positive(name: string, text: string): number {
  const value = Number(text)
  if (!Number.isFinite(value) || value <= 0) refuse(`${name} is ${text}, expected a number above 0`)
  return value
}
