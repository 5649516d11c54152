/**
 * A line with perfect forward secrecy: it lives under a temporary auth key, and goes over to the next one in good time. Calls
 * that are under way end on the old connection, while new ones are made on the new one: none is interrupted.
 */
import {
  ConnectionClosed,
  type ConnectionEvent,
  ServerUnproven,
  type SessionConnection,
  type SessionKey,
} from '@telegram-mt/net'
import type { LineAddress } from '../host/network.ts'
import type { Call, Method, Result } from '../layer.ts'
import { stopForMany } from '../many-listeners.node.ts'
import type { RpcCaller, RpcCallOptions } from '../rpc/caller.ts'
import { Patience } from '../rpc/patience.ts'
import { RpcError } from '../rpc/rpc-error.ts'
import {
  callerFor,
  type DcLine,
  type LineOptions,
  MovedError,
  openConnection,
  ResendMeter,
} from './dc-line.ts'
import { callEnd } from './stranger.ts'
import type { Maker, TemporaryKey, TemporaryKeyUser } from './temporary-key.ts'

/** A connection under one temporary key. */
interface Route {
  readonly key: SessionKey
  readonly connection: SessionConnection<LineAddress>
  readonly caller: RpcCaller
  readonly resends: ResendMeter
  calls: number
  /** The server does not know its key: it waits for another. */
  stranded: boolean
  /** Ended by us. */
  closed: boolean
}

export class BoundLine implements DcLine, TemporaryKeyUser {
  readonly dc: number
  readonly #options: LineOptions
  readonly #key: TemporaryKey
  readonly #closing = stopForMany()
  #started = false
  #route: Route | undefined
  /** Under the next key, until it is online. */
  #next: Route | undefined
  /** Under keys before, where calls still end. */
  #left: Route[] = []
  /** Whoever waits for the first route. */
  #opened: { promise: Promise<void>; resolve: () => void; reject: (error: Error) => void } | undefined
  #pending = 0

  constructor(options: LineOptions, key: TemporaryKey) {
    this.dc = options.dc
    this.#options = options
    this.#key = key
  }

  get hasKey(): boolean {
    return this.#options.stored.key(this.dc) !== undefined
  }

  get pendingCalls(): number {
    return this.#pending
  }

  takeResends(): number {
    return this.#routes().reduce((sum, route) => sum + route.resends.take(route.connection.session), 0)
  }

