/**
 * Runs simulations from the command line: `npm run sim -- --runs N --seed S --calls C`. Seeds count up from S; a failing
 * one is printed with what it broke, and replays exactly with `--runs 1 --seed` and the same `--calls`.
 */
import { parseArgs } from 'node:util'
import { type SimulationReport, simulate } from './simulation.ts'

/** How often it says how far it is, ms. */
const PROGRESS_EVERY = 10_000

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    calls: { type: 'string', default: '1000' },
    trace: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
})

function wholeNumber(name: 'runs' | 'seed' | 'calls'): number {
  const value = Number(values[name])
  if (Number.isSafeInteger(value) && value >= 0) return value
  console.error(`--${name} is ${values[name]}, expected a whole number`)
  process.exit(2)
}

function complain({ seed, faults }: SimulationReport): void {
  console.log(
    `seed ${seed} failed (replay: npm run sim -- --runs 1 --seed ${seed} --calls ${calls} --verbose)`,
  )
  for (const fault of faults.slice(0, 10)) console.log(`  ${fault}`)
  if (faults.length > 10) console.log(`  … and ${faults.length - 10} more`)
}

const runs = wholeNumber('runs')
const first = wholeNumber('seed')
const calls = wholeNumber('calls')
const startedAt = performance.now()
const sums = { runs: 0, failed: 0, calls: 0, packets: 0, connects: 0, lostSessions: 0 }

function summary(): string {
  const seconds = (performance.now() - startedAt) / 1000
  return (
    `${sums.runs} runs from seed ${first}, ${sums.failed} failed: ${sums.calls} calls, ${sums.packets} packets, ` +
    `${sums.connects} connects, ${sums.lostSessions} lost sessions in ${seconds.toFixed(1)} s`
  )
}

let stopped = false
process.once('SIGINT', () => (stopped = true))
process.once('SIGTERM', () => (stopped = true))
let toldAt = startedAt

for (let seed = first; seed < first + runs && !stopped; seed++) {
  const report = simulate(seed, calls, values.trace ? (line) => console.log(line) : undefined)
  sums.runs++
  sums.calls += report.calls
  sums.packets += report.packets
  sums.connects += report.connects
  sums.lostSessions += report.lostSessions
  if (values.verbose) console.log(report)
  if (report.faults.length > 0) {
    sums.failed++
    complain(report)
  }
  if (performance.now() - toldAt < PROGRESS_EVERY) continue
  toldAt = performance.now()
  console.error(`… ${summary()}`)
  // Signals are heard only between turns of the event loop.
  await new Promise((resolve) => setImmediate(resolve))
}

console.log(stopped ? `stopped: ${summary()}` : summary())
process.exitCode = stopped ? 130 : sums.failed === 0 ? 0 : 1
