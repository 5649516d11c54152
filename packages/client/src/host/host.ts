/** What all sessions of a host share, held once: identity, datacenters, storage, sockets and clocks. */
import type { ConnectionHost, Dial } from '@telegram-mt/net'
import type { DcAddress } from '../dc/datacenter.ts'
import type { DcRegistry } from '../dc/registry.ts'
import type { Storage } from '../storage/storage.ts'
import type { Device } from './device.ts'
import type { Logger } from './logger.ts'

export interface Host {
  readonly apiId: number
  readonly apiHash: string
  readonly device: Device
  /** Whether this host talks to Telegram's test datacenters. */
  readonly test: boolean
  readonly dcs: DcRegistry
  readonly storage: Storage
  readonly connections: ConnectionHost
  readonly dial: Dial<DcAddress & { dc: number }>
  readonly logger: Logger
  /** Seconds: flood waits of up to this are waited out unless a call says otherwise. */
  readonly floodWaitLimit: number
  /** Print new messages of sessions that have no handler. */
  readonly printMessages: boolean
  /** Cryptographically random bytes. */
  readonly random: (length: number) => Uint8Array
  /** Milliseconds since the epoch. */
  readonly now: () => number
}
