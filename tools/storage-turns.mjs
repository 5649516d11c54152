/**
 * `npm run bench:storage`: how long 1,000 busy sessions on one SQLite file hold up the event loop. Each writes five times a
 * second what an update writes: the position, the message, its sender. The same timers without the store come first, for what
 * the machine itself makes late.
 */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { openStorage } from '../packages/client/dist/index.js'
import { readOptions } from './command-line.mjs'

const USAGE = `usage: npm run bench:storage -- [--sessions N] [--seconds S] [--sealed]

  --sessions N   how many write (1,000)
  --seconds S    for how long (20)
  --sealed       with a storage key, and a log of updates`

const values = readOptions(
  {
    sessions: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '20' },
    sealed: { type: 'boolean', default: false },
  },
  USAGE,
)
const sessions = Number(values.sessions)
const seconds = Number(values.seconds)
const PERIOD = 200
/** Of the timer that looks how late it comes. */
const RESOLUTION = 1

const folder = mkdtempSync(join(tmpdir(), 'telegram-mt-turns-'))
try {
  print('no store', await turns(() => {}))
  const file = join(folder, 'accounts.db')
  const storage = openStorage(file, { storageKey: values.sealed ? new Uint8Array(32) : undefined })
  await storage.open()
  const owners = []
  for (let n = 0; n < sessions; n++) {
    const owner = await storage.claim(`s${n}`)
    owners.push(owner)
    void storage.write({ session: `s${n}`, owner, writes: [{ type: 'account', dc: 2, userId: n + 1 }] })
  }
  await storage.flush()
  let batches = 0
  print(
    'with it',
    await turns((n, at) => {
      batches++
      storage.post({ session: `s${n}`, owner: owners[n], writes: update(n, at) })
    }),
  )
  const before = performance.now()
  await storage.flush()
  const { size } = statSync(file)
  console.log(
    `${batches} updates written, ${Math.round(batches / seconds)} per second; the last in ${(performance.now() - before).toFixed(0)} ms; ` +
      `${(size / 2 ** 20).toFixed(0)} MiB`,
  )
  await storage.close()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** Calls `write` for each session in its turn, spread over the period, and gives the delays of the event loop in ms. */
async function turns(write) {
  const timers = []
  let at = 0
  for (let n = 0; n < sessions; n++) {
    const begin = setTimeout(
      () => timers.push(setInterval(() => write(n, ++at), PERIOD)),
      (n / sessions) * PERIOD,
    )
    timers.push(begin)
  }
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION })
  // What this thread computes between two chances of a timer to run: on a busy machine a turn also waits for its processor.
  const work = []
  let counted
  const count = () => {
    const before = counted
    counted = computed()
    if (before !== undefined) work.push(counted - before)
  }
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  timers.push(setInterval(count, RESOLUTION))
  delay.enable()
  const cpu = process.cpuUsage()
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000))
  const { user, system } = process.cpuUsage(cpu)
  delay.disable()
  for (const timer of timers) clearTimeout(timer)
  const ms = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - RESOLUTION)
  return {
    median: ms(delay.percentile(50)),
    p99: ms(delay.percentile(99)),
    p999: ms(delay.percentile(99.9)),
    most: ms(delay.max),
    held: held(work),
    cpu: ((user + system) / (seconds * 1e6)) * 100,
  }
}

/** CPU time in ms: of this thread, or, where neither Node (from 22.19 on) nor Linux tells it, of the process. */
function computed() {
  const { user, system } = process.threadCpuUsage?.() ?? fromLinux() ?? process.cpuUsage()
  return (user + system) / 1000
}

function fromLinux() {
  if (process.platform !== 'linux') return undefined
  // "time spent on the cpu (in nanoseconds)": https://docs.kernel.org/scheduler/sched-stats.html
  return {
    user: Number.parseInt(readFileSync('/proc/thread-self/schedstat', 'latin1'), 10) / 1000,
    system: 0,
  }
}

function held(work) {
  work.sort((a, b) => a - b)
  const at = (part) => work[Math.min(work.length - 1, Math.floor(work.length * part))] ?? 0
  return {
    p99: at(0.99),
    p999: at(0.999),
    most: at(1),
    long: work.filter((ms) => ms > 10).length,
    turns: work.length,
  }
}

function print(name, { median, p99, p999, most, held, cpu }) {
  const figures = [median, p99, p999, most].map((ms) => ms.toFixed(1).padStart(6))
  console.log(
    `${name.padEnd(9)} late by: median ${figures[0]} ms, 99 % ${figures[1]}, 99.9 % ${figures[2]}, most ${figures[3]}; CPU ${cpu.toFixed(0)} %`,
  )
  const work = [held.p99, held.p999, held.most].map((ms) => ms.toFixed(1).padStart(6))
  console.log(
    `          CPU at a time: 99 % ${work[0]} ms, 99.9 % ${work[1]}, most ${work[2]}; ${held.long} of ${held.turns} above 10 ms`,
  )
}

function update(n, at) {
  const [id, sender] = [at, 1_000 + ((n * 7 + at) % 5_000)]
  const writes = [
    { type: 'updateState', pts: at, qts: 0, seq: 0, date: 1_700_000_000 + at, top: id, userId: n + 1 },
    { type: 'message', messageId: id, peer: { kind: 'user', id: sender }, content: 'abcdef0123456' },
    {
      type: 'peer',
      kind: 'user',
      id: sender,
      accessHash: 42n,
      min: false,
      usernames: [`name_${sender}`],
      name: 'Ann',
      updatedAt: at,
    },
  ]
  if (values.sealed)
    writes.push({ type: 'logAppend', cursor: at, id: `m0.${id}`, event: new Uint8Array(300), at })
  return writes
}
