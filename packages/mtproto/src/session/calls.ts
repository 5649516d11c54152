/**
 * The calls in flight. Each is in the table from the moment it is made until its one end, and is either queued (to be
 * sent, or to be sent again) or sent. The rule that keeps a call from being executed twice: it is sent again under the
 * SAME msg_id, which the server recognizes, unless the server has said that this msg_id was never accepted; only then,
 * or when the server lost the whole session, does it get a new one.
 */

import { SparseMap, SparseSet } from '../sparse.ts'
import type { Call, CallBody, Line, OutgoingCall } from './call.ts'
import { SessionError } from './errors.ts'
import type { CallId, SessionEvent } from './events.ts'
import { wrapAfter } from './service-messages.ts'

/** How long a rejection counts, ms. */
const REJECTION_MEMORY = 60_000
/** "≤ 1,024 in flight" */
const MAX_IN_FLIGHT = 1024

export class CallTable {
  readonly #calls = new SparseMap<CallId, Call>()
  #resends = 0
  readonly #byMsgId = new SparseMap<bigint, Call>()
  /** Those that the server may be working on; the one of which nothing was heard for longest comes first. */
  readonly #sent = new SparseSet<Call>()
  #underway = 0
  #successors = 0
  #queue: Call[] = []
  #unsorted = false
  #nextId = 1
  readonly #maxRetries: number

  constructor(maxRetries: number) {
    this.#maxRetries = maxRetries
  }

  /** All that have not ended. */
  get size(): number {
    return this.#calls.size
  }

  get inFlight(): number {
    return this.#sent.size
  }

  /** Bytes of calls that were sent and of which the server has not said that it has them. */
  get underway(): number {
    return this.#underway
  }

  get queued(): number {
    return this.#queue.length
  }

  /** How often a call was put in line to be sent again. */
  get resends(): number {
    return this.#resends
  }

  /** Those that were sent under these msg_ids and have not ended. */
  get byMsgId(): ReadonlyMap<bigint, Readonly<Call>> {
    return this.#byMsgId
  }

  has(id: CallId): boolean {
    return this.#calls.has(id)
  }

  /** Whether this msg_id is that of a call which waits for its answer. */
  knows(msgId: bigint): boolean {
    return this.#byMsgId.has(msgId)
  }

  /** Whether this msg_id is that of a call, or of the packet of a call, which waits for its answer. */
  carries(msgId: bigint): boolean {
    return this.#byMsgId.has(msgId) || this.#carriedBy(msgId).length > 0
  }

