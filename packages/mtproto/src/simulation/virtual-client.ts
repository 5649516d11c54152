/** The client of a simulation: the client core, driven as a network layer would, by a user who keeps account. */
import { ClientSession } from '../session/client-session.ts'
import { SecurityError } from '../session/errors.ts'
import type { CallId, DeadReason, SessionEvent } from '../session/events.ts'
import type { Dice } from './dice.ts'
import { FALSE_UPDATE, MAX_UNPACKED, UNTIMELY_UPDATE } from './lies.ts'
import type { Connection, Network, Receiver } from './network.ts'
import type { Scenario } from './scenario.ts'
import type { Appointment, Timeline } from './timeline.ts'
import { readNumbered, type Work, writeWork } from './work.ts'

/** What servers refuse calls with. */
const ERROR_CODES = [400, 420, 303, 406, 500, -503]
/** When the user gives up a call that is never answered, ms. */
const DEADLINE = 180_000

export interface MadeCall {
  readonly work: Work
  readonly id: CallId
  readonly once: boolean
  readonly after: number | undefined
  cancelled: boolean
  /** How it ended, once for each time that it was said to have. */
  readonly ends: string[]
}

/** Whose clock is wrong by this, ms, can believe a msg_id of ten minutes ago or to come that was a minute on its way. */
const WRONG_TIME = 240_000

export class VirtualClient implements Receiver {
  /** ms that the client's clock is ahead of the truth. */
  clockError: number
  readonly calls: MadeCall[] = []
  readonly updates = new Map<number, number>()
  readonly deaths = new Map<DeadReason, number>()
  newSessions = 0
  /** How often the client gave its session up and began another. */
  rebuiltSessions = 0
  connects = 0
  polls = 0
  readonly faults: string[] = []
  /** The server's time, for the judge alone. */
  serverNow: () => number = () => Number.NaN
  readonly session: ClientSession
  readonly #byId = new Map<CallId, MadeCall>()
  readonly #timeline: Timeline
  readonly #dice: Dice
  readonly #network: Network
  readonly #scenario: Scenario
  #connection: Connection | undefined
  #wake: Appointment | undefined
  #asleepUntil = 0

  constructor(timeline: Timeline, dice: Dice, network: Network, authKey: Uint8Array, scenario: Scenario) {
    this.#timeline = timeline
    this.#dice = dice
    this.#network = network
    this.#scenario = scenario
    this.clockError = scenario.clientSkew
    this.session = new ClientSession({
      authKey,
      salts: [],
      timeOffset: 0,
      random: dice.bytes,
      maxUnpacked: MAX_UNPACKED,
    })
    network.receivers.client = this
  }

  get now(): number {
    return this.#timeline.now + this.clockError
  }

  get connection(): Connection | undefined {
    return this.#connection
  }

  connect(): void {
    this.connects++
    if (this.#network.refuses) {
      this.#comeBack()
      return
    }
    this.#connection = this.#network.open()
    this.session.connected(this.now)
    this.#pollSoon()
  }

  /** The machine sleeps: what arrives waits, no timer fires. */
  sleep(duration: number): void {
    this.#asleepUntil = this.#timeline.now + duration
  }

