/**
 * Runs a client core and a server core against each other in virtual time, through everything that can go wrong, and then
 * holds them to their promises:
 *
 * - every call ends exactly once (a cancelled one at most once before, never after);
 * - a call is executed at most once in each session of the server; one made with `once`, at most once at all;
 * - what was answered was executed, and the answer is the call's own;
 * - a call that must follow another is not executed before it;
 * - every update of a session that the server did not lose arrives, and every content-related message is acknowledged;
 * - msg_ids and seq_nos are lawful; memory stays bounded; all comes to rest when the faults do.
 */
import { PacketKey } from '../session/envelope.ts'
import { describePacket } from './describe.ts'
import { Dice } from './dice.ts'
import { Network } from './network.ts'
import { type Scenario, scenarioOf } from './scenario.ts'
import { Timeline } from './timeline.ts'
import { type MadeCall, VirtualClient } from './virtual-client.ts'
import { VirtualServer } from './virtual-server.ts'
import { Wiretap } from './wiretap.ts'

export interface SimulationReport {
  seed: number
  scenario: Scenario
  /** Broken promises; none if all is well. */
  faults: string[]
  calls: number
  packets: number
  connects: number
  lostSessions: number
  /** How calls ended, by kind. */
  ends: Map<string, number>
  deaths: Map<string, number>
  badCodes: Map<number, number>
}

const START = 1_750_000_000_000
/** How long all may take to come to rest after the last fault, ms: the longest call, and several timeouts after it. */
const REST = 15 * 60_000
/** Steps after which a run counts as one that never ends. */
const MAX_STEPS_PER_CALL = 20_000

/** `trace` hears what goes over the wire and what goes wrong, in words. */
export function simulate(seed: number, calls = 200, trace?: (line: string) => void): SimulationReport {
  return new Simulation(seed, calls, trace).run()
}

class Simulation {
  readonly #seed: number
  readonly #dice: Dice
  readonly #timeline = new Timeline(START)
  readonly #scenario: Scenario
  readonly #network: Network
  readonly #client: VirtualClient
  readonly #server: VirtualServer
  readonly #tap: Wiretap
  readonly #faults: string[] = []
  readonly #say: (line: string) => void
  #steps = 0

