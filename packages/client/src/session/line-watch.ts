/** Watches one line, whatever it is for: counts and logs what becomes of its connections, and of what the peer sends over them. */
import type { ConnectionEvent, ConnectionState } from '@telegram-mt/net'
import type { LineUse } from '../dc/registry.ts'
import type { Host } from '../host/host.ts'
import type { SessionCounters } from './counters.ts'

export interface LineWatchOptions {
  readonly host: Host
  readonly counters: SessionCounters
  readonly session: string
  readonly dc: number
  readonly use: LineUse
  /** Empty for the main line, whose states are those of the session and are logged as such. */
  readonly label: string
}

export class LineWatch {
  readonly #options: LineWatchOptions
  #connected = false

  constructor(options: LineWatchOptions) {
    this.#options = options
  }

  receive(event: ConnectionEvent): void {
    const { host, counters, session, dc, use } = this.#options
    switch (event.type) {
      case 'state':
        this.#onState(event.state)
        break
      case 'authKey':
        counters.keyExchanges++
        host.logger.info({ session, dc }, 'made an auth key')
        break
      case 'authKeyUnknown':
        host.logger.warn({ session, dc }, 'the datacenter does not know the auth key')
        break
      case 'pong':
        counters.pings++
        counters.pingMilliseconds += event.rtt
        break
      case 'held': {
        const connectsWaiting = host.connections.limiter.waiting
        host.logger.debug({ session, dc, use, connectsWaiting }, 'waits for its turn to connect')
        break
      }
      case 'refused':
        host.logger.debug({ session, dc, err: event.error }, 'dropped what the server sent')
        break
      default:
    }
  }

  #onState(state: ConnectionState): void {
    const { host, counters, session, dc, use, label } = this.#options
    if (label !== '') {
      const details = state.name === 'waiting' ? { reason: state.reason.message } : {}
      host.logger.debug({ session, dc, use, ...details }, `a connection besides: ${state.name}`)
    }
    switch (state.name) {
      case 'online':
        this.#connected = true
        counters.connects++
        host.config.reached(dc)
        break
      case 'waiting':
        if (this.#connected) counters.drops++
        else counters.failedConnects++
        this.#connected = false
        if (state.until !== undefined) host.config.failed(dc)
        break
      case 'idle':
      case 'closed':
        this.#connected = false
        break
      default:
    }
  }
}
