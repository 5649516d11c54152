/**
 * Perfect forward secrecy: a session's temporary auth key for one datacenter, "generated using the p_q_inner_data_temp, with a
 * set expiration time", bound to the permanent one, and made anew ahead of its end, while the old one still serves
 * (https://core.telegram.org/api/pfs). It is made over a connection of its own, which is then handed on with the key.
 */
import {
  Backoff,
  type ConnectionEvent,
  type ConnectionState,
  type NetworkListener,
  type SessionConnection,
  type SessionKey,
  Timer,
} from '@telegram-mt/net'
import type { LineUse } from '../dc/registry.ts'
import type { LineAddress } from '../host/network.ts'
import { RpcError } from '../rpc/rpc-error.ts'
import type { AuthKeyKind } from '../storage/records.ts'
import { afterBrokenExchanges } from './after-broken-exchanges.ts'
import { bindTemporaryKey } from './bind-temporary-key.ts'
import { type LineOptions, openConnection } from './dc-line.ts'

/** A line that lives under the key. */
export interface TemporaryKeyUser {
  /**
   * There is a key, or a newer one. `maker` is the connection over which it was made, open and bound: it is closed unless the
   * user takes it over.
   */
  onTemporaryKey(key: SessionKey, maker?: Maker): void
  /** How the making goes on, while there is no key. */
  onMaking(state: ConnectionState): void
  /** The datacenter does not know the permanent key, or has ended it: none can be bound to it any more. */
  onPermanentKeyRefused(error: RpcError): void
}

/** What happens on a connection that is there to make a key, as a part of that. */
export function asMaking(state: ConnectionState): ConnectionState {
  const carries = state.name === 'opened' || state.name === 'online'
  return carries ? { ...state, name: 'exchangingKeys' } : state
}

/** The connection over which a key is made. */
export class Maker {
  readonly connection: SessionConnection<LineAddress>
  #onEvent: (event: ConnectionEvent, maker: Maker) => void
  taken = false

  constructor(
    line: Omit<LineOptions, 'updates' | 'onEvent' | 'onFault' | 'onResends'>,
    keys: { expiresIn: number | undefined; permanentFirst: boolean },
    onEvent: (event: ConnectionEvent, maker: Maker) => void,
  ) {
    this.#onEvent = onEvent
    this.connection = openConnection(line, {
      ...keys,
      key: undefined,
      onEvent: (event) => this.#onEvent(event, this),
    })
  }

  /** From now on the connection is somebody else's. */
  take(onEvent: (event: ConnectionEvent) => void): SessionConnection<LineAddress> {
    this.taken = true
    this.#onEvent = onEvent
    return this.connection
  }
}

export interface TemporaryKeyOptions
  extends Pick<LineOptions, 'host' | 'stored' | 'proxy' | 'dc' | 'use' | 'onFault'> {
  /** An auth key was made, of whichever kind. */
  onMade(kind: AuthKeyKind): void
}

/** "renewed 60 min ahead": or a quarter of its life, for keys that live shorter. */
const RENEW_AHEAD = 3_600_000
/** A stored key that ends sooner is not used any more: "2 min when stored". */
const TOO_LATE = 120_000
/** A permanent key made so recently may not be known everywhere in the datacenter yet, ms. */
const FRESH = 60_000

