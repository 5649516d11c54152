/**
 * Telegram's datacenters as data: what one is, and the addresses that the official clients ship with.
 * After the first connection `help.getConfig` brings newer ones (see https://core.telegram.org/api/datacenter).
 */

/** One way to reach a datacenter. */
export interface DcAddress {
  /** IPv4 or IPv6 literal, or a host name. */
  host: string
  /** TCP port, 1..65535. */
  port: number
  ipv6?: boolean
  /** Serves uploads and downloads only: never used for a session's main connection. */
  mediaOnly?: boolean
  /** Only reachable through the obfuscated transport. */
  obfuscatedOnly?: boolean
  /** Serves CDN files only. */
  cdn?: boolean
  /** MTProxy-style secret that the address wants, 16 bytes or more. */
  secret?: Uint8Array
}

/** A datacenter and every known way to reach it. */
export interface Datacenter {
  /** 1..5 on production, 1..3 on the test environment; others for CDN. */
  id: number
  addresses: DcAddress[]
}

/** Which of Telegram's datacenters: those that people use, or those for tests. */
export type DcEnvironment = 'production' | 'test'

/** Where the same server answers as well, for networks that let 443 through to nobody but web servers. */
export const otherPorts: readonly number[] = [80, 5222]

const at = (id: number, v4: string, v6: string): Datacenter => ({
  id,
  addresses: [
    { host: v4, port: 443 },
    { host: v6, port: 443, ipv6: true },
    ...otherPorts.map((port) => ({ host: v4, port })),
  ],
})

/** The datacenters that the official clients start from. */
export const publishedDatacenters: Readonly<Record<DcEnvironment, readonly Datacenter[]>> = {
  production: [
    at(1, '149.154.175.50', '2001:b28:f23d:f001::a'),
    at(2, '149.154.167.51', '2001:67c:4e8:f002::a'),
    at(3, '149.154.175.100', '2001:b28:f23d:f003::a'),
    at(4, '149.154.167.91', '2001:67c:4e8:f004::a'),
    at(5, '91.108.56.149', '2001:b28:f23f:f005::a'),
  ],
  test: [
    at(1, '149.154.175.10', '2001:b28:f23d:f001::e'),
    at(2, '149.154.167.40', '2001:67c:4e8:f002::e'),
    at(3, '149.154.175.117', '2001:b28:f23d:f003::e'),
  ],
}
