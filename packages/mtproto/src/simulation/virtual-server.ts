/** The server of a simulation: the server core, driven as a box would, with a world that counts what was executed. */

import { PacketKey } from '../session/envelope.ts'
import { messageIdTime } from '../session/message-id.ts'
import type { ServerSession } from '../session/server-session.ts'
import type { Received } from '../session/server-sessions.ts'
import { ServerSessions } from '../session/server-sessions.ts'
import { MAX_AHEAD } from '../session/server-time.ts'
import type { Dice } from './dice.ts'
import { lie } from './lies.ts'
import type { Connection, Network, Receiver } from './network.ts'
import type { Scenario } from './scenario.ts'
import type { Appointment, Timeline } from './timeline.ts'
import { readWork, type Work, writeNumbered } from './work.ts'

/** How long a call waits for one that it must follow, ms. */
const PREDECESSOR_WAIT = 10_000

interface Host {
  readonly session: ServerSession
  connection: Connection | undefined
  /** What became of calls that others may have to follow. */
  readonly outcomes: Map<bigint, 'running' | 'done' | 'failed'>
  readonly followers: Map<bigint, (() => void)[]>
  readonly executed: Set<number>
  wake: Appointment | undefined
}

export class VirtualServer implements Receiver {
  #clockError = 0
  /** What it was before: until when, and how much. */
  readonly #clockErrors: { until: number; error: number }[] = []
  /** How often each call was executed, over all sessions. */
  readonly executions = new Map<number, number>()
  readonly faults: string[] = []
  lostSessions = 0
  /**
   * Calls that were executed under a msg_id that was too far ahead of the server's time when it was sent, or after the
   * server's clock was set back: no client can take such a message back, if somebody withholds it until its time has come.
   */
  readonly belated = new Set<number>()
  /** Updates that the server had no room to keep for a client that was away. */
  givenUp = 0
  #renamed = 0
  /** Updates that the client must get: those of sessions that were not lost. */
  readonly pushed = new Map<number, ServerSession>()
  #pushes = 0
  readonly #timeline: Timeline
  readonly #dice: Dice
  readonly #network: Network
  readonly #scenario: Scenario
  readonly #key: PacketKey
  readonly #sessions: ServerSessions
  #hosts = new Map<ServerSession, Host>()
  readonly #bound = new Map<Connection, Set<ServerSession>>()
  readonly #deadlines = new Map<Connection, { delay: number; timer: Appointment }>()

  constructor(timeline: Timeline, dice: Dice, network: Network, authKey: Uint8Array, scenario: Scenario) {
    this.#timeline = timeline
    this.#dice = dice
    this.#network = network
    this.#scenario = scenario
    this.#key = new PacketKey(authKey)
    const { saltPeriod, remembered } = scenario
    this.#sessions = new ServerSessions({ authKey, random: dice.bytes, saltPeriod, remembered })
    network.receivers.server = this
  }

  /** ms that the server's clock is ahead of the truth. */
  get clockError(): number {
    return this.#clockError
  }

  set clockError(error: number) {
    this.#clockErrors.push({ until: this.#timeline.now, error: this.#clockError })
    this.#clockError = error
  }

  get now(): number {
    return this.#timeline.now + this.#clockError
  }

  /** The least time that the server's clock has shown since a moment: that of then, or to which it was set back. */
  #leastTimeSince(moment: number): number {
    let least = Number.POSITIVE_INFINITY
    let since = moment
    for (const { until, error } of this.#clockErrors) {
      if (until <= moment) continue
      least = Math.min(least, since + error)
      since = until
    }
    return Math.min(least, since + this.#clockError)
  }

