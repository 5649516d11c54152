/**
 * The datacenters of a host, held once for all of its sessions and changeable at run time. A session asks for the
 * addresses each time it connects, so a change here is used by the very next connection of everyone.
 */
import { ConfigurationError } from '../errors.ts'
import { type Datacenter, type DcAddress, otherPorts } from './datacenter.ts'

/** What the registry needs of `help.getConfig`'s dc_options (https://core.telegram.org/constructor/dcOption). */
export interface DcOptionLike {
  id: number
  ipAddress: string
  port: number
  ipv6?: boolean | undefined
  mediaOnly?: boolean | undefined
  tcpoOnly?: boolean | undefined
  cdn?: boolean | undefined
  thisPortOnly?: boolean | undefined
  secret?: Uint8Array | undefined
}

/**
 * What a connection is for. `media`: files only, so that it may use the addresses that serve nothing else. `cdn`: the encrypted
 * files of a content delivery network.
 */
export type LineUse = 'main' | 'media' | 'cdn'

/**
 * The datacenters that the sessions of a host connect to; changes are used by the very next connection.
 * Reached as `telegram.dcs`.
 */
export class DcRegistry {
  readonly #datacenters = new Map<number, Datacenter>()
  readonly #changed: (all: Datacenter[]) => void

  constructor(datacenters: Iterable<Datacenter>, changed: (all: Datacenter[]) => void = () => {}) {
    for (const datacenter of datacenters) this.#put(datacenter)
    this.#changed = changed
  }

  /** Adds a datacenter, or one more address to a known one. */
  register(id: number, address: DcAddress): Datacenter {
    const known = this.#datacenters.get(id)
    checkAddress(id, address)
    const others = (known?.addresses ?? []).filter((a) => a.host !== address.host || a.port !== address.port)
    const datacenter = this.#put({ id, addresses: [...others, address] })
    this.#changed(this.getAll())
    return datacenter
  }

  /**
   * The datacenter with this id.
   * @throws ConfigurationError `DC_UNKNOWN` if there is none.
   */
  get(id: number): Datacenter {
    const datacenter = this.#datacenters.get(id)
    if (datacenter === undefined) {
      throw new ConfigurationError(
        'DC_UNKNOWN',
        `no datacenter ${id}; known are ${[...this.#datacenters.keys()].join(', ')}`,
      )
    }
    return datacenter
  }

  /**
   * Where to connect to a datacenter, in the order in which to try. For files those addresses come first that are there for
   * nothing else; a session's main connection never uses them. Those of a content delivery network are for its files only.
   * @throws ConfigurationError `DC_UNKNOWN` if there is no such datacenter.
   */
  addresses(id: number, use: LineUse): DcAddress[] {
    const { addresses } = this.get(id)
    if (use === 'cdn') return addresses.filter(({ cdn }) => cdn)
    const usable = addresses.filter(({ cdn }) => !cdn)
    const main = usable.filter(({ mediaOnly }) => !mediaOnly)
    return use === 'main' ? main : [...usable.filter(({ mediaOnly }) => mediaOnly), ...main]
  }

  /** Whether a datacenter with this id is known. */
  has(id: number): boolean {
    return this.#datacenters.has(id)
  }

  /** All datacenters that are known. */
  getAll(): Datacenter[] {
    return [...this.#datacenters.values()].sort((a, b) => a.id - b.id)
  }

  /** Replaces the addresses of one datacenter. */
  set(id: number, addresses: DcAddress[]): Datacenter {
    const datacenter = this.#put({ id, addresses })
    this.#changed(this.getAll())
    return datacenter
  }

  /**
   * Takes the list of `help.getConfig`: every datacenter that it names gets its addresses, others stay. Addresses that the
   * list does not hold to one port are tried on the other usual ones, too, after all else.
   */
  update(options: readonly DcOptionLike[]): void {
    if (!Array.isArray(options)) {
      throw new ConfigurationError('DC_INVALID', 'expected the list dcOptions of help.getConfig')
    }
    const byId = new Map<number, { named: DcAddress[]; more: DcAddress[] }>()
    for (const option of options) {
      const { named, more } = byId.get(option.id) ?? { named: [], more: [] }
      byId.set(option.id, { named, more })
      const address = addressOf(option)
      named.push(address)
      const spread = !option.thisPortOnly && !option.ipv6 && !option.mediaOnly && !option.cdn
      if (spread && option.port === 443) more.push(...otherPorts.map((port) => ({ ...address, port })))
    }
    const before = JSON.stringify(this.getAll(), replaceBytes)
    for (const [id, { named, more }] of byId) {
      const extra = more.filter(
        ({ host, port }) => !named.some((one) => one.host === host && one.port === port),
      )
      this.#put({ id, addresses: [...named, ...extra] })
    }
    // Most of the time nothing has changed: then nobody need write it down.
    if (JSON.stringify(this.getAll(), replaceBytes) !== before) this.#changed(this.getAll())
  }

  /** A datacenter for a new account: any that serves more than CDN files. `random` gives 0 ≤ x < 1. */
  pick(random: () => number): Datacenter {
    const usable = this.getAll().filter((dc) => dc.addresses.some((a) => !a.cdn && !a.mediaOnly))
    const picked = usable[Math.floor(random() * usable.length)]
    if (picked === undefined) throw new ConfigurationError('DC_UNKNOWN', 'no datacenter is registered')
    return picked
  }

  #put(datacenter: Datacenter): Datacenter {
    if (!Number.isInteger(datacenter.id) || datacenter.id < 1) {
      throw new ConfigurationError(
        'DC_INVALID',
        `a datacenter's id is a positive integer, not ${String(datacenter.id)}`,
      )
    }
    if (!Array.isArray(datacenter.addresses)) {
      throw new ConfigurationError(
        'DC_INVALID',
        `datacenter ${datacenter.id}: expected a list of addresses, as in [{ host, port }]`,
      )
    }
    for (const address of datacenter.addresses) checkAddress(datacenter.id, address)
    const copy = { id: datacenter.id, addresses: datacenter.addresses.map((address) => ({ ...address })) }
    this.#datacenters.set(copy.id, copy)
    return copy
  }
}

function checkAddress(dc: number, address: Partial<DcAddress> | null | undefined): void {
  const { host, port } = address ?? {}
  const isPort = typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= 65535
  if (typeof host === 'string' && host !== '' && isPort) return
  throw new ConfigurationError(
    'DC_INVALID',
    `datacenter ${String(dc)}: an address is a host and a port from 1 to 65535, not ${String(host)}:${String(port)}`,
  )
}

function addressOf(option: DcOptionLike): DcAddress {
  return {
    host: option.ipAddress,
    port: option.port,
    ...(option.ipv6 && { ipv6: true }),
    ...(option.mediaOnly && { mediaOnly: true }),
    ...(option.tcpoOnly && { obfuscatedOnly: true }),
    ...(option.cdn && { cdn: true }),
    ...(option.secret && { secret: option.secret }),
  }
}

function replaceBytes(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? [...value] : value
}
