/**
 * What the client sends, and when: acknowledgements, pings, questions about salts and about calls, and the calls
 * themselves, gathered into as few packets as their sizes allow.
 */
import { writeAcks } from './acks.ts'
import type { OutgoingCall } from './call.ts'
import type { ClientState } from './client-state.ts'
import * as ids from './constructors.ts'
import { MAX_CONTAINER_MESSAGES } from './container.ts'
import type { SessionEvent } from './events.ts'
import { DISCONNECT_DELAY, uploadTime } from './liveness.ts'
import { gathered, type OutgoingMessage } from './packer.ts'
import { SALTS_ASKED } from './salts.ts'
import * as service from './service-messages.ts'

/** A call of which nothing was heard for so long (ms) is asked about. */
const ASK_AFTER = 15_000
/** … and if that does not help for so long, the connection is given up. */
const STALLED_AFTER = 60_000
/** Over HTTP: how long (ms) a request waits for an answer that comes quickly, when another one is held for all others. */
const BRIEFLY = 30

export class ClientOutbox {
  readonly #state: ClientState

  constructor(state: ClientState) {
    this.#state = state
  }

  /** Finds out whether the connection is of no use any more. */
  checkLife(): void {
    const state = this.#state
    if (state.dead !== undefined) return
    state.dead = state.liveness.deathCause(state.now)
    if (state.dead === undefined && state.now >= this.#stalledAt()) state.dead = 'CALL_STALLED'
  }

  /** What is to be written now. */
  send(events: SessionEvent[]): Uint8Array[] {
    const { questions, now } = this.#state
    if (now >= this.#askStatesAt()) questions.askStates = true
    const packets = this.#isDue() ? this.#flush(events) : []
    this.#state.setBusy()
    return packets
  }

  /** When something will be due (session's time, ms). */
  wakeAt(): number {
    const { flushAt, acks, liveness } = this.#state
    return Math.min(flushAt, acks.dueAt, liveness.wakeAt(), this.#askStatesAt(), this.#stalledAt())
  }

  #askStatesAt(): number {
    const { calls, questions } = this.#state
    if (calls.inFlight === 0) return Number.POSITIVE_INFINITY
    return Math.max(calls.oldestHeard(), questions.statesAskedAt) + ASK_AFTER
  }

  #stalledAt(): number {
    const { calls, patientSince } = this.#state
    if (calls.inFlight === 0) return Number.POSITIVE_INFINITY
    return Math.max(patientSince, calls.oldestHeard()) + STALLED_AFTER + uploadTime(calls.underway)
  }

  #isDue(): boolean {
    const { now, flushAt, acks, questions, liveness } = this.#state
    return now >= flushAt || now >= acks.dueAt || questions.waiting || liveness.pingDue(now, false)
  }

  #flush(events: SessionEvent[]): Uint8Array[] {
    const { calls, questions, packer, salts, sessionId, serverNow, connection, accepted, now } = this.#state
    this.#state.flushAt = Number.POSITIVE_INFINITY
    const salt = salts.current(serverNow)
    const line = { connection, established: accepted !== 0n, lastMsgId: packer.ids.last }
    const outgoing = calls.toSend(line, now, events)
    const messages: (OutgoingMessage | OutgoingCall)[] = [...this.#serviceMessages(), ...outgoing]
    return this.#packets(messages).map((group) => {
      for (const message of group) this.#identify(message)
      const { packet, msgId } = packer.pack(group, sessionId, salt, serverNow)
      for (const message of group) if ('call' in message) calls.sent(message, msgId)
      questions.sentIn(msgId, group)
      return packet
    })
  }

  /** Over HTTP each begins with http_wait: the first may be held, if one is to be, the others are answered soon. */
  #packets(messages: (OutgoingMessage | OutgoingCall)[]): (OutgoingMessage | OutgoingCall)[][] {
    const state = this.#state
    if (!state.overHttp) return gathered(messages)
    const groups = gathered(messages, MAX_CONTAINER_MESSAGES - 1)
    if (groups.length === 0 && state.holdFor !== undefined) groups.push([])
    for (const group of groups) {
      const body = service.writeHttpWait(0, 0, state.holdFor ?? BRIEFLY)
      group.unshift({ body, content: false, bits: 0, msgId: 0n, seqNo: 0 })
      state.holdFor = undefined
    }
    return groups
  }

  #identify(message: OutgoingMessage | OutgoingCall): void {
    const { packer, calls, sessionId, serverNow } = this.#state
    packer.identify(message, serverNow)
    if ('call' in message) message.body = calls.bodyOf(message.call, message.msgId, sessionId)
  }

  #serviceMessages(): OutgoingMessage[] {
    const { questions, acks, liveness, salts, abandoned, serverNow, now } = this.#state
    if (abandoned !== undefined) questions.send(service.writeOneLong(ids.DESTROY_SESSION, abandoned))
    this.#state.abandoned = undefined
    for (const list of acks.take()) questions.acknowledge(writeAcks(list), list)
    if (liveness.pingDue(now, true)) {
      questions.ping(service.writePing(this.#state.randomLong(), DISCONNECT_DELAY))
      liveness.pinged(now)
    }
    if (salts.needsMore(serverNow, now)) {
      questions.salts(service.writeGetFutureSalts(SALTS_ASKED))
      salts.asked(now)
    }
    if (questions.askStates) this.#askStates()
    return questions.take()
  }

  #askStates(): void {
    const { questions, calls, connection, now } = this.#state
    const msgIds = calls.toAskAbout(connection, now - ASK_AFTER)
    for (let at = 0; at < msgIds.length; at += service.MAX_IDS) {
      const part = msgIds.slice(at, at + service.MAX_IDS)
      questions.states(service.writeIds(ids.MSGS_STATE_REQ, part), part)
    }
    questions.askStates = false
    questions.statesAskedAt = now
  }
}