export class TemporaryKey {
  readonly #options: TemporaryKeyOptions
  readonly #kind: AuthKeyKind
  readonly #users = new Set<TemporaryKeyUser>()
  readonly #timer: Timer
  /** Its makers' connections listen for themselves. */
  readonly #network: NetworkListener = {
    // Timers stand still while the machine sleeps, but the key's life goes on.
    networkChanged: () => {
      if (this.#making === undefined) this.#planAnew()
    },
    addressesChanged: () => {
      if (this.#waiting !== undefined) this.#planAnew()
    },
  }
  readonly #backoff: Backoff
  #current: SessionKey | undefined
  /** Somebody waits for a key. */
  #awaited = false
  #making: Maker | undefined
  /** The making has failed, and is to be tried again. */
  #waiting: Extract<ConnectionState, { name: 'waiting' }> | undefined
  #permanentMadeAt = Number.NEGATIVE_INFINITY
  /** Bindings made again, by key. */
  readonly #binding = new Map<SessionKey, Promise<void>>()

  constructor(options: TemporaryKeyOptions) {
    this.#options = options
    this.#kind = options.use === 'media' ? 'mediaTemporary' : 'temporary'
    const { connections } = options.host
    this.#timer = new Timer(() => this.#make())
    this.#backoff = new Backoff(connections.random, connections.backoff)
    const stored = options.stored.key(options.dc, this.#kind)
    if (stored?.expiresAt !== undefined && stored.expiresAt - connections.wheel.now() > TOO_LATE)
      this.#current = stored
  }

  /** Lines under this key. */
  get users(): number {
    return this.#users.size
  }

  /** From now on the user is told of keys, at once if there is one. */
  join(user: TemporaryKeyUser): void {
    this.#users.add(user)
    this.#options.host.connections.follow(this.#network)
    const { expiresAt } = this.#current ?? {}
    if (expiresAt !== undefined && expiresAt <= this.#options.host.connections.wheel.now()) this.#forget()
    if (this.#current !== undefined) user.onTemporaryKey(this.#current)
    else if (this.#waiting !== undefined) user.onMaking(this.#waiting)
    this.#plan()
  }

  /** The last one to leave ends the making and the renewals. */
  leave(user: TemporaryKeyUser): void {
    this.#users.delete(user)
    if (this.#users.size > 0) return
    const { connections } = this.#options.host
    connections.unfollow(this.#network)
    connections.wheel.cancel(this.#timer)
    this.#waiting = undefined
    this.#endMaking()
  }

  /** The server does not know this key: another one is made. */
  refused(key: SessionKey): void {
    if (this.#current !== key) return
    this.#forget()
    this.#make()
  }

  /** The permanent key has changed: nothing that was bound to the old one is of use. */
  startOver(): void {
    this.#forget()
    this.#endMaking()
    this.#make()
  }

  /** "AUTH_KEY_PERM_EMPTY": the server has lost the binding, though not the key. Resolves when it is bound again. */
  bindAgain(key: SessionKey, connection: SessionConnection<LineAddress>): Promise<void> {
    let binding = this.#binding.get(key)
    if (binding === undefined) {
      binding = this.#bind(connection, key).finally(() => this.#binding.delete(key))
      this.#binding.set(key, binding)
    }
    return binding
  }

  /** Somebody waits for a key, if there is none. */
  hurry(): void {
    if (this.#current !== undefined) return
    this.#awaited = true
    this.#making?.connection.hurry()
  }

  networkChanged(): void {
    this.#backoff.reset()
    if (this.#making !== undefined) this.#making.connection.networkChanged()
    else if (this.#users.size > 0) this.#planAnew()
  }

  /** What has failed before says nothing about what is there now. */
  #planAnew(): void {
    this.#waiting = undefined
    this.#plan()
  }

  /** Sees to it that there will be a key, and a new one in time. */
  #plan(): void {
    if (this.#waiting !== undefined) return
    const { wheel, random } = this.#options.host.connections
    const expiresAt = this.#current?.expiresAt
    if (expiresAt === undefined) {
      this.#make()
      return
    }
    const ahead = Math.min(RENEW_AHEAD, (this.#options.host.temporaryKeyLife * 1000) / 4)
    // Not all sessions of a host that was started at once renew at once.
    wheel.start(this.#timer, expiresAt - ahead * (1 + random() / 2) - wheel.now())
  }

  #make(): void {
    if (this.#making !== undefined || this.#users.size === 0) return
    this.#waiting = undefined
    const { stored, dc } = this.#options
    if (stored.key(dc) === undefined) this.#makePermanent()
    else this.#connect({ use: this.#options.use })
  }

  /** First comes the permanent key; for files too it is the one that the main connections of a datacenter make. */
  #makePermanent(): void {
    const { use } = this.#options
    if (use === 'main') {
      this.#connect({ use, permanentFirst: true })
      return
    }
    this.#connect({ use: 'main', expiresIn: undefined }, (maker) => {
      if (this.#making === maker) this.#endMaking()
      this.#make()
    })
  }

  #connect(
    keys: { use: LineUse; expiresIn?: number | undefined; permanentFirst?: boolean },
    onPermanent: (maker: Maker) => void = () => {},
  ): void {
    const { host } = this.#options
    const { use, permanentFirst = false } = keys
    const expiresIn = 'expiresIn' in keys ? keys.expiresIn : host.temporaryKeyLife
    const line = { ...this.#options, use, label: `${this.#kind} key` }
    const maker = new Maker(line, { expiresIn, permanentFirst }, (event, maker) => {
      if (this.#making !== maker) return
      if (event.type === 'state') this.#onState(event.state)
      else if (event.type === 'fault') this.#options.onFault(event.error, 'making an auth key')
      else if (event.type === 'authKey') {
        if (event.key.expiresAt !== undefined) this.#onTemporary(event.key, maker)
        else {
          this.#onPermanent(event.key)
          onPermanent(maker)
        }
      }
    })
    this.#making = maker
    if (this.#awaited) maker.connection.hurry()
    maker.connection.start()
  }

  #onPermanent(key: SessionKey): void {
    const { stored, dc, host, onMade, onFault } = this.#options
    this.#permanentMadeAt = host.connections.wheel.now()
    onMade('permanent')
    stored.saveKey(dc, key).catch((error: unknown) => onFault(error, 'saving the auth key'))
  }

  #onTemporary(key: SessionKey, maker: Maker): void {
    this.#bind(maker.connection, key).then(
      () => this.#made(key, maker),
      (error: unknown) => this.#failed(error, maker),
    )
  }

  #onState(state: ConnectionState): void {
    if (state.name === 'closed') {
      // Key exchanges that were broken again and again.
      this.#failed(state.reason, this.#making)
      return
    }
    if (this.#current !== undefined) return
    // It is online for the binding only; for the lines that is a part of making the key.
    for (const user of this.#users) user.onMaking(asMaking(state))
  }

  async #bind(connection: SessionConnection<LineAddress>, temporary: SessionKey): Promise<void> {
    const permanent = this.#options.stored.key(this.#options.dc)
    if (permanent === undefined) throw new RpcError(401, 'AUTH_KEY_PERM_EMPTY', 'auth.bindTempAuthKey')
    await bindTemporaryKey(connection, { permanent, temporary }, this.#options.host.random)
  }

  #made(key: SessionKey, maker: Maker): void {
    if (this.#making !== maker) return
    const { stored, dc, onFault } = this.#options
    this.#making = undefined
    this.#backoff.reset()
    this.#current = key
    this.#awaited = false
    this.#options.onMade(this.#kind)
    stored
      .saveKey(dc, key, this.#kind)
      .catch((error: unknown) => onFault(error, 'saving the temporary auth key'))
    this.#plan()
    for (const user of [...this.#users]) user.onTemporaryKey(key, maker.taken ? undefined : maker)
    if (!maker.taken) maker.connection.close()
  }

  #failed(error: unknown, maker: Maker | undefined): void {
    if (maker === undefined || this.#making !== maker) return
    const { host, stored, dc, onFault } = this.#options
    const { wheel } = host.connections
    this.#endMaking()
    onFault(error, 'binding a temporary auth key')
    // "ENCRYPTED_MESSAGE_INVALID": the permanent key is not known to the server, unless it is so new that it may not have got about.
    const unknown = RpcError.is(error, 'ENCRYPTED_MESSAGE_INVALID')
    if (unknown && wheel.now() - this.#permanentMadeAt > FRESH) {
      for (const user of [...this.#users]) user.onPermanentKeyRefused(error)
      return
    }
    const ended = error instanceof RpcError && (error.status === 401 || error.status === 406)
    if (ended && stored.key(dc) !== undefined) {
      for (const user of [...this.#users]) user.onPermanentKeyRefused(error)
      return
    }
    const wait = afterBrokenExchanges(error, host.connections) ?? this.#backoff.next()
    wheel.start(this.#timer, wait)
    const reason = error instanceof Error ? error : new Error(String(error))
    this.#waiting = { name: 'waiting', until: wheel.now() + wait, reason }
    if (this.#current !== undefined) return
    for (const user of [...this.#users]) user.onMaking(this.#waiting)
  }

  #forget(): void {
    const { stored, dc, onFault } = this.#options
    this.#current = undefined
    stored.dropKey(dc, this.#kind).catch((error: unknown) => onFault(error, 'dropping a temporary auth key'))
  }

  #endMaking(): void {
    const maker = this.#making
    this.#making = undefined
    maker?.connection.close()
  }
}
