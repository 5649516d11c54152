/** Watches a session's main connection: what happens there becomes the session's state, its updates and its faults. */
import type { ConnectionEvent, ConnectionState } from '@telegram-mt/net'
import type { Lifecycle } from './lifecycle.ts'
import type { StoredSession } from './stored-session.ts'
import { strangerIn } from './stranger.ts'

export interface ConnectionWatchOptions {
  readonly stored: StoredSession
  readonly lifecycle: Lifecycle
  /** Fingerprints of the RSA keys by which the datacenters prove themselves. */
  readonly serverKeys: ReadonlySet<bigint>
  /** Signed in, and calls are sent from now on: what is made at once needs no round trip of its own. */
  onOpened(): void
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
  #roundTrip: number | undefined

  constructor(options: ConnectionWatchOptions) {
    this.#options = options
  }

  /** ms, as last measured by a ping. */
  get roundTrip(): number | undefined {
    return this.#roundTrip
  }

  receive(event: ConnectionEvent): void {
    const { onUpdate, onNewSession, onKeyUnknown, onFault } = this.#options
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
      case 'authKeyUnknown':
        onKeyUnknown()
        break
      case 'pong':
        this.#roundTrip = event.rtt
        break
      case 'fault':
        onFault(event.error, 'the connection')
        break
      default:
    }
  }

  #onState(state: ConnectionState): void {
    const { stored, lifecycle, onOpened } = this.#options
    switch (state.name) {
      case 'connecting':
      case 'exchangingKeys':
        lifecycle.to({ name: 'connecting' })
        break
      case 'opened':
        lifecycle.to({ name: 'connecting' })
        if (stored.userId !== undefined) onOpened()
        break
      case 'online':
        lifecycle.to({ name: stored.userId === undefined ? 'authorizing' : 'online' })
        if (stored.userId !== undefined) onOpened()
        break
      case 'waiting':
        if (state.until !== undefined)
          lifecycle.to({ name: 'waiting', until: state.until, reason: state.reason.message })
        this.#noticeStranger(state.reason)
        break
      default:
    }
  }

  #noticeStranger(reason: Error): void {
    const { stored, lifecycle, serverKeys } = this.#options
    const stranger = strangerIn(reason, stored.dc, serverKeys)
    if (stranger !== undefined) lifecycle.emit('stranger', stranger)
  }
}
