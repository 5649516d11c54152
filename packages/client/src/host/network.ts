/** What the sessions of a host share of the network, behind an interface that other platforms, and tests, can fill. */
import type { ConnectionHost, Dial, DialAddress, ProxyServer } from '@telegram-mt/net'
import type { DcAddress } from '../dc/datacenter.ts'

/** One way to a datacenter, as it is dialled. */
export type LineAddress = DcAddress & DialAddress

/** What carries the packets. */
export type Transport = 'tcp' | 'websocket' | 'http'

export interface Network {
  readonly connections: ConnectionHost
  /** Opens links, straight or through a proxy. */
  dial(proxy: ProxyServer | undefined): Dial<LineAddress>
  /** Tells whenever the machine has other addresses than before, until the function that it gives is called. */
  watch?(onChange: () => void): () => void
  /** What carries the packets, for messages; absent where there are no sockets. */
  readonly transport?: Transport | undefined
  /** The operating system's name and version, as shown in the account's list of devices. */
  readonly systemVersion: string
}
