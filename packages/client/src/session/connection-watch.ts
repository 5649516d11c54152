/** Watches a session's main connection: what happens there becomes the session's state, its counts and its log. */
import type { ConnectionEvent, ConnectionState } from '@telegram-mt/net'
import type { Host } from '../host/host.ts'
import type { SessionCounters } from './counters.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { StoredSession } from './stored-session.ts'

export interface ConnectionWatchOptions {
  readonly host: Host
  readonly stored: StoredSession
  readonly lifecycle: Lifecycle
  readonly counters: SessionCounters
  /** Connected, and signed in. */
  onOnline(): void
  /** TL of `Updates`. */
  onUpdate(body: Uint8Array): void
  /** The server has begun a new session: updates may be missing. */
  onNewSession(): void
  /** The datacenter does not know the auth key. */
  onKeyUnknown(): void
  onFault(error: unknown, where: string): void
}

export class ConnectionWatch {
  readonly #options: ConnectionWatchOptions
  #connected = false
  #roundTrip: number | undefined

  constructor(options: ConnectionWatchOptions) {
    this.#options = options
  }

  /** ms, as last measured by a ping. */
  get roundTrip(): number | undefined {
    return this.#roundTrip
  }

  receive(event: ConnectionEvent): void {
    const { host, stored, counters, onUpdate, onNewSession, onKeyUnknown, onFault } = this.#options
    switch (event.type) {
      case 'state':
        this.#onState(event.state)
        break
      case 'update':
        onUpdate(event.body)
        break
      case 'newSession':
        onNewSession()
        break
      case 'authKey':
        counters.keyExchanges++
        host.logger.info({ session: stored.id, dc: stored.dc }, 'made an auth key')
        break
      case 'authKeyUnknown':
        host.logger.warn({ session: stored.id, dc: stored.dc }, 'the datacenter does not know the auth key')
        onKeyUnknown()
        break
      case 'pong':
        this.#roundTrip = event.rtt
        break
      case 'fault':
        onFault(event.error, 'the connection')
        break
      case 'refused':
        host.logger.debug({ session: stored.id, err: event.error }, 'dropped what the server sent')
        break
      default:
    }
  }

  #onState(state: ConnectionState): void {
    const { host, stored, lifecycle, counters, onOnline } = this.#options
    switch (state.name) {
      case 'connecting':
      case 'exchangingKeys':
        lifecycle.to({ name: 'connecting' })
        break
      case 'online':
        this.#connected = true
        counters.connects++
        if (stored.userId === undefined) {
          lifecycle.to({ name: 'authorizing' })
        } else {
          lifecycle.to({ name: 'online' })
          onOnline()
        }
        break
      case 'waiting':
        if (this.#connected) counters.drops++
        else counters.failedConnects++
        this.#connected = false
        if (state.until !== undefined) {
          host.config.failed(stored.dc)
          lifecycle.to({ name: 'waiting', until: state.until, reason: state.reason.message })
        }
        break
      default:
        this.#connected = false
    }
  }
}
