/**
 * The soak: hundreds of sessions of one host against a box in a process of its own, over real sockets. Something goes wrong
 * every so often, of all kinds that the box knows, while all sessions call and send. Then it is counted: every call has
 * ended, every message is at Telegram once and has arrived, and memory has not grown.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Counts, type LogoutReason, type Session, Telegram } from 'telegram-mt'
import { BoxChild } from './box-child.ts'
import { seeded } from './chance.ts'
import { type Calls, Ledger, type Messages } from './ledger.ts'
import { type BoxStatus, type BoxTally, type Population, populationOf, streamOf } from './plan.ts'
import { Soaker, signIn } from './soaker.ts'
import { type VitalSigns, Vitals } from './vitals.ts'

export interface SoakOptions {
  readonly sessions: number
  /** Ms of faults, calls and sends; before come the logins, after it the wait for what is under way. */
  readonly duration: number
  readonly seed: number
  /** Ms between two faults. */
  readonly faultEvery: number
  /** Ms between two deeds of one session, on average. */
  readonly pace: number
  /** With perfect forward secrecy, under keys of so many seconds; without it under permanent keys. */
  readonly temporaryKeyLife?: number | undefined
  /** The bundled `box-process`. */
  readonly boxProgram: string
  /** Ends it before its time. */
  readonly signal?: AbortSignal | undefined
  readonly log?: ((line: string) => void) | undefined
}

export interface SoakFigures {
  readonly seed: number
  readonly sessions: number
  /** Of faults, calls and sends. */
  readonly seconds: number
  /** How many, by kind. */
  readonly faults: Readonly<Record<string, number>>
  readonly calls: Calls
  readonly messages: Messages
  /** Updates that were told as lost, and those parked. */
  readonly surrendered: number
  /** Sessions that died although nothing had been done to their keys. */
  readonly died: readonly string[]
  /** Faults that sessions have told, by where and code. */
  readonly told: Readonly<Record<string, number>>
  /** Of the host. */
  readonly counts: Counts
  readonly vitals: VitalSigns
  readonly box: BoxStatus
  /** What was promised and is not so; empty if all is well. */
  readonly broken: readonly string[]
}

const LOGINS_AT_ONCE = 20
/** How long calls may take to end, and messages to arrive, once nothing goes wrong any more; ms. */
const PATIENCE = 120_000
/** How long a call may outlive its deadline: what a loaded machine takes. Ms. */
const LATE = 15_000
const PROGRESS_EVERY = 5_000

