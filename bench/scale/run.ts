/** One run: connects all, lets them live for some minutes, cuts them off, and counts what came. */
import type { BoxCommands, SignedIn } from '../box/commands.ts'
import type { BoxAddress } from '../contestant/program.ts'
import { Child } from '../runner/child.ts'
import { places } from '../runner/places.ts'
import type { Life, ScaleCommands } from './client.ts'

export interface ScaleOptions {
  readonly sessions: number
  readonly minutes: number
  readonly exchanges: number
  say(text: string): void
}

export interface ScaleResult {
  readonly sessions: number
  readonly minutes: number
  /** Seconds until each has had an answer; CPU seconds of the client. */
  readonly connect: { readonly time: number; readonly cpu: number }
  readonly calm: Life & { readonly boxCpu: number; readonly boxRss: number }
  /** Seconds from the cut until each has had an answer again. */
  readonly reconnect: { readonly time: number; readonly cpu: number; readonly delay99: number }
  readonly updates: { readonly sent: number; readonly lost: number; readonly repeated: number }
  readonly calls: {
    readonly made: number
    readonly failed: number
    readonly p50: number
    readonly p99: number
  }
  readonly exchanges: { readonly count: number; readonly time: number; readonly cpu: number }
}

/** Each session is sent a message and makes a call once in so many ms. */
const PERIOD = 60_000
/** ms between two steps of sending. */
const STEP = 250
/** How long updates are waited for at the end, ms. */
const PATIENCE = 120_000

export async function runScale({ sessions, minutes, exchanges, say }: ScaleOptions): Promise<ScaleResult> {
  const box = new Child(places.box)
  const client = new Child(places.scaleClient, { node: ['--expose-gc'] })
  const tellBox = <C extends keyof BoxCommands>(command: C, details?: Parameters<BoxCommands[C]>[0]) =>
    box.ask<Awaited<ReturnType<BoxCommands[C]>>>(command, details)
  const tell = <C extends keyof ScaleCommands>(command: C, details?: Parameters<ScaleCommands[C]>[0]) =>
    client.ask<Awaited<ReturnType<ScaleCommands[C]>>>(command, details)
  try {
    const address = await tellBox('address')
    say(`${sessions} sessions: accounts`)
    const accounts = await tellBox('accounts', { count: sessions, spread: true })
    const connect = await tell('open', { box: address, accounts })
    say(`${sessions} sessions: online in ${connect.time.toFixed(1)} s`)

    const traffic = new Traffic(accounts, (pairs) => tellBox('pulse', pairs))
    traffic.start()
    await tell('begin', { period: PERIOD })
    const boxBefore = await tellBox('usage')
    for (let minute = 0; minute < minutes; minute++) {
      await pause(Math.min(1, minutes - minute) * 60_000)
      const { handled, rss } = await tell('status')
      say(`${sessions} sessions: minute ${minute + 1}, ${handled} updates, ${Math.round(rss)} MiB`)
    }
    const life = await tell('end')
    const boxAfter = await tellBox('usage')
    const cpuBox = (boxAfter.cpu - boxBefore.cpu) / 1000 / (minutes * 60)

    const back = tell('reconnected')
    await tellBox('drop')
    const reconnect = await back
    say(`${sessions} sessions: cut off, back in ${reconnect.time.toFixed(1)} s`)
    await pause(PERIOD)
    traffic.stop()
    const updates = await tell('settle', { each: traffic.each, patience: PATIENCE })
    const calls = await tell('calls')
    say(`${sessions} sessions: ${updates.sent} updates sent, ${updates.lost} lost`)
    const made = await tell('exchange', { box: address, count: exchanges })
    return {
      sessions,
      minutes,
      connect,
      calm: { ...life, boxCpu: cpuBox, boxRss: boxAfter.rss / 2 ** 20 },
      reconnect,
      updates,
      calls,
      exchanges: { count: exchanges, ...made },
    }
  } finally {
    await client.end()
    await box.end()
  }
}

/** Sends each account a numbered message once a period, spread over it, whatever happens to connections. */
class Traffic {
  /** How many were sent to each so far. */
  readonly each: number[]
  readonly #accounts: readonly SignedIn[]
  readonly #send: (pulse: { userIds: number[]; numbers: number[] }) => Promise<unknown>
  #timer: NodeJS.Timeout | undefined
  #due = 0
  #next = 0

  constructor(
    accounts: readonly SignedIn[],
    send: (pulse: { userIds: number[]; numbers: number[] }) => Promise<unknown>,
  ) {
    this.#accounts = accounts
    this.#send = send
    this.each = accounts.map(() => 0)
  }

  start(): void {
    this.#timer = setInterval(() => this.#step(), STEP)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #step(): void {
    this.#due += (this.#accounts.length * STEP) / PERIOD
    const userIds: number[] = []
    const numbers: number[] = []
    for (; this.#due >= 1; this.#due--) {
      const at = this.#next++ % this.#accounts.length
      const account = this.#accounts[at]
      if (account === undefined) return
      const number = (this.each[at] ?? 0) + 1
      this.each[at] = number
      userIds.push(account.userId)
      numbers.push(number)
    }
    // A box that fails ends its process, which ends the run.
    if (userIds.length > 0) this.#send({ userIds, numbers }).catch(() => this.stop())
  }
}

export type { BoxAddress }

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