  add(body: Uint8Array | CallBody, after: readonly CallId[], once: boolean): CallId {
    const call: Call = {
      id: this.#nextId++,
      body,
      after: after.filter((id) => this.#calls.has(id)),
      once,
      queued: true,
      msgId: 0n,
      seqNo: 0,
      wire: undefined,
      packetId: 0n,
      underway: 0,
      sends: 0,
      connection: 0,
      heardAt: 0,
      received: false,
      unverifiable: false,
      rejections: 0,
      rejectedSince: 0,
      predecessorFailed: false,
    }
    this.#calls.set(call.id, call)
    this.#queue.push(call)
    if (call.after.length > 0) this.#successors++
    return call.id
  }

  /** Forgets a call. Returns the msg_id whose answer is no longer wanted, if it was ever sent. */
  cancel(id: CallId): bigint | undefined {
    const call = this.#calls.get(id)
    if (call === undefined) return undefined
    this.#end(call)
    return call.msgId === 0n ? undefined : call.msgId
  }

  /** The answer to this message came: the call has ended. */
  answered(msgId: bigint): Call | undefined {
    const call = this.#byMsgId.get(msgId)
    if (call !== undefined) this.#end(call)
    return call
  }

  /** The answer came and was an error: those that were to follow must not run. */
  failSuccessors(failed: Call): void {
    if (this.#successors === 0) return
    for (const call of this.#calls.values()) {
      if (call.after.includes(failed.id)) call.predecessorFailed = true
    }
  }

  /** Takes an ended call back, because it was turned away for want of one that it follows and that has moved on. */
  takeBack(call: Call, now: number): boolean {
    if (call.predecessorFailed || this.#rejectedTooOften(call, now)) return false
    this.#calls.set(call.id, call)
    this.#successors++
    this.#requeue(call, true)
    return true
  }

  /** The server has them. */
  acknowledged(msgIds: readonly bigint[], now: number): void {
    for (const msgId of msgIds) {
      const call = this.#byMsgId.get(msgId)
      if (call !== undefined && !call.queued) this.#heardOf(call, now)
    }
  }

  /** Which sent calls to ask about: those from other connections, and those of which nothing was heard since. */
  toAskAbout(connection: number, heardBefore: number): bigint[] {
    const msgIds: bigint[] = []
    for (const call of this.#sent) {
      if (call.connection !== connection || call.heardAt <= heardBefore) msgIds.push(call.msgId)
    }
    return msgIds
  }

  /** When the sent call that was silent longest was last heard of. */
  oldestHeard(): number {
    for (const call of this.#sent) return call.heardAt
    return Number.POSITIVE_INFINITY
  }

  /**
   * What the server said about one message (https://core.telegram.org/mtproto/service_messages_about_messages
   * #informational-message-regarding-status-of-messages). True when it has an answer to send again.
   */
  stateOf(msgId: bigint, state: number, connection: number, now: number, events: SessionEvent[]): boolean {
    const call = this.#byMsgId.get(msgId)
    if (call === undefined || call.queued) return false
    switch (state & 7) {
      case 1:
        // "nothing is known about the message": it may have run and been forgotten.
        if (call.once) this.#fail(call, uncertain(), events)
        else this.#requeue(call, true)
        return false
      case 2:
      case 3:
        // Under an id of which it could not tell whether it came before (in a session since lost?) it will never take it.
        if (call.unverifiable && call.once) this.#fail(call, uncertain(), events)
        else this.#requeue(call, call.unverifiable)
        return false
      case 4:
        call.connection = connection
        this.#heardOf(call, now)
        return (state & 64) !== 0
      default:
        return false
    }
  }

  /** The server wants this message again. */
  sendAgain(msgId: bigint): boolean {
    const call = this.#byMsgId.get(msgId)
    if (call === undefined || call.queued) return false
    this.#requeue(call, false)
    return true
  }

  /**
   * The server did not accept a message or a container: for its salt, for the time in its msg_id, or because it is too
   * old to say whether it was received before: of a call under way that is true of a repetition by an adversary only, or
   * of one that was lost. True when the server must be asked what it knows of one of the calls.
   */
  rejected(
    badMsgId: bigint,
    why: 'salt' | 'time' | 'unverifiable',
    now: number,
    events: SessionEvent[],
  ): boolean {
    let unsure = false
    for (const call of this.#carriedBy(badMsgId)) {
      if (why === 'unverifiable') call.unverifiable = true
      else if (this.#rejectedTooOften(call, now)) {
        this.#fail(call, rejectedTooOften(call), events)
        continue
      } else if (this.#wasNeverAccepted(call)) {
        this.#requeue(call, true)
        continue
      }
      call.connection = 0
      unsure = true
    }
    return unsure
  }

  /** The server will never accept this message. */
  refused(badMsgId: bigint, code: number, events: SessionEvent[]): void {
    for (const call of this.#carriedBy(badMsgId)) {
      const error = new SessionError('CALL_REFUSED', `the server refused the message with code ${code}`)
      this.#fail(call, error, events)
    }
  }

  /** The server has lost the session: what was sent before this msg_id (or at all) must be sent anew. */
  sessionLost(firstMsgId: bigint | undefined, events: SessionEvent[]): void {
    for (const call of [...this.#calls.values()]) {
      if (call.msgId === 0n || (firstMsgId !== undefined && call.msgId >= firstMsgId)) continue
      if (call.once && call.sends > 0) this.#fail(call, uncertain(), events)
      else this.#requeue(call, true)
    }
  }

  /** Takes from the queue what may be sent now, in the order in which the calls were made. */
  toSend(line: Line, now: number, events: SessionEvent[]): OutgoingCall[] {
    if (this.#unsorted) {
      this.#queue.sort((a, b) => a.id - b.id)
      this.#unsorted = false
    }
    const outgoing: OutgoingCall[] = []
    const held: Call[] = []
    const queue = this.#queue
    this.#queue = held
    for (const call of queue) {
      if (call.predecessorFailed && call.msgId === 0n) {
        call.queued = false
        this.#end(call)
        this.failSuccessors(call)
        events.push({ type: 'error', call: call.id, code: 400, message: 'MSG_WAIT_FAILED' })
      } else if (this.#sent.size < MAX_IN_FLIGHT && this.#ready(call, line)) {
        outgoing.push(this.#outgoing(call, line, now))
      } else {
        held.push(call)
      }
    }
    return outgoing
  }

  /** A call was packed: from now on it is known by the msg_id that it got. */
  sent({ call, msgId, seqNo, body }: OutgoingCall, packetId: bigint): void {
    call.msgId = msgId
    call.seqNo = seqNo
    call.packetId = packetId
    call.sends++
    this.#setUnderway(call, body.length)
    if (body !== call.body) call.wire = body
    this.#byMsgId.set(msgId, call)
  }

  #outgoing(call: Call, { connection, lastMsgId }: Line, now: number): OutgoingCall {
    // After the server's time was corrected backwards, an old id can be from so far in the future that nobody takes it.
    if (call.msgId > lastMsgId) this.#forgetMsgId(call)
    call.queued = false
    call.connection = connection
    call.heardAt = now
    this.#sent.add(call)
    const body = call.wire ?? (typeof call.body === 'function' ? EMPTY : call.body)
    return { body, content: true, bits: 0, msgId: call.msgId, seqNo: call.seqNo, call }
  }

  /** The call got this msg_id: the bytes to send under it, which may name it or those before it. */
  bodyOf(call: Call, msgId: bigint, sessionId: bigint): Uint8Array {
    call.msgId = msgId
    if (call.wire !== undefined) return call.wire
    const body = typeof call.body === 'function' ? call.body(msgId, sessionId) : call.body
    if (call.after.length === 0) return body
    const msgIds: bigint[] = []
    for (const id of call.after) {
      const predecessor = this.#calls.get(id)
      if (predecessor !== undefined) msgIds.push(predecessor.msgId)
    }
    return wrapAfter(msgIds, body)
  }

  /**
   * Whether the rejection of a packet means that the call in it was not executed. Not if it went out in another packet
   * as well; and even the rejected one may be a repetition, by an adversary, of what was accepted in a session that the
   * server has since lost, which matters for a call that must not run twice.
   */
  #wasNeverAccepted(call: Call): boolean {
    return call.sends === 1 && !call.received && !call.once
  }

  /** Those it must follow have ended, or are on their way before it. */
  #ready(call: Call, { connection, established }: Line): boolean {
    // Before the server is known to have the session, its first word on it cannot be told from the loss of another.
    if (call.once && !established) return false
    for (const id of call.after) {
      const predecessor = this.#calls.get(id)
      if (predecessor === undefined) continue
      if (predecessor.queued || !(predecessor.received || predecessor.connection === connection)) return false
    }
    return true
  }

  #carriedBy(msgId: bigint): Call[] {
    const calls: Call[] = []
    for (const call of this.#sent) {
      if (call.msgId === msgId || call.packetId === msgId) calls.push(call)
    }
    return calls
  }

  #requeue(call: Call, anew: boolean): void {
    this.#resends++
    if (anew) this.#forgetMsgId(call)
    if (call.queued) return
    call.queued = true
    this.#setUnderway(call, 0)
    this.#sent.delete(call)
    this.#queue.push(call)
    this.#unsorted = true
  }

  #forgetMsgId(call: Call): void {
    this.#byMsgId.delete(call.msgId)
    call.msgId = 0n
    call.seqNo = 0
    call.wire = undefined
    call.packetId = 0n
    call.sends = 0
    call.received = false
    call.unverifiable = false
  }

