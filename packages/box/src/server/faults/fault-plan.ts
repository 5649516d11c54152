/** Decides what goes wrong: rules, counted, and by chance from a seed, so that the same run goes wrong the same way again. */
import {
  type Fault,
  type FaultCondition,
  type FaultKind,
  type FaultRule,
  faultRule,
  stageOf,
} from './fault.ts'
import { seededChance } from './seeded-chance.ts'

/** What is known of where a fault may strike. */
export interface Circumstances {
  dc: number
  connection: number | undefined
  via: 'tcp' | 'websocket' | 'http' | 'proxy'
  transport: string | undefined
  userId: number | undefined
}

type Kinds<K extends FaultKind> = Extract<Fault, { kind: K }>
export type ConnectFault = Kinds<'refuse' | 'silence' | 'slowLoris' | 'clockSkew'>
export type PacketFault = Kinds<
  | 'drop'
  | 'delay'
  | 'duplicate'
  | 'reorder'
  | 'corrupt'
  | 'truncate'
  | 'closeHalfway'
  | 'transportError'
  | 'replay'
  | Malice
>
/** Packets that are well encrypted and lie. */
export type Malice =
  | 'wrongSalt'
  | 'wrongSession'
  | 'wrongParity'
  | 'oldMessageId'
  | 'futureMessageId'
  | 'badPadding'
  | 'lyingLength'
  | 'lyingContainer'
  | 'gzipBomb'
export type CallFault = Exclude<Fault, ConnectFault | PacketFault>

/** A rule and what has become of it. */
export interface FaultReport extends FaultRule {
  id: number
  /** How often its conditions were met. */
  met: number
  /** How often it struck. */
  hits: number
}

interface Options {
  /** Default 1. */
  seed?: number | undefined
  phoneOf?: ((userId: number) => string | undefined) | undefined
}

/** The rules by which things go wrong; of several that apply the oldest strikes. */
export class FaultPlan {
  readonly #rules: FaultReport[] = []
  readonly #phoneOf: (userId: number) => string | undefined
  readonly #chance: () => number
  #lastId = 0

  constructor(options: Options = {}) {
    this.#phoneOf = options.phoneOf ?? (() => undefined)
    this.#chance = seededChance(options.seed ?? 1)
  }

  /** Whether there is no rule. */
  get isEmpty(): boolean {
    return this.#rules.length === 0
  }

  /**
   * Adds a rule; returns its id. Of several rules that apply, the oldest strikes.
   * @throws WorldError if the rule is none
   */
  add(rule: FaultRule): number {
    // What programs write is checked like what comes in through the control port.
    const checked = faultRule.decode(rule, '')
    const id = ++this.#lastId
    this.#rules.push({ ...checked, id, met: 0, hits: 0 })
    return id
  }

  /** Removes a rule by its id; false if there is none. */
  remove(id: number): boolean {
    const at = this.#rules.findIndex((rule) => rule.id === id)
    if (at >= 0) this.#rules.splice(at, 1)
    return at >= 0
  }

  /** Removes all rules. */
  clear(): void {
    this.#rules.length = 0
  }

  /** The rules, with how often each has struck. */
  list(): FaultReport[] {
    return this.#rules.map((rule) => ({ ...rule }))
  }

  /** @internal What strikes a new connection. */
  onConnect(where: Circumstances): ConnectFault | undefined {
    const fault = this.#decide((rule) => isConnectFault(rule.fault), where)
    return fault !== undefined && isConnectFault(fault) ? fault : undefined
  }

  /** A packet that is about to be sent. Rules for the packet that brings an answer are decided with the call. */
  onPacket(where: Circumstances): PacketFault | undefined {
    const fault = this.#decide((rule) => isPacketFault(rule.fault) && rule.when?.method === undefined, where)
    return fault !== undefined && isPacketFault(fault) ? fault : undefined
  }

  /** @internal What strikes a call, or the packet with its answer. */
  onCall(where: Circumstances, method: string): CallFault | PacketFault | undefined {
    const fault = this.#decide(
      ({ fault, when }) =>
        fault.kind !== 'dropBefore' &&
        (stageOf(fault.kind) === 'call' || (isPacketFault(fault) && when?.method !== undefined)),
      where,
      method,
    )
    return fault === undefined || isConnectFault(fault) ? undefined : fault
  }

  /** Whether there are rules that must be asked before a packet is taken in. */
  get watchesArrivals(): boolean {
    return this.#rules.some(({ fault }) => fault.kind === 'dropBefore')
  }

  /** A call that has come, before anybody has noticed. */
  onArrival(where: Circumstances, method: string): boolean {
    return this.#decide(({ fault }) => fault.kind === 'dropBefore', where, method) !== undefined
  }

  #decide(
    fits: (rule: FaultReport) => boolean,
    where: Circumstances,
    method: string | undefined = undefined,
  ): Fault | undefined {
    for (const rule of this.#rules) {
      if (!fits(rule) || !this.#applies(rule.when ?? {}, where, method)) continue
      const { after = 0, times = Number.POSITIVE_INFINITY, probability = 1 } = rule.when ?? {}
      if (++rule.met <= after || rule.hits >= times) continue
      if (probability < 1 && this.#chance() >= probability) continue
      rule.hits++
      return rule.fault
    }
    return undefined
  }

  #applies(when: FaultCondition, where: Circumstances, method: string | undefined): boolean {
    if (when.dc !== undefined && when.dc !== where.dc) return false
    if (when.connection !== undefined && when.connection !== where.connection) return false
    if (when.via !== undefined && when.via !== where.via) return false
    if (when.transport !== undefined && when.transport !== where.transport) return false
    if (when.userId !== undefined && when.userId !== where.userId) return false
    if (when.phone !== undefined && !this.#hasPhone(where.userId, when.phone)) return false
    if (when.method === undefined) return true
    if (method === undefined) return false
    return when.method.endsWith('*') ? method.startsWith(when.method.slice(0, -1)) : method === when.method
  }

  #hasPhone(userId: number | undefined, phone: string): boolean {
    return userId !== undefined && this.#phoneOf(userId) === phone.replace(/\D/g, '')
  }
}

export function isConnectFault(fault: Fault): fault is ConnectFault {
  return stageOf(fault.kind) === 'connect'
}

export function isPacketFault(fault: Fault): fault is PacketFault {
  return stageOf(fault.kind) === 'packet'
}
