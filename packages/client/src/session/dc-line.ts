/**
 * A line: one connection of a session to one datacenter, kept up until it is closed, with the calls over it. The account lives
 * on one, its main line; others are made for files and for what other datacenters hold.
 */
import { type ConnectionEvent, SessionConnection, type SessionKey } from '@telegram-mt/net'
import type { LineUse } from '../dc/registry.ts'
import { wireDc } from '../dc/wire-dc.ts'
import { SessionStateError } from '../errors.ts'
import { unnamedDevice } from '../host/device.ts'
import type { Host } from '../host/host.ts'
import type { LineAddress } from '../host/network.ts'
import type { Call, Method, Result } from '../layer.ts'
import { RpcCaller, type RpcCallOptions } from '../rpc/caller.ts'
import type { SessionProxy } from './session-proxy.ts'
import type { StoredSession } from './stored-session.ts'
import { callEnd } from './stranger.ts'

export interface LineOptions {
  readonly host: Host
  readonly stored: StoredSession
  readonly proxy: SessionProxy
  readonly dc: number
  readonly use: LineUse
  /** Whether the datacenter sends the account's updates over it. Only one line of an account wants them. */
  readonly updates: boolean
  /** Tells it from the session's other lines, each of which has connect limits of its own; empty for the main one. */
  readonly label: string
  onEvent(event: ConnectionEvent): void
  onFault(error: unknown, where: string): void
  /** So many calls were sent again over what is there no more. */
  onResends(count: number): void
}

/** What is each line's own. */
export type OwnLineOptions = Pick<LineOptions, 'dc' | 'use' | 'updates' | 'label' | 'onEvent'>

export interface DcLine {
  readonly dc: number
  /** Whether there is an auth key. */
  readonly hasKey: boolean
  /** Calls that have not ended. */
  readonly pendingCalls: number
  /** How often calls were sent again since this was asked last. */
  takeResends(): number
  start(): void
  /** Somebody waits for it: it goes before lines for which nobody waits, until it stands. */
  hurry(): void
  /** @throws RpcError, CallTimeout, ConnectionClosed, the signal's reason; FollowsElsewhereError */
  call<M extends Method>(call: Call<M>, options?: RpcCallOptions): Promise<Result<M>>
  /** The server asks who we are: the next call says it. */
  forgetInitialization(): void
  /** Tries at once, forgetting old failures. */
  networkChanged(): void
  /** Goes on with a new auth key, as the old one is of no use. */
  renewKey(): void
  close(reason?: Error): void
}

/** Why calls end on a line that is there no more; they are made anew on the one that has taken its place. */
export class MovedError extends SessionStateError {
  constructor(message: string) {
    super('SESSION_MOVED', message)
  }
}

/** Counts on over the sessions that a connection has one after the other. */
export class ResendMeter {
  #session: object | undefined
  #counted = 0

  /** What has come to be since the last time. */
  take(session: { readonly resends: number } | undefined): number {
    if (session !== this.#session) this.#counted = 0
    this.#session = session
    const more = (session?.resends ?? 0) - this.#counted
    this.#counted += more
    return more
  }
}

/** The connection beneath a line. @throws ConfigurationError `DC_UNKNOWN` */
export function openConnection(
  { host, stored, proxy, dc, use, label }: Omit<LineOptions, 'updates' | 'onEvent' | 'onFault' | 'onResends'>,
  options: {
    key: SessionKey | undefined
    /** Makes temporary keys of so many seconds. */
    expiresIn?: number | undefined
    /** … and a permanent one before. */
    permanentFirst?: boolean
    onEvent: (event: ConnectionEvent) => void
  },
): SessionConnection<LineAddress> {
  host.dcs.get(dc)
  const wire = wireDc(dc, { test: host.test, media: use === 'media' })
  return new SessionConnection<LineAddress>({
    host: use === 'cdn' ? host.cdn.connections(dc) : host.connections,
    name: label === '' ? stored.id : `${stored.id} ${label}`,
    dc: wire,
    addresses: () => host.dcs.addresses(dc, use).map((address) => ({ ...address, dc: wire })),
    dial: proxy.dial,
    key: options.key,
    expiresIn: options.expiresIn,
    permanentFirst: options.permanentFirst,
    onEvent: options.onEvent,
  })
}

export function callerFor(
  connection: SessionConnection<LineAddress>,
  { host, dc, use, updates }: LineOptions,
): RpcCaller {
  const device = use === 'cdn' ? { ...host.device, ...unnamedDevice } : host.device
  return new RpcCaller(connection, {
    apiId: host.apiId,
    device,
    updates,
    endOf: (error) => callEnd(error, dc, host.serverKeys),
  })
}
