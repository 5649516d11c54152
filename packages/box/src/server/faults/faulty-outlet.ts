/** Packets on their way to a client whose connection has faults: lost, late, twice, out of order, damaged or lying. */
import type { PacketKey } from '@telegram-mt/mtproto'
import type { TimerWheel } from '@telegram-mt/net'
import type { Circumstances, FaultPlan, PacketFault } from './fault-plan.ts'
import { malicious } from './malice.ts'

/** Where the packets go. Frames are made at the last moment, since ciphers and counters run along. */
export interface Outlet {
  encode(packet: Uint8Array): Uint8Array
  write(frame: Uint8Array): void
  destroy(): void
  /** Sends a transport error, and closes. */
  refuse(transportError: number): void
}

export interface FaultyOutletOptions {
  outlet: Outlet
  faults: FaultPlan
  circumstances: () => Circumstances
  wheel: TimerWheel
  random: (length: number) => Uint8Array
  now: () => number
}

/** ms that a packet waits to be overtaken. */
const OVERTAKEN_WITHIN = 1000

export class FaultyOutlet {
  readonly #options: FaultyOutletOptions
  /** The next packet suffers this. */
  #armed: PacketFault | undefined
  /** It lets the next packet pass. */
  #held: Uint8Array | undefined
  #previous: Uint8Array | undefined

  constructor(options: FaultyOutletOptions) {
    this.#options = options
  }

  arm(fault: PacketFault): void {
    this.#armed = fault
  }

  /** `key`: of an encrypted packet. */
  send(packet: Uint8Array, key: PacketKey | undefined): void {
    const { faults, circumstances } = this.#options
    const fault = this.#armed ?? (faults.isEmpty ? undefined : faults.onPacket(circumstances()))
    this.#armed = undefined
    const previous = this.#previous
    this.#previous = packet
    if (fault?.kind === 'reorder') {
      this.#release()
      this.#held = packet
      this.#options.wheel.after(OVERTAKEN_WITHIN, () => this.#release())
      return
    }
    this.#strike(packet, fault, key, previous)
    this.#release()
  }

  #strike(
    packet: Uint8Array,
    fault: Exclude<PacketFault, { kind: 'reorder' }> | undefined,
    key: PacketKey | undefined,
    previous: Uint8Array | undefined,
  ): void {
    const { outlet, wheel, random, now } = this.#options
    if (fault === undefined) {
      this.#write(packet)
      return
    }
    switch (fault.kind) {
      case 'drop':
        return
      case 'delay':
        wheel.after(fault.ms, () => this.#write(packet))
        return
      case 'duplicate':
        this.#write(packet)
        this.#write(packet)
        return
      case 'replay':
        this.#write(packet)
        this.#write(previous ?? packet)
        return
      case 'corrupt':
        this.#write(corrupted(packet, fault.at, random))
        return
      case 'truncate':
        this.#write(packet.subarray(0, Math.max(24, (packet.length >> 3) << 2)))
        return
      case 'closeHalfway': {
        const frame = outlet.encode(packet)
        outlet.write(frame.subarray(0, frame.length >> 1))
        // What was written is to arrive: the cut comes behind it.
        wheel.after(1, () => outlet.destroy())
        return
      }
      case 'transportError':
        outlet.refuse(fault.code)
        return
      case 'gzipBomb':
        if (key !== undefined) this.#write(malicious(packet, key, fault.kind, now(), random))
        this.#write(packet)
        return
      default:
        this.#write(key === undefined ? packet : malicious(packet, key, fault.kind, now(), random))
    }
  }

  #write(packet: Uint8Array): void {
    const { outlet } = this.#options
    outlet.write(outlet.encode(packet))
  }

  #release(): void {
    const held = this.#held
    this.#held = undefined
    if (held !== undefined) this.#write(held)
  }
}

function corrupted(
  packet: Uint8Array,
  at: number | undefined,
  random: (length: number) => Uint8Array,
): Uint8Array {
  const copy = packet.slice()
  const [low = 0, middle = 0, high = 0] = random(3)
  const place = (at ?? (high << 16) | (middle << 8) | low) % copy.length
  copy[place] = (copy[place] ?? 0) ^ 0x40
  return copy
}
