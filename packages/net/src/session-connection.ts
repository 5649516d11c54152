// Drives one session: finds an address that answers, makes an auth key if there is none, carries the encrypted
// session over the link, and does so again after every drop with the same session, so that calls in flight end with
// their results. It holds one timer and few objects of its own, as a host has thousands of these.
//
//   idle ─► connecting ─► exchangingKeys ─► online        every state ─► closed
//               ▲  ╰─────────────────────────► │
//               ╰──── waiting ◄── (drop) ──────╯

import type { CallBody, Frame, KeyExchangeStep, SessionEvent } from '@telegram-mt/mtproto'
import { AddressRound } from './address-round.ts'
import { Backoff } from './backoff.ts'
import { CallTable, type CallWorkListener } from './call-table.ts'
import type { ConnectionEvent, ConnectionState } from './connection-events.ts'
import type { ConnectionHost } from './connection-host.ts'
import type { KeyExchangeCore, SessionCore, SessionKey } from './core.ts'
import { ConnectError, ConnectionClosed, toError } from './errors.ts'
import type { Dial, Link, LinkHandlers } from './link.ts'
import type { CallOptions } from './pending-call.ts'
import { type SleepListener, Timer } from './timer-wheel.ts'

export interface SessionConnectionOptions<Address> {
  host: ConnectionHost
  /** Tells this connection from the host's others, for the connect limits and for logs. */
  name: string
  /** The DC as a key exchange names it: +10000 on the test environment, negative for media. */
  dc: number
  /** The addresses to try in turn; asked anew each time, so that a changed list is used. */
  addresses: () => readonly Address[]
  dial: Dial<Address>
  /** Without a key, one is made at the first connect. */
  key?: SessionKey | undefined
  /** Make temporary keys of this many seconds. */
  expiresIn?: number | undefined
  /** One that throws is reported as a `fault` event and stops nothing. */
  onEvent: (event: ConnectionEvent) => void
}

// A peer that breaks the protocol in this many key exchanges in a row is not the server we look for.
const keyExchangeTries = 5

