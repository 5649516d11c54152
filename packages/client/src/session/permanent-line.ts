/** A line under the permanent key of its datacenter, which it makes if there is none. */
import {
  type ConnectionEvent,
  type NetworkListener,
  type SessionConnection,
  type SessionKey,
  Timer,
} from '@telegram-mt/net'
import type { LineUse } from '../dc/registry.ts'
import type { LineAddress } from '../host/network.ts'
import type { Call, Method, Result } from '../layer.ts'
import type { RpcCaller, RpcCallOptions } from '../rpc/caller.ts'
import { afterBrokenExchanges } from './after-broken-exchanges.ts'
import { callerFor, type DcLine, type LineOptions, openConnection, ResendMeter } from './dc-line.ts'
import { KeyProof } from './key-proof.ts'
import type { StoredSession } from './stored-session.ts'

export class PermanentLine implements DcLine, NetworkListener {
  readonly dc: number
  readonly #options: LineOptions
  readonly #revival: Timer
  #connection: SessionConnection<LineAddress>
  #caller: RpcCaller
  readonly #resends = new ResendMeter()
  /** While it is found out whether the datacenter really does not know the key. */
  #proof: KeyProof | undefined
  #closed = false

  constructor(options: LineOptions) {
    this.dc = options.dc
    this.#options = options
    this.#revival = new Timer(() => this.#revive())
    this.#connection = this.#connect(options.stored.key(options.dc))
    this.#caller = callerFor(this.#connection, options)
  }

  get hasKey(): boolean {
    return this.#connection.session !== undefined
  }

  get pendingCalls(): number {
    return this.#connection.pendingCalls
  }

  takeResends(): number {
    return this.#resends.take(this.#connection.session)
  }

  start(): void {
    this.#connection.start()
  }

  hurry(): void {
    this.#connection.hurry()
  }

  call<M extends Method>(call: Call<M>, options?: RpcCallOptions): Promise<Result<M>> {
    return this.#caller.call(call, options)
  }

  forgetInitialization(): void {
    this.#caller.forgetInitialization()
  }

  networkChanged(): void {
    if (this.#revival.active) this.#revive()
    else this.#connection.networkChanged()
    this.#proof?.networkChanged()
  }

  /** While no connection is there to be told. */
  addressesChanged(): void {
    this.#revive()
  }

  renewKey(): void {
    this.#caller.forgetInitialization()
    this.#options.onResends(this.takeResends())
    this.#connection.useKey(undefined)
  }

  close(reason?: Error): void {
    this.#closed = true
    this.#endProof()
    this.#endWait()
    this.#options.onResends(this.takeResends())
    this.#connection.close(reason)
  }

  #connect(key: SessionKey | undefined): SessionConnection<LineAddress> {
    return openConnection(this.#options, { key, onEvent: (event) => this.#onEvent(event) })
  }

  #onEvent(event: ConnectionEvent): void {
    const { stored, dc, use, host, onFault } = this.#options
    switch (event.type) {
      case 'authKey':
        stored
          .saveKey(dc, keyToKeep(event.key, use, stored))
          .catch((error: unknown) => onFault(error, 'saving the auth key'))
        break
      case 'salts':
        stored.saveSalts(dc, [...event.salts])
        break
      case 'time':
        // What a content delivery network says of the time is nobody's business but its own.
        if (use !== 'cdn') stored.saveTimeOffset(event.timeOffset)
        break
      case 'state':
        if (event.state.name === 'closed' && !this.#closed) {
          const { wheel } = host.connections
          const { reason } = event.state
          const wait = afterBrokenExchanges(reason, host.connections) ?? 0
          wheel.start(this.#revival, wait)
          host.connections.follow(this)
          const until = wheel.now() + wait
          this.#options.onEvent({ type: 'state', state: { name: 'waiting', until, reason } })
          return
        }
        break
      case 'authKeyUnknown':
        if (this.#prove()) return
        break
      default:
    }
    this.#options.onEvent(event)
  }

  /** The key of an account is not given up for a word that anybody may have said. */
  #prove(): boolean {
    const { stored, use } = this.#options
    const key = stored.key(this.dc)
    if (key === undefined || use === 'cdn' || this.dc !== stored.dc || stored.userId === undefined)
      return false
    this.#proof ??= new KeyProof(this.#options, key, {
      onState: (state) => this.#options.onEvent({ type: 'state', state }),
      onEnd: (known) => {
        this.#endProof()
        if (known) this.#connection.resume()
        else this.#options.onEvent({ type: 'authKeyUnknown' })
      },
    })
    return true
  }

  #endProof(): void {
    this.#proof?.close()
    this.#proof = undefined
  }

  #endWait(): void {
    const { connections } = this.#options.host
    connections.wheel.cancel(this.#revival)
    connections.unfollow(this)
  }

  #revive(): void {
    this.#endWait()
    this.#connection = this.#connect(this.#options.stored.key(this.dc))
    this.#caller = callerFor(this.#connection, this.#options)
    this.#connection.start()
  }
}

/** The clock is set by Telegram, not by a content delivery network, which nobody trusts. */
function keyToKeep(key: SessionKey, use: LineUse, stored: StoredSession): SessionKey {
  return use === 'cdn' ? { ...key, timeOffset: stored.timeOffset } : key
}
