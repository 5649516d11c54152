/**
 * `npm run sim -- --updates --runs N --seed S [--trace]`: the gap engine against the model server, N histories from seed S
 * on. Stops at the first that breaks a promise, names its seed, and ends with code 1.
 */
import { parseArgs } from 'node:util'
import { simulate } from './simulation.ts'

/** How often it says how far it is, ms. */
const PROGRESS_EVERY = 10_000

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10000' },
    seed: { type: 'string', default: `${Date.now() % 1_000_000_000}` },
    trace: { type: 'boolean', default: false },
  },
})
const runs = wholeNumber('runs', values.runs)
const first = wholeNumber('seed', values.seed)
const totals = { events: 0, handled: 0, repeats: 0, gaps: 0, requests: 0, crashes: 0 }
const started = performance.now()
let played = 0
let told = started
let stopped = false
process.once('SIGINT', () => (stopped = true))
process.once('SIGTERM', () => (stopped = true))

try {
  for (; played < runs && !stopped; played++) {
    const report = simulate(first + played, values.trace ? (line) => console.log(line) : undefined)
    totals.events += report.events
    totals.handled += report.handled
    totals.repeats += report.repeats
    totals.gaps += report.gaps
    totals.requests += report.requests
    totals.crashes += report.crashes
    if (performance.now() - told < PROGRESS_EVERY) continue
    told = performance.now()
    console.error(`… ${summary()}`)
    // Signals are heard only between turns of the event loop.
    await new Promise((resolve) => setImmediate(resolve))
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  console.error(`replay: npm run sim -- --updates --runs 1 --seed ${first + played} --trace`)
  process.exitCode = 1
}
console.log(stopped ? `stopped: ${summary()}` : summary())
if (stopped) process.exitCode = 130

function summary(): string {
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  return `${played} histories from seed ${first} in ${seconds} s: ${JSON.stringify(totals)}`
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= 0) return value
  console.error(`--${name}: "${text}" is not a whole number`)
  return process.exit(2)
}