  constructor(seed: number, calls: number, trace: ((line: string) => void) | undefined) {
    this.#seed = seed
    this.#dice = new Dice(seed)
    this.#scenario = scenarioOf(this.#dice, calls)
    const authKey = this.#dice.bytes(256)
    this.#network = new Network(this.#timeline, this.#dice, this.#scenario)
    const key = new PacketKey(authKey)
    this.#tap = new Wiretap(key)
    // To read along costs as much as to take part: every third run is enough.
    const readsAlong = seed % 3 === 0 || trace !== undefined
    const say =
      trace === undefined ? undefined : (line: string) => trace(`${this.#timeline.now - START} ${line}`)
    this.#network.tap = (side, packet) => {
      say?.(describePacket(side, packet, key))
      if (readsAlong) this.#tap.sent(side, packet)
    }
    this.#say = say ?? (() => undefined)
    this.#client = new VirtualClient(this.#timeline, this.#dice, this.#network, authKey, this.#scenario)
    this.#server = new VirtualServer(this.#timeline, this.#dice, this.#network, authKey, this.#scenario)
    this.#client.serverNow = () => this.#server.now
  }

  run(): SimulationReport {
    try {
      this.#plan()
      this.#client.connect()
      this.#advance(START + this.#scenario.duration)
      this.#network.faulty = false
      this.#network.stalledUntil = 0
      this.#network.refusesUntil = 0
      const end = this.#timeline.now + REST
      while (this.#timeline.now < end && !this.#isAtRest()) this.#advance(this.#timeline.now + 10_000)
      this.#judge()
    } catch (error) {
      this.#faults.push(error instanceof Error ? (error.stack ?? error.message) : String(error))
    }
    return this.#report()
  }

  #advance(until: number): void {
    const limit = MAX_STEPS_PER_CALL * this.#scenario.calls
    while (this.#timeline.step(until)) {
      if (++this.#steps > limit) throw new Error('no end in sight: too much happens for so few calls')
    }
  }

  #plan(): void {
    const { calls, duration } = this.#scenario
    for (let i = 0; i < calls; i++) {
      // In bursts, as programs do.
      const at =
        START +
        Math.floor((this.#dice.fraction() * duration * 0.95) / 20_000) * 20_000 +
        this.#dice.between(0, 200)
      this.#timeline.at(at, () => this.#client.makeCall())
    }
    const { dice, server, client } = { dice: this.#dice, server: this.#server, client: this.#client }
    this.#repeat('break', this.#scenario.breakEvery, () => client.connection?.break())
    this.#repeat('half open', this.#scenario.halfOpenEvery, () => client.connection?.fallSilent())
    this.#repeat('stall', this.#scenario.stallEvery, () => {
      this.#network.stalledUntil = this.#timeline.now + dice.between(100, 30_000)
    })
    this.#repeat('forget', this.#scenario.forgetEvery, () => server.forgetSessions())
    this.#repeat('restart', this.#scenario.restartEvery, () => server.restart())
    this.#repeat('refuse connects', this.#scenario.refuseEvery, () => {
      this.#network.refusesUntil = this.#timeline.now + dice.between(100, 60_000)
    })
    this.#repeat('expire salts', this.#scenario.expireSaltsEvery, () => server.expireSalts())
    this.#repeat('client clock', this.#scenario.clientClockEvery, () => {
      client.clockError += dice.between(-10, 10) * dice.between(1, 100_000)
    })
    this.#repeat('server clock', this.#scenario.serverClockEvery, () => {
      server.clockError += dice.between(-10, 10) * dice.between(1, 60_000)
    })
    this.#repeat('sleep', this.#scenario.sleepEvery, () => client.sleep(dice.between(1_000, 600_000)))
    this.#repeat('push', this.#scenario.pushEvery, () => server.push())
  }

  #repeat(what: string, every: number, act: () => void): void {
    if (every === Number.POSITIVE_INFINITY) return
    const again = () => {
      if (!this.#network.faulty) return
      this.#say(what)
      act()
      this.#timeline.after(1 + this.#dice.fraction() * 2 * every, again)
    }
    this.#timeline.after(this.#dice.fraction() * 2 * every, again)
  }

  #isAtRest(): boolean {
    const { inFlight, queued } = this.#client.session.callCount
    return (
      inFlight + queued === 0 &&
      this.#client.calls.length === this.#scenario.calls &&
      this.#client.session.kept.acks === 0 &&
      this.#ownSessions().every((session) => session.unacknowledged === 0)
    )
  }

  #ownSessions() {
    return this.#server.sessions().filter((session) => session.sessionId === this.#client.session.sessionId)
  }

  #judge(): void {
    if (!this.#isAtRest()) this.#faults.push(`not at rest: ${this.#unrest()}`)
    for (const call of this.#client.calls) this.#judgeCall(call)
    this.#judgeUpdates()
    const { seen, questions, salts } = this.#client.session.kept
    if (seen > 2000 || questions > 100 || salts > 128) this.#faults.push('the client keeps too much')
    this.#faults.push(...this.#tap.faults, ...this.#server.faults, ...this.#client.faults)
    const { clientSkew, clientClockEvery, serverClockEvery } = this.#scenario
    const steadyClocks =
      clientSkew === 0 && Math.min(clientClockEvery, serverClockEvery) === Number.POSITIVE_INFINITY
    for (const code of [17, 18, 19, 32, 33, 34, 35, 64]) {
      // A clock that jumps can bring messages out of order, but nothing else can.
      if (!steadyClocks && (code < 18 || code === 32 || code === 33)) continue
      if (this.#tap.badCodes.has(code))
        this.#faults.push(`the server had to answer with bad_msg_notification ${code}`)
    }
  }

  #unrest(): string {
    const { inFlight, queued } = this.#client.session.callCount
    const kept = this.#ownSessions().map((session) => session.unacknowledged)
    return `${inFlight} calls in flight, ${queued} queued, ${this.#client.session.kept.acks} acks owed, server keeps ${kept}`
  }

  #judgeCall(call: MadeCall): void {
    const { number, error, hangs } = call.work
    const executed = (this.#server.executions.get(number) ?? 0) - (this.#server.belated.has(number) ? 1 : 0)
    const complain = (what: string): void => {
      this.#faults.push(`call ${number}${call.once ? ' (once)' : ''}: ${what}`)
    }
    if (call.cancelled ? call.ends.length > 0 : call.ends.length !== 1)
      complain(`ended ${call.ends.length} times`)
    if (call.once && executed > 1) complain(`executed ${executed} times`)
    if (executed > 1 + this.#lostSessions) complain(`executed ${executed} times`)
    const [end] = call.ends
    if (end === undefined) return
    if (end === (error === 0 ? `result ${number}` : `error ${error} WORK_${number}`)) {
      if (!this.#server.executions.has(number)) complain('answered but never executed')
      if (hangs) complain('answered though the server never did')
    } else if (end === 'error 400 MSG_WAIT_FAILED') {
      if (call.after === undefined) complain('waited for none and failed for it')
      if (executed > this.#lostSessions) complain('executed though one before it failed')
    } else if (end === 'failed CALL_UNCERTAIN') {
      if (!call.once) complain('given up though it may be repeated')
      if (this.#lostSessions === 0 && !this.#server.sessions().some((session) => session.hasForgotten))
        complain('given up though the server could tell what became of it')
    } else complain(`ended as ${end}`)
  }

  /** Sessions that the server forgot, and those that the client gave up. */
  get #lostSessions(): number {
    return this.#server.lostSessions + this.#client.rebuiltSessions
  }

  #judgeUpdates(): void {
    const live = new Set(this.#ownSessions())
    let repeats = 0
    let missing = 0
    for (const [number, session] of this.#server.pushed) {
      const times = this.#client.updates.get(number) ?? 0
      if (times === 0 && live.has(session)) missing++
      if (times > 1) repeats += times - 1
    }
    if (missing > this.#server.givenUp)
      this.#faults.push(`${missing - this.#server.givenUp} updates were lost`)
    const allowed = this.#server.renamed
    if (repeats > allowed) this.#faults.push(`${repeats} updates arrived again, expected at most ${allowed}`)
  }

  #report(): SimulationReport {
    const ends = new Map<string, number>()
    for (const call of this.#client.calls) {
      const kind = call.cancelled ? 'cancelled' : (call.ends[0] ?? 'none').replace(/_?\d+$/, '')
      ends.set(kind, (ends.get(kind) ?? 0) + 1)
    }
    return {
      seed: this.#seed,
      scenario: this.#scenario,
      faults: this.#faults,
      calls: this.#client.calls.length,
      packets: this.#network.packets,
      connects: this.#client.connects,
      lostSessions: this.#server.lostSessions,
      ends,
      deaths: this.#client.deaths,
      badCodes: this.#tap.badCodes,
    }
  }
}