export class SessionConnection<Address extends { host: string; port: number }>
  implements LinkHandlers, CallWorkListener, SleepListener
{
  readonly name: string
  readonly #options: SessionConnectionOptions<Address>
  readonly #host: ConnectionHost
  readonly #round: AddressRound<Address>
  readonly #calls: CallTable
  readonly #timer: Timer
  #state: ConnectionState = { name: 'idle' }
  #key: SessionKey | undefined
  // Set while waiting at the gates or dialling.
  #attempt: AbortController | undefined
  #link: Link | undefined
  #exchange: KeyExchangeCore | undefined
  // Gives back the place at the gate for key exchanges.
  #leaveGate: (() => void) | undefined
  #exchangeFailures = 0
  // When the first good packet came over this link.
  #provenAt: number | undefined
  #flushing = false

  constructor(options: SessionConnectionOptions<Address>) {
    this.name = options.name
    this.#options = options
    this.#host = options.host
    this.#round = new AddressRound(options.addresses, new Backoff(options.host.random, options.host.backoff))
    this.#calls = new CallTable(options.host.wheel, this)
    this.#timer = new Timer(() => this.#onTimer())
    this.#adopt(options.key)
    options.host.wheel.addSleepListener(this)
  }

  get state(): ConnectionState {
    return this.#state
  }

  /** The encrypted session; undefined while there is no auth key. */
  get session(): SessionCore | undefined {
    return this.#calls.core
  }

  /** Calls that have not ended. */
  get pendingCalls(): number {
    return this.#calls.size
  }

  /** Bytes written that the system has not taken yet. */
  get buffered(): number {
    return this.#link?.buffered ?? 0
  }

  /** Begins to connect, and stays connected until paused or closed. */
  start(): void {
    if (this.#state.name === 'idle') this.#connect()
  }

  /**
   * Sends a call and resolves with the TL bytes of its result. A drop of the connection is no error: the call goes on over
   * the next one.
   * @throws CallError when the server refuses; CallTimeout past the deadline; the signal's reason when aborted;
   * ConnectionClosed when the connection is closed
   */
  call(body: Uint8Array | CallBody, options: CallOptions = {}): Promise<Uint8Array> {
    if (this.#state.name === 'closed') return Promise.reject(this.#state.reason)
    const result = this.#calls.call(body, options)
    this.start()
    return result
  }

  /** The network has changed (other interface, woken up): tries at once, forgetting old failures. */
  networkChanged(): void {
    this.#round.reset()
    for (const address of this.#options.addresses()) this.#host.limiter.forget(this.#limitKey(address))
    const { name } = this.#state
    if (name === 'idle' || name === 'closed' || this.#heldForOwner()) return
    this.#disconnect()
    this.#connect()
  }

  onSleep(): void {
    this.networkChanged()
  }

  /** Goes on with another auth key, or with none (one will be made). Calls that have not ended go over to it. */
  useKey(key: SessionKey | undefined): void {
    if (this.#state.name === 'closed') return
    this.#exchangeFailures = 0
    this.#disconnect()
    this.#adopt(key)
    if (this.#state.name !== 'idle') this.#connect()
  }

  /** Closes the link but keeps the session: the next call, or `start`, connects again. */
  pause(): void {
    if (this.#state.name === 'idle' || this.#state.name === 'closed') return
    this.#flushLast()
    this.#disconnect()
    this.#setState({ name: 'idle' })
  }

  /** Ends everything; calls that have not ended fail with ConnectionClosed. */
  close(reason: Error = new ConnectionClosed('by its owner')): void {
    if (this.#state.name === 'closed') return
    this.#flushLast()
    this.#disconnect(reason)
    this.#host.wheel.removeSleepListener(this)
    this.#calls.failAll(reason)
    this.#calls.moveTo(undefined)
    this.#setState({ name: 'closed', reason })
  }

  // ---- connecting

  #connect(): void {
    const address = this.#round.current()
    if (address === undefined) {
      this.#wait(
        this.#round.failed(),
        new ConnectError('CONNECT_FAILED', `no address is known for DC ${this.#options.dc}`),
      )
      return
    }
    const attempt = new AbortController()
    this.#attempt = attempt
    this.#setState({ name: 'connecting', address: `${address.host}:${address.port}` })
    if (this.#attempt === attempt) void this.#open(address, attempt)
  }

  // Never rejects. Whoever gives up the attempt aborts it and clears #attempt first.
  async #open(address: Address, attempt: AbortController): Promise<void> {
    const { signal } = attempt
    const { limiter, wheel, times } = this.#host
    let leaveGate: (() => void) | undefined
    let link: Link
    try {
      if (this.#key === undefined) leaveGate = await limiter.keyExchange(signal)
      await limiter.connect(this.#limitKey(address), signal)
      signal.throwIfAborted()
      wheel.start(this.#timer, times.connect)
      link = await this.#options.dial(address, signal)
    } catch (error) {
      leaveGate?.()
      if (this.#attempt === attempt) this.#drop(toError(error))
      return
    }
    if (this.#attempt !== attempt) {
      leaveGate?.()
      link.destroy()
      return
    }
    this.#attempt = undefined
    wheel.cancel(this.#timer)
    this.#link = link
    link.start(this)
    // A link that was lost before it was started says so at once.
    if (this.#link !== link) leaveGate?.()
    else if (this.#key === undefined) this.#exchangeKeys(address, link, leaveGate)
    else this.#goOnline(address, link)
  }

  #exchangeKeys(address: Address, link: Link, leaveGate: (() => void) | undefined): void {
    const now = this.#host.wheel.now()
    const { dc, expiresIn } = this.#options
    const exchange = this.#host.cores.createKeyExchange({ dc, expiresIn })
    this.#exchange = exchange
    this.#leaveGate = leaveGate
    link.send([exchange.start(now)])
    this.#host.wheel.start(this.#timer, exchange.deadline - now)
    this.#setState({ name: 'exchangingKeys', address: `${address.host}:${address.port}` })
  }

  #onExchangePacket(exchange: KeyExchangeCore, packet: Uint8Array): void {
    const { wheel } = this.#host
    const now = wheel.now()
    let step: KeyExchangeStep
    try {
      step = exchange.receive(packet, now)
    } catch (thrown) {
      const error = toError(thrown)
      this.#emit({ type: 'fault', error })
      if (++this.#exchangeFailures < keyExchangeTries) this.#drop(error)
      else this.close(new ConnectionClosed(`${this.#exchangeFailures} key exchanges failed in a row`, error))
      return
    }
    if (step.type === 'send') {
      wheel.start(this.#timer, exchange.deadline - now)
      this.#link?.send([step.packet])
    } else {
      this.#onKey(step, now)
    }
  }

  #onKey(step: KeyExchangeStep & { type: 'done' }, now: number): void {
    this.#exchangeFailures = 0
    this.#endExchange()
    this.#host.wheel.cancel(this.#timer)
    // "the exchange's salt is good for 600 s"
    const validSince = Math.floor((now + step.timeOffset) / 1000)
    const salts = [{ salt: step.serverSalt, validSince, validUntil: validSince + 600 }]
    const key = { authKey: step.authKey, salts, timeOffset: step.timeOffset, expiresAt: step.expiresAt }
    this.#adopt(key)
    const link = this.#link
    const { state } = this
    this.#emit({ type: 'authKey', key })
    // The owner may have done anything by now.
    if (link === undefined || this.#link !== link || this.#state !== state || state.name !== 'exchangingKeys')
      return
    this.#provenAt = now
    this.#startSession(link, state.address)
  }

  #endExchange(): void {
    this.#exchange = undefined
    this.#leaveGate?.()
    this.#leaveGate = undefined
  }

  #goOnline(address: Address, link: Link): void {
    this.#provenAt = undefined
    this.#startSession(link, `${address.host}:${address.port}`)
  }

  #startSession(link: Link, address: string): void {
    this.session?.connected(this.#host.wheel.now())
    this.onCallWork()
    if (this.#link === link) this.#setState({ name: 'online', address })
  }

  // ---- online

  onFrame(frame: Frame): void {
    if (frame.type === 'error') this.#onTransportError(frame.code)
    else if (frame.type === 'packet') {
      if (this.#exchange !== undefined) this.#onExchangePacket(this.#exchange, frame.data)
      else this.#onPacket(frame.data)
    }
  }

  onLinkClose(error?: Error): void {
    this.#drop(
      error ??
        new ConnectError('STREAM_CLOSED', `${this.#link?.remote ?? 'the server'} closed the connection`),
    )
  }

  onCallWork(): void {
    if (this.#flushing || this.#link === undefined) return
    this.#flushing = true
    this.#host.flushSoon(this)
  }

  /** @internal Writes what the session has to send, and sleeps until it wants to be asked again. */
  flush(): void {
    this.#flushing = false
    const { session } = this
    if (session === undefined || this.#link === undefined || this.#exchange !== undefined) return
    const { wheel } = this.#host
    const now = wheel.now()
    let events: SessionEvent[]
    try {
      const work = session.poll(now)
      if (work.packets.length > 0) this.#link.send(work.packets)
      if (work.wakeAt === Number.POSITIVE_INFINITY) wheel.cancel(this.#timer)
      else wheel.start(this.#timer, work.wakeAt - now)
      events = work.events
    } catch (error) {
      this.#breach(toError(error))
      return
    }
    this.#onSessionEvents(events, session)
  }

  onPartialFrame(): void {
    if (this.#state.name === 'online') this.session?.dataSeen(this.#host.wheel.now())
  }

  #onPacket(packet: Uint8Array): void {
    const { session } = this
    if (session === undefined) return
    const now = this.#host.wheel.now()
    let events: SessionEvent[]
    try {
      events = session.receive(packet, now)
    } catch (error) {
      this.#breach(toError(error))
      return
    }
    this.#provenAt ??= now
    this.#onSessionEvents(events, session)
    this.onCallWork()
  }

  #onSessionEvents(events: readonly SessionEvent[], session: SessionCore): void {
    for (const event of events) {
      // Another session numbers its calls anew; a closed connection has nobody to tell.
      if (this.session !== session) return
      this.#onSessionEvent(event)
    }
  }

  #onSessionEvent(event: SessionEvent): void {
    switch (event.type) {
      case 'result':
        this.#calls.resolve(event.call, event.body)
        break
      case 'error':
        this.#calls.refuse(event.call, event.code, event.message)
        break
      case 'failed':
        this.#calls.fail(event.call, event.error)
        break
      case 'dead':
        this.#drop(new ConnectError('LINK_DEAD', `${this.#link?.remote ?? 'the server'}: ${event.reason}`))
        break
      default:
        this.#emit(event)
    }
  }

  #onTransportError(code: number): void {
    const error = new ConnectError(
      'TRANSPORT_ERROR',
      `${this.#link?.remote ?? 'the server'} sent transport error ${code}`,
    )
    // A key that the server does not know will not become known: its owner decides what is to become of it.
    if (code === -404 && this.#exchange === undefined) {
      this.#disconnect()
      this.#setState({ name: 'waiting', reason: error })
      if (this.#heldForOwner()) this.#emit({ type: 'authKeyUnknown' })
      return
    }
    // −429 and the others concern us, not this address: the back-off grows whatever addresses are left.
    this.#disconnect()
    this.#wait(this.#round.lost(false), error)
  }

  #breach(error: Error): void {
    this.#emit({ type: 'fault', error })
    this.#drop(error)
  }

  // ---- after a drop

  #onTimer(): void {
    switch (this.#state.name) {
      case 'waiting':
        this.#connect()
        break
      case 'connecting':
        this.#drop(new ConnectError('CONNECT_TIMEOUT', `${this.#state.address}: no connection in time`))
        break
      case 'exchangingKeys':
        this.#drop(new ConnectError('KEY_EXCHANGE_TIMEOUT', `${this.#state.address}: no answer in time`))
        break
      case 'online':
        this.flush()
        break
      default:
    }
  }

  // Gives up the link or the attempt and plans the next one.
  #drop(reason: Error): void {
    if (this.#link === undefined && this.#attempt === undefined) return
    const now = this.#host.wheel.now()
    const provenAt = this.#provenAt
    this.#disconnect(reason)
    this.#wait(
      provenAt === undefined
        ? this.#round.failed()
        : this.#round.lost(now - provenAt >= this.#host.times.steady),
      reason,
    )
  }

  #wait(ms: number, reason: Error): void {
    const { wheel } = this.#host
    wheel.start(this.#timer, ms)
    this.#setState({ name: 'waiting', until: wheel.now() + ms, reason })
  }

  // Leaves nothing open and no timer running; says nothing.
  #disconnect(reason?: Error): void {
    const link = this.#link
    const attempt = this.#attempt
    this.#host.wheel.cancel(this.#timer)
    this.#link = undefined
    this.#attempt = undefined
    this.#provenAt = undefined
    this.#endExchange()
    if (link !== undefined && this.#state.name === 'online')
      this.session?.disconnected(this.#host.wheel.now())
    link?.destroy()
    attempt?.abort(reason)
  }

  // What is waiting to be written (acks above all) goes out before the link is closed in good order.
  #flushLast(): void {
    if (this.#state.name !== 'online') return
    this.flush()
    const link = this.#link
    if (link === undefined) return
    this.#link = undefined
    this.session?.disconnected(this.#host.wheel.now())
    link.close()
  }

  #heldForOwner(): boolean {
    return this.#state.name === 'waiting' && this.#state.until === undefined
  }

  #adopt(key: SessionKey | undefined): void {
    this.#key = key
    this.#calls.moveTo(key === undefined ? undefined : this.#host.cores.createSession(key))
  }

  #limitKey(address: Address): string {
    return `${this.name} ${address.host}:${address.port}`
  }

  #setState(state: ConnectionState): void {
    this.#state = state
    this.#emit({ type: 'state', state })
  }

  #emit(event: ConnectionEvent): void {
    try {
      this.#options.onEvent(event)
    } catch (error) {
      // A handler that throws on its own fault's report has nobody left to tell.
      if (event.type !== 'fault') this.#emit({ type: 'fault', error: toError(error) })
    }
  }
}