  sessions(): ServerSession[] {
    return [...this.#hosts.keys()]
  }

  /** How many messages may have arrived twice, because they went out again under a new msg_id. */
  get renamed(): number {
    return this.sessions().reduce((sum, session) => sum + session.renamed, this.#renamed)
  }

  packet(connection: Connection, data: Uint8Array, sentAt: number): void {
    let received: Received
    try {
      received = this.#sessions.receive(data, this.now)
    } catch {
      connection.close('server')
      this.closed(connection)
      return
    }
    const { session, events } = received
    const host = this.#host(session)
    this.#bind(connection, host)
    this.#expectMore(connection)
    for (const event of events) {
      if (event.type === 'call') {
        if (messageIdTime(event.msgId) > this.#leastTimeSince(sentAt) + MAX_AHEAD)
          this.belated.add(readWork(event.body).work.number)
        this.#call(host, event.msgId, event.body)
      }
      if (event.type === 'disconnectAfter') this.#expectMore(connection, event.delay)
      if (event.type === 'destroySession') this.#dropUnknown()
    }
    this.#poll(host)
  }

  closed(connection: Connection): void {
    this.#deadlines.get(connection)?.timer.cancel()
    this.#deadlines.delete(connection)
    for (const session of this.#bound.get(connection) ?? []) {
      const host = this.#hosts.get(session)
      if (host?.connection !== connection) continue
      host.connection = undefined
      session.disconnected()
    }
    this.#bound.delete(connection)
  }

  forgetSessions(): void {
    for (const session of this.#hosts.keys()) this.#sessions.forget(session.sessionId)
    this.#dropUnknown()
  }

  /** All connections are cut, all sessions forgotten; keys and salts stay. */
  restart(): void {
    for (const connection of [...this.#bound.keys()]) connection.break()
    this.forgetSessions()
  }

  expireSalts(): void {
    this.#sessions.salts.expire()
  }

  push(): void {
    for (const host of this.#hosts.values()) {
      const number = this.#pushes++
      this.givenUp += host.session.push(
        writeNumbered('update', number, this.#dice.between(0, this.#dice.chance(0.05) ? 900 : 300)),
      )
      this.pushed.set(number, host.session)
      this.#poll(host)
    }
  }

  #host(session: ServerSession): Host {
    let host = this.#hosts.get(session)
    if (host === undefined) {
      host = {
        session,
        connection: undefined,
        outcomes: new Map(),
        followers: new Map(),
        executed: new Set(),
        wake: undefined,
      }
      this.#hosts.set(session, host)
    }
    return host
  }

  /** A connection is bound by the first packet that it brings for a session; a late one on an old connection is not. */
  #bind(connection: Connection, host: Host): void {
    const bound = this.#bound.get(connection) ?? new Set()
    this.#bound.set(connection, bound)
    if (bound.has(host.session) || !connection.isOpen('server')) return
    bound.add(host.session)
    host.connection = connection
    host.session.connected()
  }

  #dropUnknown(): void {
    for (const [session, host] of this.#hosts) {
      if (this.#sessions.get(session.sessionId) === session) continue
      this.#hosts.delete(session)
      host.wake?.cancel()
      this.lostSessions++
      this.#renamed += session.renamed
    }
  }

  #expectMore(connection: Connection, delay?: number): void {
    const deadline = this.#deadlines.get(connection)
    const wanted = delay ?? deadline?.delay
    if (wanted === undefined) return
    deadline?.timer.cancel()
    const timer = this.#timeline.after(wanted, () => {
      connection.close('server')
      this.closed(connection)
    })
    this.#deadlines.set(connection, { delay: wanted, timer })
  }

  #call(host: Host, msgId: bigint, body: Uint8Array): void {
    const { work, after } = readWork(body)
    const waitsFor = after.find((id) => host.outcomes.get(id) !== 'done')
    if (waitsFor === undefined) {
      this.#execute(host, msgId, work)
      return
    }
    if (host.outcomes.get(waitsFor) === 'failed') {
      this.#waitFailed(host, msgId)
      return
    }
    host.outcomes.set(msgId, 'running')
    let waiting = true
    const retry = () => {
      if (!waiting || !this.#hosts.has(host.session)) return
      waiting = false
      this.#call(host, msgId, body)
      this.#poll(host)
    }
    const followers = host.followers.get(waitsFor) ?? []
    host.followers.set(waitsFor, followers)
    followers.push(retry)
    this.#timeline.after(PREDECESSOR_WAIT, () => {
      if (!waiting || host.outcomes.get(waitsFor) === 'running') return
      waiting = false
      this.#waitFailed(host, msgId)
    })
  }

  #waitFailed(host: Host, msgId: bigint): void {
    host.outcomes.set(msgId, 'failed')
    host.session.answerError(msgId, 400, 'MSG_WAIT_FAILED')
    this.#finish(host, msgId)
  }

  #execute(host: Host, msgId: bigint, work: Work): void {
    host.outcomes.set(msgId, 'running')
    if (host.executed.has(work.number) && !this.belated.has(work.number))
      this.faults.push(`call ${work.number} was executed twice in one session`)
    host.executed.add(work.number)
    this.executions.set(work.number, (this.executions.get(work.number) ?? 0) + 1)
    this.#timeline.after(work.takes, () => {
      if (!this.#hosts.has(host.session)) return
      host.outcomes.set(msgId, work.error !== 0 ? 'failed' : 'done')
      if (!work.hangs) this.#answer(host, msgId, work)
      if (this.#dice.chance(this.#scenario.answeredTwice)) {
        this.#timeline.after(this.#dice.between(0, 5_000), () => this.#answerAgain(host, msgId, work))
      }
      this.#finish(host, msgId)
    })
  }

  #answer(host: Host, msgId: bigint, work: Work): void {
    const { number, error, resultSize } = work
    if (error !== 0) host.session.answerError(msgId, error, `WORK_${number}`)
    else host.session.answer(msgId, writeNumbered('result', number, resultSize))
  }

  #answerAgain(host: Host, msgId: bigint, work: Work): void {
    if (!this.#hosts.has(host.session) || work.hangs) return
    this.#answer(host, msgId, work)
    this.#poll(host)
  }

  #finish(host: Host, msgId: bigint): void {
    for (const retry of host.followers.get(msgId) ?? []) retry()
    host.followers.delete(msgId)
    this.#poll(host)
  }

  #poll(host: Host): void {
    if (!this.#hosts.has(host.session)) return
    host.wake?.cancel()
    const { packets, wakeAt } = host.session.poll(this.now)
    for (const packet of packets) this.#send(host, packet)
    if (wakeAt !== Number.POSITIVE_INFINITY) {
      host.wake = this.#timeline.after(Math.max(1, wakeAt - this.now), () => this.#poll(host))
    }
  }

  #send(host: Host, packet: Uint8Array): void {
    const { connection, session } = host
    if (this.#network.faulty && this.#dice.chance(this.#scenario.lie)) {
      connection?.forge('server', lie(this.#dice, this.#key, session.sessionId, this.now))
    }
    connection?.send('server', packet)
  }
}
