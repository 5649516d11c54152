/** `npm run bench`: this project and the libraries that it is compared with, at the same work, side by side. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { readOptions, refuse } from '#command-line'
import { items } from './items/index.ts'
import { writeDocument } from './runner/document.ts'
import type { Item } from './runner/item.ts'
import { describeMachine } from './runner/machine.ts'
import { measure } from './runner/measure.ts'
import { keepBench } from './runner/records.ts'
import { type Result, results } from './runner/results.ts'
import { aimLines, failureLines, table } from './runner/table.ts'

const USUAL_REPETITIONS = 10
const QUICK_REPETITIONS = 3

const USAGE = `usage: npm run bench -- [--only NAME] [--quick] [--json FILE] [--docs] [--profile DIR] [--heap DIR] [--list]

  --only NAME     the items whose name contains this (may be given several times)
  --quick         short samples and few repetitions: a look, no result
  --json FILE     the results for machines
  --docs          keeps the results, and writes docs/benchmarks.md with them
  --profile DIR   a CPU profile of every step, for a debugger or a viewer to open; slows what is measured
  --heap DIR      a heap snapshot whenever memory is measured; what is measured after the first is wrong
  --list          names the items`

const options = readOptions(
  {
    only: { type: 'string', multiple: true },
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    docs: { type: 'boolean', default: false },
    profile: { type: 'string' },
    heap: { type: 'string' },
    list: { type: 'boolean', default: false },
  },
  USAGE,
)

if (options.list) for (const { name, title } of items) console.log(`${name.padEnd(20)} ${title}`)
else await run()

async function run(): Promise<void> {
  const { quick } = options
  const chosen = items.filter(
    ({ name, slow }) => isChosen(name) && !(quick && slow && options.only === undefined),
  )
  if (chosen.length === 0) refuse(`no item has ${options.only?.join(' or ')} in its name: see --list`)
  if (options.docs && quick) refuse('a quick run is no result: --docs goes without --quick')
  if (options.profile !== undefined) {
    mkdirSync(options.profile, { recursive: true })
    process.env.BENCH_PROFILE = resolve(options.profile)
  }
  if (options.heap !== undefined) {
    mkdirSync(options.heap, { recursive: true })
    process.env.BENCH_HEAP = resolve(options.heap)
  }
  const machine = describeMachine()
  console.log(
    `${machine.processor}, ${machine.cores} cores, Node ${machine.node}, AES-IGE ${machine.aes}, load ${machine.load}`,
  )
  const all: { item: Item; rows: Result[] }[] = []
  for (const item of chosen) {
    const outcome = await measure(item, {
      quick,
      repetitions: quick ? QUICK_REPETITIONS : (item.repetitions ?? USUAL_REPETITIONS),
      onProgress: progress,
    })
    progress('')
    const rows = results(item, outcome)
    all.push({ item, rows })
    console.log(`\n${item.title}\n\n${table(item, rows)}`)
    for (const line of [...aimLines(rows), ...failureLines(outcome)]) console.log(line)
    // As far as it has come, so that hours are not lost with the last item.
    if (options.json !== undefined)
      writeFileSync(
        options.json,
        `${JSON.stringify(
          all.flatMap((one) => one.rows),
          null,
          2,
        )}\n`,
      )
  }
  if (options.docs) {
    keepBench({ machine, results: all.flatMap(({ rows }) => rows) })
    writeDocument()
  }
}

function isChosen(name: string): boolean {
  return options.only?.some((part) => name.includes(part)) ?? true
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`)
}