export async function soak(options: SoakOptions): Promise<SoakFigures> {
  const { sessions, seed, faultEvery, duration, temporaryKeyLife, log = () => {} } = options
  const population = populationOf(sessions, seed)
  const folder = mkdtempSync(join(tmpdir(), 'telegram-mt-soak-'))
  const box = new BoxChild(options.boxProgram, { sessions, seed, faultEvery })
  let telegram: Telegram | undefined
  try {
    const { dcs, publicKey } = await box.started()
    telegram = new Telegram({
      apiId: 1,
      apiHash: 'soak',
      dcs,
      publicKeys: [publicKey],
      storage: join(folder, 'accounts.db'),
      printMessages: false,
      connectLimit: { count: 100, within: 1_000 },
      reconnect: { first: 100, most: 4_000, perAddress: [] },
      perfectForwardSecrecy: temporaryKeyLife !== undefined,
      temporaryKeyLife,
    })
    const run = new Run(options, population, telegram, box)
    await run.enter()
    log(`${sessions} sessions are signed in`)
    await run.storm(duration)
    log('the faults have ended: waiting for what is under way')
    return await run.settle()
  } finally {
    box.end()
    await telegram?.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

class Run {
  readonly #options: SoakOptions
  readonly #population: Population
  readonly #telegram: Telegram
  readonly #box: BoxChild
  readonly #ledger: Ledger
  readonly #soakers: Soaker[] = []
  readonly #told: Record<string, number> = {}
  readonly #died: string[] = []
  #surrendered = 0
  #vitals: Vitals | undefined
  #startedAt = 0
  #seconds = 0
  #status: BoxStatus | undefined

  constructor(options: SoakOptions, population: Population, telegram: Telegram, box: BoxChild) {
    this.#options = options
    this.#population = population
    this.#telegram = telegram
    this.#box = box
    this.#ledger = new Ledger(receiversIn(population))
    telegram.on('fault', (_, { error, where }) => this.#tell(where, error))
    telegram.on('gap', (_, { reason }) => {
      // That a group is seen for the first time says nothing of what was written since: that is counted.
      if (reason !== 'firstSeen') this.#surrendered++
    })
    telegram.on('parked', () => this.#surrendered++)
    telegram.on('loggedOut', (session, reason) => this.#onLoggedOut(session, reason))
  }

  /** Everybody signs in, a few at a time. */
  async enter(): Promise<void> {
    const { seed, pace } = this.#options
    const waiting = [...this.#population.people]
    const signInAll = async () => {
      for (let person = waiting.shift(); person !== undefined; person = waiting.shift()) {
        const session = await this.#telegram.connect({ dc: person.dc, id: person.username, timeout: 120_000 })
        await signIn(session, person)
        // Where the updates of its group begin.
        await session.getChats()
        const chance = seeded(seed + 1_000 + person.index)
        this.#soakers.push(new Soaker({ person, session, ledger: this.#ledger, chance, pace }))
      }
    }
    await Promise.all(Array.from({ length: LOGINS_AT_ONCE }, signInAll))
  }

  async storm(duration: number): Promise<void> {
    const { signal, log = () => {} } = this.#options
    this.#vitals = new Vitals(Math.max(500, Math.min(15_000, duration / 40)))
    this.#startedAt = performance.now()
    this.#box.storm()
    for (const soaker of this.#soakers) soaker.begin()
    const progress = setInterval(() => {
      this.#progress().then(log, (error: unknown) => log(String(error)))
    }, PROGRESS_EVERY)
    await pause(duration, signal)
    clearInterval(progress)
    await Promise.all(this.#soakers.map((soaker) => soaker.end()))
    this.#seconds = Math.round((performance.now() - this.#startedAt) / 1000)
  }

  async settle(): Promise<SoakFigures> {
    const ledger = this.#ledger
    await this.#box.calm()
    await until(() => ledger.open === 0, PATIENCE)
    await Promise.all(this.#soakers.map((soaker) => soaker.comeBack()))
    await until(() => ledger.kept === 0, PATIENCE)
    const tally = await this.#box.tally()
    await until(() => ledger.toArrive(tally) === 0, PATIENCE)
    const vitals = (this.#vitals ?? new Vitals(1_000)).end()
    this.#status = await this.#box.status()
    return this.#figures(tally, vitals, this.#status)
  }

  #figures(tally: BoxTally, vitals: VitalSigns, box: BoxStatus): SoakFigures {
    const { seed, sessions } = this.#options
    const calls = this.#ledger.calls()
    const messages = this.#ledger.messages(tally)
    const { sessions: _, methods, connectsWaiting, ...counts } = this.#telegram.metrics()
    const figures = {
      seed,
      sessions,
      seconds: this.#seconds,
      faults: tally.faults,
      calls,
      messages,
      surrendered: this.#surrendered,
      died: this.#died,
      told: this.#told,
      counts,
      vitals,
      box,
    }
    return { ...figures, broken: brokenPromises(figures) }
  }

  async #progress(): Promise<string> {
    const ledger = this.#ledger
    const { faults, rss } = await this.#box.status()
    const { sessions, drops } = this.#telegram.metrics()
    const { heap = 0, rss: own = 0 } = this.#vitals?.latest ?? {}
    const seconds = Math.round((performance.now() - this.#startedAt) / 1000)
    return [
      `${seconds} s`,
      `${faults} faults, ${drops} drops`,
      `${sessions.online} online`,
      `${ledger.made} calls: ${ledger.open} open, ${ledger.failed} failed`,
      `${ledger.sent} messages, ${ledger.arrived} arrivals`,
      `heap ${heap.toFixed(1)} MiB, process ${own.toFixed(0)} MiB, box ${(rss / 2 ** 20).toFixed(0)} MiB`,
    ].join('; ')
  }

  #tell(where: string, error: Error): void {
    const code = 'code' in error ? String(error.code) : error.name
    const key = `${where}: ${code}`
    this.#told[key] = (this.#told[key] ?? 0) + 1
  }

  #onLoggedOut(session: Session, reason: LogoutReason): void {
    const person = this.#population.people.find(({ username }) => username === session.id)
    if (person?.mortal !== true) this.#died.push(`${session.id}: ${reason}`)
  }
}

function receiversIn({ people, groups }: Population): (stream: string) => readonly string[] {
  const receivers = new Map<string, readonly string[]>()
  const membersOf = new Map(groups.map(({ username, members }) => [username, members]))
  for (const { username, chats } of people) {
    for (const chat of chats) {
      const members = membersOf.get(chat)?.map((member) => member.username)
      receivers.set(streamOf(username, chat), members?.filter((member) => member !== username) ?? [chat])
    }
  }
  return (stream) => receivers.get(stream) ?? []
}

function brokenPromises({
  calls,
  messages,
  surrendered,
  died,
  vitals,
}: Omit<SoakFigures, 'broken'>): string[] {
  const failed = Object.values(calls.failed).reduce((sum, count) => sum + count, 0)
  const grown = (what: string, growth: { last: number; bound: number } | undefined) =>
    growth !== undefined && growth.last > growth.bound ? [`${what} grew: ${growth.last} MiB at the end`] : []
  const none = (count: number, what: string) => (count > 0 ? [`${count} ${what}`] : [])
  return [
    ...none(calls.hanging.length, 'calls hang'),
    ...none(calls.untyped.length, 'calls ended with no typed error'),
    ...none(
      calls.made - calls.answered - failed - calls.untyped.length - calls.hanging.length,
      'calls are not accounted for',
    ),
    ...(calls.latest > LATE ? [`a call outlived its deadline by ${calls.latest} ms`] : []),
    ...none(messages.hanging, 'messages have not ended'),
    ...none(messages.lost, 'messages are lost'),
    ...none(messages.doubled, 'messages were made twice'),
    ...none(messages.phantom, 'messages are there that should not be'),
    ...none(messages.missing, 'messages did not arrive'),
    ...none(messages.repeated, 'messages arrived twice'),
    ...none(messages.disordered, 'messages are out of order'),
    ...none(surrendered, 'updates were given up'),
    ...none(died.length, 'sessions died'),
    ...grown('the heap', vitals.heap),
    ...grown('the process', vitals.rss),
  ]
}

const pause = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal?.addEventListener('abort', done)
    if (signal?.aborted === true) done()
  })

/** What does not hold after that is counted as it is. */
async function until(holds: () => boolean, patience: number): Promise<void> {
  const deadline = Date.now() + patience
  while (!holds() && Date.now() < deadline) await pause(100, undefined)
}
