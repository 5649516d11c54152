// Drives one session: finds an address that answers, makes an auth key if there is none, carries the encrypted
// session over the link, and does so again after every drop with the same session, so that calls in flight end with
// their results. It holds one timer and few objects of its own, as a host has thousands of these.
//
//   idle ─► connecting ─► exchangingKeys ─► online        every state ─► closed
//               ▲  ╰────────► opened ────────► │
//               ╰──── waiting ◄── (drop) ──────╯

import {
  type CallBody,
  type DeadReason,
  type Frame,
  ServerKeyUnknown,
  type SessionEvent,
} from '@telegram-mt/mtproto'
import { AddressRound } from './address-round.ts'
import { Backoff } from './backoff.ts'
import { CallTable, type CallWorkListener } from './call-table.ts'
import { Ticket } from './connect-limiter.ts'
import type { ConnectionEvent, ConnectionState } from './connection-events.ts'
import type { ConnectionHost, NetworkListener } from './connection-host.ts'
import type { SessionCore, SessionKey } from './core.ts'
import { ConnectError, ConnectionClosed, ServerUnproven, toError } from './errors.ts'
import { KeyMaking } from './key-making.ts'
import type { Dial, Link, LinkHandlers } from './link.ts'
import { type OpenedLink, openLink } from './open-link.ts'
import type { CallOptions } from './pending-call.ts'
import { Timer } from './timer-wheel.ts'

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
  /** Before the temporary key, make a permanent one over the same link; each is told by an `authKey` event. */
  permanentFirst?: boolean | undefined
  /** One that throws is reported as a `fault` event and stops nothing. */
  onEvent: (event: ConnectionEvent) => void
}

// A peer that breaks the protocol in this many key exchanges in a row is not the server we look for.
const keyExchangeTries = 5
// "max_wait … defaults to 25000": how long the server may hold a request, where it can speak only when asked; ms.
const holdFor = 25_000

// For people: they stand in the reason of a session's state.
const deathCauses: Record<DeadReason, string> = {
  PING_UNANSWERED: 'no answer to pings',
  SILENT: 'nothing was heard for too long',
  CALL_STALLED: 'a call was not answered, nor was the question what has become of it',
  SESSION_REBUILT: 'the session began anew, under another id',
}