  makeCall(): void {
    if (this.#postponed(() => this.makeCall())) return
    const dice = this.#dice
    const number = this.calls.length
    const hangs = dice.chance(this.#scenario.hanging)
    const work: Work = {
      number,
      takes: Math.floor(dice.skewed(0, 90_000)),
      // One that fails without a word would leave those that follow it failing for a reason that nobody is told.
      error: !hangs && dice.chance(this.#scenario.failing) ? (dice.pick(ERROR_CODES) ?? 400) : 0,
      hangs,
      resultSize: sizeOf(dice),
    }
    const once = dice.chance(this.#scenario.once)
    const previous = dice.chance(this.#scenario.after) ? this.calls[number - dice.between(1, 3)] : undefined
    const filling = dice.chance(0.97) ? dice.bytes(sizeOf(dice)) : new Uint8Array(1000)
    const id = this.session.call(writeWork(work, filling), this.now, {
      once,
      ...(previous === undefined ? {} : { after: previous.id }),
    })
    const call: MadeCall = { work, id, once, after: previous?.work.number, cancelled: false, ends: [] }
    this.calls.push(call)
    this.#byId.set(id, call)
    if (work.hangs) this.#timeline.after(DEADLINE, () => this.#cancel(call))
    else if (dice.chance(this.#scenario.cancelled)) {
      this.#timeline.after(dice.skewed(0, 60_000), () => this.#cancel(call))
    }
    this.#pollSoon()
  }

  packet(connection: Connection, data: Uint8Array): void {
    if (this.#postponed(() => this.packet(connection, data))) return
    if (connection !== this.#connection) return
    const { sessionId } = this.session
    try {
      this.#handle(this.session.receive(data, this.now))
    } catch (error) {
      if (!(error instanceof SecurityError)) throw error
      this.#leave()
      return
    } finally {
      if (this.session.sessionId !== sessionId) this.rebuiltSessions++
    }
    this.#poll()
  }

  closed(connection: Connection): void {
    if (this.#postponed(() => this.closed(connection))) return
    if (connection === this.#connection) this.#leave()
  }

  #postponed(act: () => void): boolean {
    if (this.#timeline.now >= this.#asleepUntil) return false
    this.#timeline.at(this.#asleepUntil, act)
    return true
  }

  #cancel(call: MadeCall): void {
    if (this.#postponed(() => this.#cancel(call)) || call.ends.length > 0) return
    call.cancelled = true
    this.session.cancel(call.id, this.now)
    this.#pollSoon()
  }

  #leave(): void {
    this.#connection?.close('client')
    this.#connection = undefined
    this.session.disconnected(this.now)
    this.#poll()
    this.#comeBack()
  }

  #comeBack(): void {
    this.#timeline.after(this.#dice.between(10, 3000), () => this.connect())
  }

  #pollSoon(): void {
    this.#planPoll(0)
  }

  #planPoll(delay: number): void {
    this.#wake?.cancel()
    this.#wake = this.#timeline.after(delay, () => this.#poll())
  }

  #poll(): void {
    if (this.#postponed(() => this.#poll())) return
    this.polls++
    const now = this.now
    const { packets, wakeAt, events } = this.session.poll(now)
    for (const packet of packets) this.#connection?.send('client', packet)
    if (wakeAt !== Number.POSITIVE_INFINITY) this.#planPoll(Math.max(1, wakeAt - now))
    this.#handle(events)
  }

  #handle(events: SessionEvent[]): void {
    let dead = false
    for (const event of events) {
      switch (event.type) {
        case 'result':
          this.#end(event.call, `result ${readNumbered(event.body)}`)
          break
        case 'error':
          this.#end(event.call, `error ${event.code} ${event.message}`)
          break
        case 'failed':
          this.#end(event.call, `failed ${event.error.code}`)
          break
        case 'update': {
          const number = readNumbered(event.body)
          if (number === FALSE_UPDATE || (number === UNTIMELY_UPDATE && this.#knowsTheTime))
            this.faults.push('the client believed a lie')
          this.updates.set(number, (this.updates.get(number) ?? 0) + 1)
          break
        }
        case 'newSession':
          this.newSessions++
          break
        case 'dead':
          this.deaths.set(event.reason, (this.deaths.get(event.reason) ?? 0) + 1)
          dead = true
          break
        case 'refused':
          if (!(event.error instanceof SecurityError)) this.faults.push(`refused ${event.error.code}`)
      }
    }
    if (dead) this.#leave()
  }

  get #knowsTheTime(): boolean {
    return Math.abs(this.now + this.session.timeOffset - this.serverNow()) < WRONG_TIME
  }

  #end(id: CallId, how: string): void {
    const call = this.#byId.get(id)
    if (call === undefined) this.faults.push('a call ended that was never made')
    else call.ends.push(how)
  }
}

/** Bytes: mostly too few to be compressed, sometimes more than one packet should carry with others. */
function sizeOf(dice: Dice): number {
  return dice.chance(0.004) ? dice.between(0, 60_000) : Math.floor(dice.skewed(0, 500))
}