  /** The server has it. The order of `#sent` is that of `heardAt`. */
  #heardOf(call: Call, now: number): void {
    call.received = true
    this.#setUnderway(call, 0)
    call.heardAt = now
    this.#sent.delete(call)
    this.#sent.add(call)
  }

  #setUnderway(call: Call, bytes: number): void {
    this.#underway += bytes - call.underway
    call.underway = bytes
  }

  #end(call: Call): void {
    this.#setUnderway(call, 0)
    this.#calls.delete(call.id)
    this.#sent.delete(call)
    if (call.after.length > 0) this.#successors--
    this.#byMsgId.delete(call.msgId)
    if (call.queued) this.#queue = this.#queue.filter((other) => other !== call)
    call.queued = false
  }

  /** Salts may change again and again over a slow network: only rejections in quick succession go nowhere. */
  #rejectedTooOften(call: Call, now: number): boolean {
    if (now - call.rejectedSince > REJECTION_MEMORY) {
      call.rejections = 0
      call.rejectedSince = now
    }
    return ++call.rejections > this.#maxRetries
  }

  #fail(call: Call, error: SessionError, events: SessionEvent[]): void {
    this.#end(call)
    this.failSuccessors(call)
    events.push({ type: 'failed', call: call.id, error })
  }
}

const EMPTY = new Uint8Array(0)

function uncertain(): SessionError {
  return new SessionError('CALL_UNCERTAIN', 'the server no longer knows whether it executed the call')
}

function rejectedTooOften(call: Call): SessionError {
  return new SessionError(
    'CALL_REJECTED',
    `the server rejected the call ${call.rejections} times within a minute`,
  )
}
