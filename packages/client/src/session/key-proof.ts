/**
 * A datacenter says that it does not know an auth key with a transport error, −404, which is encrypted by nothing: whoever sits on
 * the way can say it too. Before an account is given up for it the datacenter is asked in a way in which it must prove itself:
 * a temporary key, which only the owner of its RSA key can make with us, is to be bound to the key in question
 * (https://core.telegram.org/method/auth.bindTempAuthKey: "ENCRYPTED_MESSAGE_INVALID").
 */
import {
  Backoff,
  type ConnectionEvent,
  type ConnectionState,
  type NetworkListener,
  type SessionKey,
  Timer,
} from '@telegram-mt/net'
import { RpcError } from '../rpc/rpc-error.ts'
import { afterBrokenExchanges } from './after-broken-exchanges.ts'
import { bindTemporaryKey } from './bind-temporary-key.ts'
import type { LineOptions } from './dc-line.ts'
import { asMaking, Maker } from './temporary-key.ts'

/** The temporary key's life, seconds: it is used for one question. */
const LIFE = 600

export interface KeyProofListener {
  /** How the asking goes. */
  onState(state: ConnectionState): void
  /** Once: whether the datacenter knows the key. */
  onEnd(known: boolean): void
}

export class KeyProof implements NetworkListener {
  readonly #options: LineOptions
  readonly #permanent: SessionKey
  readonly #listener: KeyProofListener
  readonly #backoff: Backoff
  readonly #timer: Timer
  #maker: Maker | undefined

  /** Asks, as often as it takes to get a proven answer. */
  constructor(options: LineOptions, permanent: SessionKey, listener: KeyProofListener) {
    const { connections } = options.host
    this.#options = options
    this.#permanent = permanent
    this.#listener = listener
    this.#backoff = new Backoff(connections.random, connections.backoff)
    this.#timer = new Timer(() => this.#ask())
    this.#ask()
  }

  networkChanged(): void {
    if (this.#timer.active) this.#ask()
    else this.#maker?.connection.networkChanged()
  }

  /** While no connection is there to be told. */
  addressesChanged(): void {
    this.#ask()
  }

  close(): void {
    this.#endWait()
    const maker = this.#maker
    this.#maker = undefined
    maker?.connection.close()
  }

  #endWait(): void {
    const { connections } = this.#options.host
    connections.wheel.cancel(this.#timer)
    connections.unfollow(this)
  }

  #ask(): void {
    this.#endWait()
    const line = { ...this.#options, label: `${this.#options.label} key proof`.trim() }
    const keys = { expiresIn: LIFE, permanentFirst: false }
    this.#maker = new Maker(line, keys, (event, maker) => this.#onEvent(event, maker))
    this.#maker.connection.start()
  }

  #onEvent(event: ConnectionEvent, maker: Maker): void {
    if (maker !== this.#maker) return
    if (event.type === 'fault') this.#options.onFault(event.error, 'proving the auth key')
    else if (event.type === 'authKey') this.#bind(event.key, maker)
    else if (event.type === 'state') this.#onState(event.state)
  }

  #onState(state: ConnectionState): void {
    // Peers that broke every key exchange are not the datacenter.
    if (state.name === 'closed') this.#again(state.reason)
    // It is online for this question only.
    else this.#listener.onState(asMaking(state))
  }

  #bind(temporary: SessionKey, maker: Maker): void {
    const keys = { permanent: this.#permanent, temporary }
    bindTemporaryKey(maker.connection, keys, this.#options.host.random).then(
      () => this.#end(true, maker),
      (error: unknown) => {
        if (maker !== this.#maker) return
        if (RpcError.is(error, 'ENCRYPTED_MESSAGE_INVALID')) this.#end(false, maker)
        // What it has against the account it will say again, to the account's own calls.
        else if (error instanceof RpcError && (error.status === 401 || error.status === 406))
          this.#end(true, maker)
        else this.#again(error instanceof Error ? error : new Error(String(error)))
      },
    )
  }

  #end(known: boolean, maker: Maker): void {
    if (maker !== this.#maker) return
    this.close()
    this.#listener.onEnd(known)
  }

  #again(reason: Error): void {
    const { connections } = this.#options.host
    const { wheel } = connections
    const wait = afterBrokenExchanges(reason, connections) ?? this.#backoff.next()
    this.close()
    wheel.start(this.#timer, wait)
    connections.follow(this)
    this.#listener.onState({ name: 'waiting', until: wheel.now() + wait, reason })
  }
}