  start(): void {
    // Nobody would close what a line makes that was closed before, as on the way to another datacenter.
    if (this.#started || this.#closing.signal.aborted) return
    this.#started = true
    this.#key.join(this)
  }

  hurry(): void {
    this.#key.hurry()
    this.#route?.connection.hurry()
  }

  async call<M extends Method>(call: Call<M>, options: RpcCallOptions = {}): Promise<Result<M>> {
    const { signal, deadline } = options
    const { wheel } = this.#options.host.connections
    const patience = new Patience(wheel, () => this.#closing.signal, { signal, timeout: deadline })
    this.start()
    this.#pending++
    try {
      if (this.#route === undefined) {
        this.hurry()
        await patience.result(this.#whenOpened())
      }
      return await this.#callOver(this.#route, call, { ...options, deadline: patience.left() })
    } catch (error) {
      const route = this.#route
      if (route === undefined || !RpcError.is(error, 'AUTH_KEY_PERM_EMPTY')) throw error
      await patience.settled(this.#key.bindAgain(route.key, route.connection))
      return await this.#callOver(route, call, { ...options, deadline: patience.left() })
    } finally {
      this.#pending--
    }
  }

  forgetInitialization(): void {
    this.#route?.caller.forgetInitialization()
  }

  networkChanged(): void {
    this.#key.networkChanged()
    for (const { connection } of this.#routes()) connection.networkChanged()
  }

  renewKey(): void {
    if (this.#route !== undefined) this.#route.stranded = true
    this.#dropNext()
    this.#key.startOver()
  }

  close(reason: Error = new ConnectionClosed('by its owner')): void {
    this.#key.leave(this)
    this.#closing.abort(reason)
    for (const route of this.#routes()) this.#closeRoute(route, reason)
  }

  // ---- keys

  onTemporaryKey(key: SessionKey, maker?: Maker): void {
    const route = this.#route
    if (route === undefined || route.stranded) {
      const opened = this.#open(key, maker)
      this.#route = opened
      // What was under way is made anew: under the old key it would never be answered.
      if (route !== undefined) this.#closeRoute(route, this.#keyEnded())
      this.#begin(opened)
      this.#opened?.resolve()
      this.#opened = undefined
    } else if (route.key !== key) {
      this.#dropNext()
      const next = this.#open(key, maker)
      this.#next = next
      this.#begin(next)
    }
  }

  onMaking(state: Extract<ConnectionEvent, { type: 'state' }>['state']): void {
    if (this.#route !== undefined && !this.#route.stranded) return
    // As on a line without temporary keys: what needs the first key ends, and who has a permanent one waits for the server.
    if (state.name === 'waiting' && state.reason instanceof ServerUnproven && !this.hasKey) {
      this.#opened?.reject(callEnd(state.reason, this.dc, this.#options.host.serverKeys))
      this.#opened = undefined
    }
    this.#options.onEvent({ type: 'state', state })
  }

  onPermanentKeyRefused(error: RpcError): void {
    this.#options.host.logger.warn(
      { session: this.#options.stored.id, dc: this.dc, err: error },
      'key refused',
    )
    this.#options.onEvent({ type: 'authKeyUnknown' })
  }

  // ---- connections

  /** Over the connection that has made the key, if it is to be had. */
  #open(key: SessionKey, maker: Maker | undefined): Route {
    const onEvent = (event: ConnectionEvent) => this.#onEvent(route, event)
    const connection = maker?.take(onEvent) ?? openConnection(this.#options, { key, onEvent })
    const caller = callerFor(connection, this.#options)
    const resends = new ResendMeter()
    const route: Route = { key, connection, caller, resends, calls: 0, stranded: false, closed: false }
    return route
  }

  #begin(route: Route): void {
    const { state } = route.connection
    if (state.name === 'idle') route.connection.start()
    // Of what has happened to it before nobody has heard here.
    else this.#onEvent(route, { type: 'state', state })
  }

  #onEvent(route: Route, event: ConnectionEvent): void {
    const { stored, dc, use, onEvent } = this.#options
    switch (event.type) {
      case 'salts':
        if (route.key === (this.#next ?? this.#route)?.key)
          stored.saveSalts(dc, [...event.salts], use === 'media' ? 'mediaTemporary' : 'temporary')
        return
      case 'time':
        stored.saveTimeOffset(event.timeOffset)
        return
      case 'authKeyUnknown':
        this.#strand(route)
        return
      case 'state':
        if (route === this.#next && event.state.name === 'online') this.#goOver(route)
        else if (route === this.#route && !route.closed) onEvent(event)
        return
      default:
        // What the server pushes counts on either; what is told twice is known by its place in the sequence.
        onEvent(event)
    }
  }

  #strand(route: Route): void {
    const { key } = route
    if (route === this.#next) {
      this.#dropNext()
    } else if (route === this.#route) {
      route.stranded = true
      const newer = this.#next?.key
      this.#dropNext()
      // The server has ended it before the next connection was online: its calls go over with it.
      if (newer !== undefined) this.onTemporaryKey(newer)
    } else {
      // It was to end what it had begun, and never will.
      this.#closeRoute(route, this.#keyEnded())
    }
    this.#key.refused(key)
  }

  /** From now on calls are made over the next connection; the old one is closed when its last call has ended. */
  #goOver(next: Route): void {
    const old = this.#route
    this.#route = next
    this.#next = undefined
    if (old !== undefined) {
      this.#left.push(old)
      if (old.calls === 0) this.#closeRoute(old)
    }
    // The old one may have been on its way back: the line is online all the same.
    this.#options.onEvent({ type: 'state', state: next.connection.state })
  }

  #keyEnded(): MovedError {
    return new MovedError(`the auth key of a line to datacenter ${this.dc} has come to its end`)
  }

  #dropNext(): void {
    if (this.#next !== undefined) this.#closeRoute(this.#next)
    this.#next = undefined
  }

  #routes(): Route[] {
    return [this.#route, this.#next, ...this.#left].filter((route) => route !== undefined)
  }

  async #callOver<M extends Method>(
    route: Route | undefined,
    call: Call<M>,
    options: RpcCallOptions,
  ): Promise<Result<M>> {
    if (route === undefined) throw new MovedError(`the line to datacenter ${this.dc} has no connection`)
    route.calls++
    try {
      return await route.caller.call(call, options)
    } finally {
      if (--route.calls === 0 && route !== this.#route && route !== this.#next) this.#closeRoute(route)
    }
  }

  #whenOpened(): Promise<void> {
    if (this.#opened === undefined) {
      let resolve = () => {}
      let reject: (error: Error) => void = () => {}
      const promise = new Promise<void>((done, failed) => {
        resolve = done
        reject = failed
      })
      this.#opened = { promise, resolve, reject }
    }
    return this.#opened.promise
  }

  #closeRoute(route: Route, reason?: Error): void {
    this.#options.onResends(route.resends.take(route.connection.session))
    route.closed = true
    this.#left = this.#left.filter((other) => other !== route)
    route.connection.close(reason)
  }
}