export class SessionConnection<Address extends { host: string; port: number }>
  implements LinkHandlers, CallWorkListener, NetworkListener
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
  #ticket: Ticket | undefined
  // Somebody waits for the connection.
  #awaited = false
  #link: Link | undefined
  #making: KeyMaking | undefined
  // The permanent key that is told, but carries nothing itself, is still to be made.
  #permanentDue: boolean
  // Key exchanges in a row in which the peer broke the protocol.
  #makingFailures = 0
  // Who answered in this round of addresses without being the server, for all that is known here.
  #stranger: ConnectError | undefined
  // When the server first answered over this link, in a key exchange or under the key.
  #provenAt: number | undefined
  #flushing = false
  // Why the last attempt failed, until one succeeds.
  #obstacle: Error | undefined

  constructor(options: SessionConnectionOptions<Address>) {
    this.name = options.name
    this.#options = options
    this.#host = options.host
    this.#round = new AddressRound(options.addresses, new Backoff(options.host.random, options.host.backoff))
    this.#calls = new CallTable(options.host.wheel, this)
    this.#timer = new Timer(() => this.#onTimer())
    this.#permanentDue = options.permanentFirst === true
    this.#adopt(options.key)
    options.host.follow(this)
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

  /** Why there is no connection. */
  get obstacle(): Error | undefined {
    return this.#obstacle
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
   * ConnectionClosed when the connection is closed; ServerUnproven when no auth key can be made
   */
  call(body: Uint8Array | CallBody, options: CallOptions = {}): Promise<Uint8Array> {
    if (this.#state.name === 'closed') return Promise.reject(this.#state.reason)
    const result = this.#calls.call(body, options)
    if (this.#ticket !== undefined) this.#host.limiter.hurry(this.#ticket)
    this.start()
    return result
  }

  /** Somebody waits for the connection: until it stands, its attempts go before those of others for which nobody waits. */
  hurry(): void {
    if (this.#state.name === 'online') return
    this.#awaited = true
    if (this.#ticket !== undefined) this.#host.limiter.hurry(this.#ticket)
  }

  /** The network has changed (other interface, woken up): tries at once, forgetting old failures. */
  networkChanged(): void {
    this.#forgetFailures()
    const { name } = this.#state
    if (name === 'idle' || name === 'closed' || this.#heldForOwner()) return
    this.#disconnect()
    this.#connect()
  }

  /** The machine has other addresses than before: what is open is asked for a sign of life, and who waits tries at once. */
  addressesChanged(): void {
    this.#forgetFailures()
    if (this.#carrying) {
      this.session?.probe(this.#host.wheel.now())
      this.onCallWork()
    } else if (this.#state.name === 'waiting' && !this.#heldForOwner()) {
      this.#host.wheel.cancel(this.#timer)
      this.#connect()
    }
  }

  #forgetFailures(): void {
    this.#round.reset()
    this.#stranger = undefined
    for (const address of this.#options.addresses()) this.#host.limiter.forget(this.#limitKey(address))
  }

  /** Goes on with another auth key, or with none (one will be made). Calls that have not ended go over to it. */
  useKey(key: SessionKey | undefined): void {
    if (this.#state.name === 'closed') return
    this.#makingFailures = 0
    this.#disconnect()
    this.#adopt(key)
    if (this.#state.name !== 'idle') this.#connect()
  }

  /** After `authKeyUnknown`: the key is good nevertheless. Goes on with it after a while, and with all calls that have not ended. */
  resume(): void {
    if (this.#state.name !== 'waiting' || this.#state.until !== undefined) return
    this.#wait(this.#round.lost(false), this.#state.reason)
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
    this.#host.unfollow(this)
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

  // Never rejects. Whoever gives up the attempt clears #attempt and aborts it.
  async #open(address: Address, attempt: AbortController): Promise<void> {
    const { dial } = this.#options
    const forKeyExchange = this.#key === undefined
    const limitKey = this.#limitKey(address)
    const ticket = new Ticket()
    ticket.urgent = this.#awaited || this.pendingCalls > 0
    this.#ticket = ticket
    const onHeld = () => this.#emit({ type: 'held' })
    const way = { host: this.#host, address, dial, limitKey, ticket, forKeyExchange, onHeld }
    let opened: OpenedLink
    try {
      opened = await openLink(way, attempt)
    } catch (error) {
      if (this.#attempt === attempt) this.#drop(toError(error))
      return
    }
    const { link, leaveGate } = opened
    if (this.#attempt !== attempt) {
      leaveGate?.()
      link.destroy()
      return
    }
    this.#attempt = undefined
    this.#ticket = undefined
    this.#link = link
    link.start(this)
    // A link that was lost before it was started says so at once.
    if (this.#link !== link) leaveGate?.()
    else if (forKeyExchange) this.#makeKey(link, leaveGate)
    else this.#startSession(link)
  }

  #makeKey(link: Link, leaveGate: (() => void) | undefined): void {
    const { wheel, cores } = this.#host
    const { dc, expiresIn } = this.#options
    const now = wheel.now()
    const exchange = cores.createKeyExchange({ dc, expiresIn: this.#permanentDue ? undefined : expiresIn })
    const making = new KeyMaking(exchange, link, leaveGate)
    this.#making = making
    making.start(now)
    wheel.start(this.#timer, making.timeLeft(now))
    this.#setState({ name: 'exchangingKeys', address: link.remote })
  }

  #onKeyPacket(making: KeyMaking, packet: Uint8Array): void {
    const { wheel } = this.#host
    const now = wheel.now()
    let key: SessionKey | undefined
    try {
      key = making.receive(packet, now)
    } catch (error) {
      this.#onKeyRefused(toError(error))
      return
    }
    if (key !== undefined) this.#onKey(key, now)
    else wheel.start(this.#timer, making.timeLeft(now))
  }

  #onKeyRefused(error: Error): void {
    this.#emit({ type: 'fault', error })
    if (error instanceof ServerKeyUnknown)
      this.#stranger = new ConnectError('SERVER_KEY_UNKNOWN', `${this.#remote}: ${error.message}`, error)
    const cause = this.#stranger ?? error
    if (++this.#makingFailures < keyExchangeTries) this.#drop(error)
    else this.close(new ServerUnproven(this.#makingFailures, cause))
  }

  #onKey(key: SessionKey, now: number): void {
    const link = this.#link
    this.#makingFailures = 0
    this.#stranger = undefined
    if (this.#permanentDue) {
      this.#onPermanentKey(key)
      return
    }
    this.#endMaking()
    this.#host.wheel.cancel(this.#timer)
    this.#adopt(key)
    this.#provenAt = now
    this.#emit({ type: 'authKey', key })
    // The owner may have done anything by now.
    if (link !== undefined && this.#link === link && this.#key === key) this.#startSession(link)
  }

  // The temporary key follows over the same link, and from the same place at the gate.
  #onPermanentKey(key: SessionKey): void {
    const link = this.#link
    const leaveGate = this.#making?.leaveGate
    this.#permanentDue = false
    this.#making = undefined
    this.#emit({ type: 'authKey', key })
    if (link !== undefined && this.#link === link && this.#making === undefined)
      this.#makeKey(link, leaveGate)
    else leaveGate?.()
  }

  #endMaking(): void {
    this.#making?.end()
    this.#making = undefined
  }

  #startSession(link: Link): void {
    this.session?.connected(this.#host.wheel.now(), { http: link.mustAsk !== undefined })
    this.onCallWork()
    if (this.#link !== link) return
    // Whoever took the connect may be a captive portal, a dead proxy, or nobody: that is known once something came back.
    this.#setState({ name: this.#provenAt === undefined ? 'opened' : 'online', address: link.remote })
  }

  // ---- opened, online

  get #carrying(): boolean {
    return this.#state.name === 'online' || this.#state.name === 'opened'
  }

  onFrame(frame: Frame): void {
    if (frame.type === 'error') this.#onTransportError(frame.code)
    else if (frame.type === 'packet') {
      if (this.#making !== undefined) this.#onKeyPacket(this.#making, frame.data)
      else this.#onPacket(frame.data)
    }
  }

  onLinkClose(error?: Error): void {
    this.#drop(error ?? new ConnectError('STREAM_CLOSED', `${this.#remote} closed the connection`))
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
    if (session === undefined || this.#link === undefined || this.#making !== undefined) return
    const { wheel } = this.#host
    const now = wheel.now()
    let events: SessionEvent[]
    try {
      if (this.#link.mustAsk) session.hold(holdFor, now)
      const work = session.poll(now)
      if (work.packets.length > 0) this.#link.send(work.packets)
      if (work.wakeAt === Number.POSITIVE_INFINITY) wheel.cancel(this.#timer)
      else wheel.startAtLatest(this.#timer, work.wakeAt - now)
      events = work.events
    } catch (error) {
      this.#breach(toError(error))
      return
    }
    this.#onSessionEvents(events, session)
  }

  onPartialFrame(): void {
    if (!this.#carrying) return
    this.session?.dataSeen(this.#host.wheel.now())
    if (this.#link?.mustAsk) this.onCallWork()
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
    if (session.answered) this.#onAnswered(now)
    this.#onSessionEvents(events, session)
    this.onCallWork()
  }

  #onAnswered(now: number): void {
    this.#provenAt ??= now
    this.#stranger = undefined
    if (this.#state.name === 'opened') this.#setState({ ...this.#state, name: 'online' })
  }

  #onSessionEvents(events: readonly SessionEvent[], session: SessionCore): void {
    for (const event of events) {
      // Another session numbers its calls anew; a closed connection has nobody to tell.
      if (this.session !== session) return
      if (this.#calls.settle(event)) continue
      if (event.type === 'dead')
        this.#drop(new ConnectError('LINK_DEAD', `${this.#remote}: ${deathCauses[event.reason]}`))
      else this.#emit(event)
    }
  }

  #onTransportError(code: number): void {
    const error = new ConnectError('TRANSPORT_ERROR', `${this.#remote} sent transport error ${code}`)
    // A key that the server does not know will not become known: its owner decides what is to become of it.
    if (code === -404 && this.#making === undefined) {
      this.#disconnect()
      this.#setState({ name: 'waiting', reason: error })
      if (this.#heldForOwner()) this.#emit({ type: 'authKeyUnknown' })
      return
    }
    if (code !== -429 && this.#making !== undefined) {
      this.#onKeyRefused(error)
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
      case 'exchangingKeys':
        this.#drop(new ConnectError('KEY_EXCHANGE_TIMEOUT', `${this.#state.address}: no answer in time`))
        break
      case 'opened':
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
    if (provenAt !== undefined) {
      this.#wait(this.#round.lost(now - provenAt >= this.#host.times.steady), reason)
      return
    }
    const pause = this.#round.failed()
    // Another address may lead to the server; if none does, no other reason says as much.
    const stranger = this.#round.over ? this.#stranger : undefined
    if (this.#round.over) this.#stranger = undefined
    this.#wait(pause, stranger ?? reason)
  }

  #wait(pause: number, reason: Error): void {
    const { wheel, limiter } = this.#host
    const next = this.#round.current()
    // An address that may not be knocked at before makes the pause longer: who looks at the state is to see all of it.
    const ms = next === undefined ? pause : Math.max(pause, Math.ceil(limiter.heldBack(this.#limitKey(next))))
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
    this.#ticket = undefined
    this.#provenAt = undefined
    this.#endMaking()
    if (link !== undefined && this.#carrying) this.session?.disconnected(this.#host.wheel.now())
    link?.destroy()
    attempt?.abort(reason)
  }

  // What is waiting to be written (acks above all) goes out before the link is closed in good order.
  #flushLast(): void {
    if (!this.#carrying) return
    this.flush()
    const link = this.#link
    if (link === undefined) return
    this.#link = undefined
    this.session?.disconnected(this.#host.wheel.now())
    link.close()
  }

  get #remote(): string {
    return this.#link?.remote ?? 'the server'
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
    if (state.name === 'waiting') this.#obstacle = state.reason
    else if (state.name === 'online') {
      this.#obstacle = undefined
      this.#awaited = false
    }
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
