/** The soak at any length: `npm run soak`. */
import { readOptions, refuse } from '../../tools/command-line.mjs'
import { type SoakFigures, soak } from './soak.ts'
import type { Growth } from './vitals.ts'

const USAGE = `usage: npm run soak -- [--minutes M] [--sessions N] [--seed S] [--key-life SECONDS] [--json]

Many sessions in one process, under faults of all kinds, against a box in a process of its own: see docs/reliability.md.

  --minutes M          how long things go wrong (5); then what is under way has two minutes to end
  --sessions N         how many, 10 to 9999 (200)
  --seed S             the same people who do the same, and the same choice of faults (by chance)
  --key-life SECONDS   with perfect forward secrecy, under temporary keys that live so long
  --json               the figures alone, as JSON, on the last line

Exit code 0: every promise was kept; 1: some were not; 2: the words above were not understood. Ctrl-C ends it early and in good
order.`

const values = readOptions(
  {
    minutes: { type: 'string', default: '5' },
    sessions: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e9)) },
    'key-life': { type: 'string' },
    json: { type: 'boolean', default: false },
  },
  USAGE,
)
const minutes = Number(values.minutes)
const sessions = Number(values.sessions)
const seed = Number(values.seed)
const keyLife = values['key-life'] === undefined ? undefined : Number(values['key-life'])
if (
  !(minutes > 0) ||
  !Number.isInteger(sessions) ||
  sessions < 10 ||
  sessions > 9_999 ||
  !Number.isInteger(seed) ||
  (keyLife !== undefined && !(Number.isInteger(keyLife) && keyLife > 0))
) {
  refuse(`one of these numbers is none, or too small or large\n\n${USAGE}`)
}

// With --json the last line of stdout is the figures, and nothing else is there.
const log = (line: string) => (values.json ? console.error(line) : console.log(line))
const stop = new AbortController()
process.on('SIGINT', () => {
  if (stop.signal.aborted) process.exit(130)
  log('ending: what is under way is waited for; Ctrl-C again to end at once')
  stop.abort()
})

log(`seed ${seed}: ${sessions} sessions for ${minutes} minutes, a fault every 100 ms`)
const figures = await soak({
  sessions,
  duration: minutes * 60_000,
  seed,
  faultEvery: 100,
  pace: sessions * 7.5,
  temporaryKeyLife: keyLife,
  // Set by the tool that bundled this.
  boxProgram: `${process.env.SOAK_PROGRAMS}box-process.mjs`,
  signal: stop.signal,
  log,
})
if (values.json) console.log(JSON.stringify(figures))
else report(figures)
process.exitCode = figures.broken.length === 0 ? 0 : 1

function report({ calls, messages, vitals, ...rest }: SoakFigures): void {
  const { examples, ...counted } = messages
  console.log(`\n${rest.seconds} s, ${rest.sessions} sessions, seed ${rest.seed}`)
  console.log('faults', rest.faults)
  console.log('calls', { ...calls, hanging: calls.hanging.length, untyped: calls.untyped.length })
  console.log('messages', counted)
  console.log('the host', rest.counts)
  console.log('faults that sessions told', rest.told)
  console.log(`memory: heap ${grown(vitals.heap)}; process ${grown(vitals.rss)}`)
  const { p50, p99, max } = vitals.loopDelay
  console.log(`event loop delay: median ${p50} ms, p99 ${p99} ms, most ${max} ms`)
  console.log(`the box: ${Math.round(rest.box.rss / 2 ** 20)} MiB, with ${rest.box.calls} calls seen`)
  for (const line of [...calls.hanging, ...calls.untyped, ...examples, ...rest.died].slice(0, 50))
    console.log(' ', line)
  console.log(rest.broken.length === 0 ? 'every promise was kept' : `BROKEN: ${rest.broken.join('; ')}`)
}

function grown(growth: Growth | undefined): string {
  if (growth === undefined) return 'not judged in so short a run'
  const { second, last, bound } = growth
  return `${second} MiB in the second quarter, ${last} MiB in the last (bound ${bound})`
}
