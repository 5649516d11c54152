/**
 * A network that keeps the promises of TCP and no other: within one connection and direction what arrives is in order,
 * but it may arrive late, stop arriving, or arrive after the next connection was opened. An adversary sits in between
 * who cannot decrypt, but changes, cuts and repeats packets.
 */
import type { Dice } from './dice.ts'
import type { Scenario } from './scenario.ts'
import type { Timeline } from './timeline.ts'

export type Side = 'client' | 'server'

/** A packet on its way. */
export interface Sent {
  readonly data: Uint8Array
  /** When its sender sent it; an adversary may let it through much later. */
  readonly at: number
}

export interface Receiver {
  packet(connection: Connection, data: Uint8Array, sentAt: number): void
  closed(connection: Connection): void
}

/** Packets that the adversary remembers. */
const RECORDED = 300

export class Network {
  /** While false, nothing goes wrong any more. */
  faulty = true
  /** Nothing arrives before this moment. */
  stalledUntil = 0
  /** No connection can be made before this moment. */
  refusesUntil = 0
  packets = 0
  /** Hears every packet as its sender made it. */
  tap: (side: Side, packet: Uint8Array) => void = () => undefined
  readonly #timeline: Timeline
  readonly #dice: Dice
  readonly #scenario: Scenario
  readonly #recorded: Record<Side, Sent[]> = { client: [], server: [] }
  readonly receivers: Record<Side, Receiver | undefined> = { client: undefined, server: undefined }

  constructor(timeline: Timeline, dice: Dice, scenario: Scenario) {
    this.#timeline = timeline
    this.#dice = dice
    this.#scenario = scenario
  }

  open(): Connection {
    return new Connection(this)
  }

  /** When what is sent now arrives. */
  arrival(): number {
    const { latency } = this.#scenario
    const delay = this.#dice.skewed(latency, latency * (this.faulty ? 12 : 2))
    return Math.max(this.#timeline.now + delay, this.stalledUntil)
  }

  /** What the adversary makes of a packet on its way from `side`. */
  tampered(side: Side, data: Uint8Array): Sent[] {
    this.packets++
    this.tap(side, data)
    const recorded = this.#recorded[side]
    const at = this.#timeline.now
    const sent = { data, at }
    recorded.push(sent)
    if (recorded.length > RECORDED) recorded.shift()
    if (!this.faulty) return [sent]
    const dice = this.#dice
    if (dice.chance(this.#scenario.vanish)) return []
    const packets: Sent[] = [sent]
    if (dice.chance(this.#scenario.corrupt)) {
      const changed = data.slice()
      const at = dice.between(0, data.length - 1)
      changed[at] = (changed[at] ?? 0) ^ (1 << dice.between(0, 7))
      packets[0] = { data: changed, at }
    }
    if (dice.chance(this.#scenario.truncate))
      packets[0] = { data: data.slice(0, dice.between(0, data.length - 1)), at }
    if (dice.chance(this.#scenario.replay)) packets.push(dice.pick(recorded) ?? sent)
    return packets
  }

  isOvertaken(): boolean {
    return this.faulty && this.#dice.chance(this.#scenario.overtaken)
  }

  /** Whether the server cannot be reached. */
  get refuses(): boolean {
    return this.#timeline.now < this.refusesUntil
  }

  at(time: number, act: () => void): void {
    this.#timeline.at(time, act)
  }

  get now(): number {
    return this.#timeline.now
  }

  /** Whether packets on their way are delivered though the connection broke. */
  lateDelivery(): boolean {
    return this.#dice.chance(0.5)
  }
}

export class Connection {
  readonly #network: Network
  readonly #lastArrival: Record<Side, number> = { client: 0, server: 0 }
  /** Packets that wait until the next has gone before them. */
  readonly #overtaken: Record<Side, Sent[] | undefined> = { client: undefined, server: undefined }
  readonly #closed: Record<Side, boolean> = { client: false, server: false }
  #silent = false
  #broken = false
  #late = false

  constructor(network: Network) {
    this.#network = network
  }

  isOpen(side: Side): boolean {
    return !this.#closed[side]
  }

  send(from: Side, data: Uint8Array): void {
    if (this.#closed[from] || this.#broken || this.#silent) return
    const packets = this.#network.tampered(from, data)
    const overtaken = this.#overtaken[from]
    if (packets.length > 0 && this.#network.isOvertaken()) {
      this.#overtaken[from] = packets
      if (overtaken !== undefined) for (const packet of overtaken) this.#deliver(from, packet)
      return
    }
    for (const packet of packets) this.#deliver(from, packet)
    if (overtaken === undefined) return
    this.#overtaken[from] = undefined
    for (const packet of overtaken) this.#deliver(from, packet)
  }

  /** One side closes; the other learns of it after all that was sent before. */
  close(from: Side): void {
    if (this.#closed[from]) return
    this.#closed[from] = true
    if (this.#silent || this.#broken) return
    this.#plan(from, (to) => this.#end(to))
  }

  /** Nothing passes any more, and nobody is told. */
  fallSilent(): void {
    this.#silent = true
  }

  /** Both sides learn that the connection is gone; what is on its way to the server may arrive nevertheless. */
  break(): void {
    if (this.#broken) return
    this.#broken = true
    this.#late = this.#network.lateDelivery()
    for (const from of ['client', 'server'] as const) this.#plan(from, (to) => this.#end(to))
  }

  /** Sends what no honest side would. */
  forge(from: Side, data: Uint8Array): void {
    if (this.#closed[from] || this.#broken || this.#silent) return
    this.#deliver(from, { data, at: this.#network.now })
  }

  #deliver(from: Side, { data, at }: Sent): void {
    this.#plan(from, (to) => {
      if (this.#closed[to] || this.#silent || (this.#broken && !(this.#late && to === 'server'))) return
      this.#network.receivers[to]?.packet(this, data, at)
    })
  }

  #plan(from: Side, act: (to: Side) => void): void {
    const arrival = Math.max(this.#network.arrival(), this.#lastArrival[from])
    this.#lastArrival[from] = arrival
    this.#network.at(arrival, () => act(from === 'client' ? 'server' : 'client'))
  }

  #end(side: Side): void {
    if (this.#closed[side]) return
    this.#closed[side] = true
    this.#network.receivers[side]?.closed(this)
  }
}
