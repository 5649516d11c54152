/** The process with the sessions: does what the run tells it, and counts. */
import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'
import { openStorage, type Session, Telegram } from 'telegram-mt'
import type { SignedIn } from '../box/commands.ts'
import { store } from '../clients/ours.ts'
import { cost, memory } from '../contestant/cost.ts'
import type { BoxAddress } from '../contestant/program.ts'
import { answerTo, type Note } from '../runner/child.ts'
import { LoopDelay } from './loop-delay.ts'

/** What was seen of the process over some minutes. */
export interface Life {
  /** Parts of one core. */
  readonly cpu: number
  /** MiB: at the end, and after everything was collected that can be. */
  readonly rss: number
  readonly heap: number
  /** How late timers ran, ms. */
  readonly delay50: number
  readonly delay99: number
}

export class ScaleCommands {
  #sessions: readonly Session[] = []
  /** The number of the next message, by session. */
  #expected: number[] = []
  #lost = 0
  #repeated = 0
  #made = 0
  #failed = 0
  readonly #times: RecordableHistogram = createHistogram()
  readonly #delay = new LoopDelay()
  #since = { cpu: process.cpuUsage(), wall: performance.now() }

  async open({ box, accounts }: { box: BoxAddress; accounts: readonly SignedIn[] }): Promise<{
    time: number
    cpu: number
  }> {
    const storage = openStorage('memory')
    await storage.open()
    for (const account of accounts) await store(storage, account)
    const telegram = host(box, storage)
    const { wall, cpu } = await cost(async () => {
      this.#sessions = await telegram.start()
      this.#expected = this.#sessions.map(() => 1)
      for (const [at, session] of this.#sessions.entries()) {
        session.onMessage(({ text }) => this.#came(at, Number(text)))
      }
      await Promise.all(this.#sessions.map(answered))
    })
    return { time: wall / 1000, cpu: cpu / 1000 }
  }

  /** Each session makes a call once in so many ms from now on. */
  begin({ period }: { period: number }): void {
    const step = 100
    let due = 0
    let next = 0
    setInterval(() => {
      for (due += (this.#sessions.length * step) / period; due >= 1; due--) this.#call(next++)
    }, step)
    this.#delay.start()
    this.#since = { cpu: process.cpuUsage(), wall: performance.now() }
  }

  status(_: undefined): { handled: number; rss: number } {
    return { handled: this.#handled(), rss: process.memoryUsage.rss() / 2 ** 20 }
  }

  async end(_: undefined): Promise<Life> {
    const { user, system } = process.cpuUsage(this.#since.cpu)
    const cpu = (user + system) / 1000 / (performance.now() - this.#since.wall)
    const rss = process.memoryUsage.rss() / 2 ** 20
    const { delay50, delay99 } = this.#delay.take()
    const { heap } = await memory()
    return { cpu, rss, heap: heap / 2 ** 20, delay50, delay99 }
  }

  /** Resolves when each has lost its connection and had an answer over another. */
  async reconnected(_: undefined): Promise<{ time: number; cpu: number; delay99: number }> {
    await Promise.race(this.#sessions.map(dropped))
    this.#delay.take()
    const { wall, cpu } = await cost(() => Promise.all(this.#sessions.map(answered)))
    return { time: wall / 1000, cpu: cpu / 1000, delay99: this.#delay.take().delay99 }
  }

  /** Waits until each has been told of so many messages, and counts those that did not come. */
  async settle({ each, patience }: { each: readonly number[]; patience: number }): Promise<{
    sent: number
    lost: number
    repeated: number
  }> {
    const end = performance.now() + patience
    const missing = () => each.reduce((sum, sent, at) => sum + sent + 1 - (this.#expected[at] ?? 1), 0)
    while (missing() > 0 && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 100))
    const sent = each.reduce((sum, count) => sum + count, 0)
    return { sent, lost: this.#lost + missing(), repeated: this.#repeated }
  }

  calls(_: undefined): { made: number; failed: number; p50: number; p99: number } {
    const [p50, p99] = [this.#times.percentile(50) / 1000, this.#times.percentile(99) / 1000]
    return { made: this.#made, failed: this.#failed, p50, p99 }
  }

  /** New sessions that make their auth keys. */
  async exchange({ box, count }: { box: BoxAddress; count: number }): Promise<{ time: number; cpu: number }> {
    const storage = openStorage('memory')
    const telegram = host(box, storage)
    await telegram.start()
    const { wall, cpu } = await cost(async () => {
      const made = Array.from({ length: count }, async () => {
        const session = await telegram.connect({ dc: 2 })
        await session.invoke({ _: 'help.getNearestDc' })
      })
      await Promise.all(made)
    })
    await telegram.close()
    return { time: wall / 1000, cpu: cpu / 1000 }
  }

  #came(at: number, number: number): void {
    const expected = this.#expected[at] ?? 1
    if (number < expected) this.#repeated++
    else {
      this.#lost += number - expected
      this.#expected[at] = number + 1
    }
  }

  #handled(): number {
    return this.#expected.reduce((sum, next) => sum + next - 1, 0)
  }

  #call(number: number): void {
    const session = this.#sessions[number % this.#sessions.length]
    const since = performance.now()
    this.#made++
    session?.invoke({ _: 'users.getUsers', id: [{ _: 'inputUserSelf' }] }).then(
      () => this.#times.record(Math.max(1, Math.round((performance.now() - since) * 1000))),
      () => this.#failed++,
    )
  }
}

function host(box: BoxAddress, storage: ReturnType<typeof openStorage>): Telegram {
  return new Telegram({
    apiId: 1,
    apiHash: 'bench',
    storage,
    dcs: box.dcs.map(({ id, host, port }) => ({ id, addresses: [{ host, port }] })),
    publicKeys: [box.publicKey.pem],
    printMessages: false,
    // Nobody else is kept waiting by this box.
    connectLimit: { count: 2_000, within: 1_000 },
  })
}

async function answered(session: Session): Promise<void> {
  await session.connect({ timeout: 600_000 })
  await session.invoke({ _: 'users.getUsers', id: [{ _: 'inputUserSelf' }] })
}

function dropped(session: Session): Promise<void> {
  return new Promise((resolve) => {
    session.on('state', (state) => {
      if (state.name === 'waiting') resolve()
    })
  })
}

const commands = new ScaleCommands()

process.on('message', async (note: Note) => {
  if (!('ask' in note)) return
  const answer = await answerTo(note, async (what, details) => {
    const command = what as keyof ScaleCommands
    // Both ends are of this program: see `tell` in run.ts.
    return await (commands[command] as (details: unknown) => unknown).call(commands, details)
  })
  process.send?.(answer)
})

// Nobody is left to answer.
process.on('disconnect', () => process.exit())
