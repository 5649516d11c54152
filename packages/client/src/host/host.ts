/** What all sessions of a host share, held once: identity, datacenters, storage, sockets and clocks. */
import type { ConnectionHost } from '@telegram-mt/net'
import type { DcRegistry } from '../dc/registry.ts'
import type { Storage } from '../storage/storage.ts'
import type { UpdateOptions } from '../update-loop/handlers.ts'
import type { CdnHost } from './cdn-host.ts'
import type { Device } from './device.ts'
import type { HostConfig } from './host-config.ts'
import type { HostLife } from './host-life.ts'
import type { Logger } from './logger.ts'
import type { Network } from './network.ts'
import type { HostProxyOption } from './proxy-option.ts'

export interface Host {
  readonly apiId: number
  readonly apiHash: string
  readonly device: Device
  /** Whether this host talks to Telegram's test datacenters. */
  readonly test: boolean
  readonly dcs: DcRegistry
  readonly storage: Storage
  readonly life: HostLife
  readonly connections: ConnectionHost
  readonly network: Network
  /** Fingerprints of the RSA keys by which the datacenters prove themselves. */
  readonly serverKeys: ReadonlySet<bigint>
  /** What `help.getConfig` says. */
  readonly config: HostConfig
  /** Content delivery networks. */
  readonly cdn: CdnHost
  readonly proxy: HostProxyOption | undefined
  /** Whether connections live under temporary keys. */
  readonly perfectForwardSecrecy: boolean
  /** Of temporary keys, seconds. */
  readonly temporaryKeyLife: number
  /** At most so many connections of one session for files to one datacenter. */
  readonly mediaConnections: number
  readonly logger: Logger
  /** Seconds: flood waits of up to this are waited out unless a call says otherwise. */
  readonly floodWaitLimit: number
  /** Print new messages of sessions that have no handler, and faults that nobody hears of. */
  readonly printMessages: boolean
  /** How updates reach the program. */
  readonly updates: UpdateOptions
  /** Cryptographically random bytes. */
  readonly random: (length: number) => Uint8Array
  /** Milliseconds since the epoch. */
  readonly now: () => number
}
