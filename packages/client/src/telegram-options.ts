/** What a program tells a host. */
import type { TransportName } from '@telegram-mt/mtproto'
import type { RateLimit } from '@telegram-mt/net'
import type { Datacenter } from './dc/datacenter.ts'
import type { Device } from './host/device.ts'
import type { Logger, LogLevel } from './host/logger.ts'
import type { ReconnectOptions } from './host/network.node.ts'
import type { Transport } from './host/network.ts'
import type { HostProxyOption } from './host/proxy-option.ts'
import type { Storage, StorageKey } from './storage/storage.ts'
import type { UpdateOptions } from './update-loop/handlers.ts'

/** What a host is told; all but `apiId` and `apiHash` may be left out. */
export interface TelegramOptions {
  /** Your application's id, from https://my.telegram.org/apps. */
  apiId: number
  /** Your application's hash, from the same page. */
  apiHash: string
  /**
   * Where sessions live: a file name ends up as one SQLite file for all sessions; `postgres://…` is a database; absent, or
   * `'memory'`, keeps nothing over a restart. A `Storage` of your own will do as well.
   */
  storage?: string | Storage | undefined
  /** Seals auth keys in the storage: a passphrase, or 32 bytes. */
  storageKey?: StorageKey | undefined
  /** Talk to Telegram's test datacenters. */
  test?: boolean | undefined
  /** Other datacenters than Telegram's, such as those of a box. Nothing else is connected to, whatever a server may say. */
  dcs?: readonly Datacenter[] | undefined
  /**
   * Whether the addresses in Telegram's configuration (`help.getConfig`) replace those known. Default: true, but false if
   * `dcs` are given.
   */
  updateDcs?: boolean | undefined
  /** RSA keys (PEM) of other datacenters than Telegram's. Telegram's own are built in and used if this is absent. */
  publicKeys?: readonly string[] | undefined
  /** How this program shows in the account's list of devices. */
  device?: Partial<Device> | undefined
  /**
   * What carries the packets; default `tcp`. WebSocket, and HTTP long poll where even that is cut off, are for networks that
   * let nothing else through.
   */
  transport?: Transport | undefined
  /** Framing of packets; default `intermediate`. An MTProxy's secret decides by itself. */
  framing?: TransportName | undefined
  /** Whether TCP is obfuscated, for networks that look for MTProto. Default false; WebSocket and MTProxy always are. */
  obfuscated?: boolean | undefined
  /** The URL for a WebSocket to an address; Telegram's own if absent, or `ws://host:port/apiws` if `dcs` are given. */
  webSocketUrl?: ((address: { dc: number; host: string; port: number }) => string) | undefined
  /** Where packets for an address are posted with `transport: 'http'`; `http://host:port/api` if absent. */
  httpUrl?: ((address: { dc: number; host: string; port: number }) => string) | undefined
  /**
   * A proxy for all sessions, or a function that says which one a session goes through. It is asked for every connection; if it
   * throws, or the proxy fails, the session waits: it never goes without.
   */
  proxy?: HostProxyOption | undefined
  /**
   * Whether what is sent is encrypted with temporary keys, so that who learns a session's stored key later cannot read what was
   * recorded before (https://core.telegram.org/api/pfs). Default false.
   */
  perfectForwardSecrecy?: boolean | undefined
  /** How long a temporary key serves, seconds, at least 6; it is renewed well ahead. Default 86,400, a day, as in Telegram's own clients. */
  temporaryKeyLife?: number | undefined
  /** Connections for files that one session may have to one datacenter at a time. Default 4. */
  mediaConnections?: number | undefined
  /** Seconds: flood waits of up to this are waited out, in sight of the program. Default 60. */
  floodWaitLimit?: number | undefined
  /** How often within a minute a call is sent again after bad_server_salt or bad_msg_notification before it fails. Default 5. */
  msgMaxRetryCount?: number | undefined
  /** How updates reach the program: in which order, how often again after an error, whether they are kept in a log. */
  updates?: UpdateOptions | undefined
  /**
   * Print new messages of sessions that have no handler, and on standard error faults (a handler that throws, above all) that
   * nobody hears of: no listener to `fault`, no `logger`. Default true.
   */
  printMessages?: boolean | undefined
  /**
   * Connects of all sessions together: at most `count` within so many milliseconds. Default: what one official client
   * allows itself, 10 within 5,000. A host of hundreds of accounts wants more; its provider and Telegram may not.
   */
  connectLimit?: RateLimit | undefined
  /**
   * Before a lost connection is tried again there is a wait at random, in ms below a bound that begins with `first` (default
   * 1,000) and doubles up to `most` (default 16,000). A connection that held for 10 s lets it begin anew. `perAddress` bounds how often
   * a session may knock at one address.
   */
  reconnect?: ReconnectOptions | undefined
  /**
   * Gets what happens inside, without secrets: a logger like pino's, or a level, from which on a pino of the host's own writes
   * a line of JSON for each event on standard output. Nothing is logged by default.
   */
  logger?: Logger | LogLevel | undefined
}
