/**
 * What the client does with each message that it has accepted:
 * https://core.telegram.org/mtproto/service_messages, …/service_messages_about_messages
 */
import { TlError, TlReader } from '@telegram-mt/tl'
import type { ClientState } from './client-state.ts'
import * as ids from './constructors.ts'
import { constructorOf, type ReceivedMessage } from './container.ts'
import { SecurityError, SessionError } from './errors.ts'
import type { SessionEvent } from './events.ts'
import { unpacked } from './gzip.ts'
import * as service from './service-messages.ts'
import { lastAfterSettingBack } from './setting-back.ts'

export class ClientInbox {
  readonly #state: ClientState
  readonly #maxUnpacked: number

  constructor(state: ClientState, maxUnpacked: number) {
    this.#state = state
    this.#maxUnpacked = maxUnpacked
  }

  /** Takes a message of a packet with this msg_id. Content that cannot be read harms no other message. */
  take(message: ReceivedMessage, packetId: bigint, events: SessionEvent[]): void {
    const { seen, acks, now } = this.#state
    // A repeated message is acknowledged again, because the first acknowledgement may be lost, and dropped.
    if (message.seqNo % 2 !== 0) acks.add(message.msgId, now)
    if (seen.look(message.msgId) !== 'new') return
    seen.add(message.msgId)
    try {
      this.#dispatch(unpacked(message.body, this.#maxUnpacked), message.msgId, packetId, events)
    } catch (error) {
      events.push({ type: 'refused', error: asRefusal(error) })
    }
  }

  #dispatch(body: Uint8Array, msgId: bigint, packetId: bigint, events: SessionEvent[]): void {
    switch (constructorOf(body)) {
      case ids.RPC_RESULT:
        this.#result(content(body).long(), body.subarray(12), events)
        break
      case ids.MSGS_ACK:
        this.#acknowledged(service.readIds(content(body)))
        break
      case ids.PONG:
        this.#pong(content(body).long(), events)
        break
      case ids.NEW_SESSION_CREATED:
        this.#newSession(content(body), events)
        break
      case ids.BAD_SERVER_SALT:
        this.#badSalt(content(body), events)
        break
      case ids.BAD_MSG_NOTIFICATION:
        this.#badMessage(content(body), packetId, events)
        break
      case ids.FUTURE_SALTS:
        this.#futureSalts(content(body), events)
        break
      case ids.MSGS_STATE_INFO:
        this.#statesAsked(content(body), events)
        break
      case ids.MSGS_ALL_INFO:
        this.#allStates(content(body), events)
        break
      case ids.MSG_DETAILED_INFO:
        this.#detailedAnswer(content(body))
        break
      case ids.MSG_NEW_DETAILED_INFO:
        this.#detailedInfo(true, content(body).long())
        break
      case ids.MSGS_STATE_REQ:
      case ids.MSG_RESEND_ANS_REQ:
        this.#tellStates(msgId, service.readIds(content(body)))
        break
      case ids.MSG_RESEND_REQ:
        this.#sendAgain(msgId, service.readIds(content(body)))
        break
      case ids.PING:
      case ids.PING_DELAY_DISCONNECT:
        this.#say(service.writePong(msgId, content(body).long()))
        break
      case ids.DESTROY_SESSION_OK:
      case ids.DESTROY_SESSION_NONE:
        break
      case ids.MSG_CONTAINER:
        throw new SecurityError('CONTAINER_NESTED', 'a container inside a compressed message of a container')
      default:
        events.push({ type: 'update', body })
    }
  }

  #result(reqMsgId: bigint, result: Uint8Array, events: SessionEvent[]): void {
    const { calls } = this.#state
    if (calls.knows(reqMsgId)) this.#state.accept(reqMsgId)
    if (result.length < 4) throw new SessionError('SERVICE_MALFORMED', 'an rpc_result without a result')
    const call = calls.answered(reqMsgId)
    // Of a call that was cancelled, or answered before: acknowledged and dropped.
    if (call === undefined) return
    try {
      const body = unpacked(result, this.#maxUnpacked)
      if (constructorOf(body) !== ids.RPC_ERROR) {
        events.push({ type: 'result', call: call.id, body })
        return
      }
      const reader = new TlReader(body, 4)
      const code = reader.int()
      const message = reader.string()
      // The one to follow got another msg_id after this was sent: this was not executed, and waits for it anew.
      if (message === 'MSG_WAIT_FAILED' && call.after.length > 0 && calls.takeBack(call, this.#state.now)) {
        this.#state.flushBy(this.#state.now)
        return
      }
      events.push({ type: 'error', call: call.id, code, message })
    } catch (error) {
      events.push({ type: 'failed', call: call.id, error: asAnswerFault(error) })
    }
    calls.failSuccessors(call)
  }

  #acknowledged(msgIds: readonly bigint[]): void {
    const { calls, now } = this.#state
    for (const msgId of msgIds) if (calls.knows(msgId)) this.#state.accept(msgId)
    calls.acknowledged(msgIds, now)
  }

  #pong(msgId: bigint, events: SessionEvent[]): void {
    const { questions, liveness, now } = this.#state
    if (!questions.pong(msgId)) return
    this.#state.accept(msgId)
    events.push({ type: 'pong', rtt: liveness.pong(now) })
  }

  #newSession(reader: TlReader, events: SessionEvent[]): void {
    const firstMsgId = reader.long()
    const uniqueId = reader.long()
    this.#adoptSalt(reader.long(), events)
    this.#state.calls.sessionLost(firstMsgId, events)
    this.#state.flushBy(this.#state.now)
    events.push({ type: 'newSession', firstMsgId, uniqueId })
  }

  #badSalt(reader: TlReader, events: SessionEvent[]): void {
    const badMsgId = reader.long()
    reader.skip(8)
    this.#adoptSalt(reader.long(), events)
    this.#rejected(badMsgId, 'salt', events)
  }

  #badMessage(reader: TlReader, packetId: bigint, events: SessionEvent[]): void {
    const badMsgId = reader.long()
    reader.skip(4)
    const code = reader.int()
    switch (code) {
      case 16:
      case 17:
        if (!this.#state.isFresh(badMsgId) || this.#correctTime(packetId, badMsgId))
          this.#rejected(badMsgId, 'time', events)
        else this.#state.rebuild(events)
        break
      case 20:
        this.#rejected(badMsgId, 'unverifiable', events)
        break
      case 34:
      case 35:
      case 64:
        this.#state.calls.refused(badMsgId, code, events)
        break
      default:
        // 18, 19, 32, 33: our numbering and the server's do not fit together; a new session begins with its own.
        this.#state.rebuild(events)
    }
  }

  /** False when this session cannot go on at the server's time, because it has used msg_ids of the far future. */
  #correctTime(packetId: bigint, badMsgId: bigint): boolean {
    const { time, now, packer, accepted, calls } = this.#state
    time.reset(packetId, now)
    const { last } = packer.ids
    const sent = { last, accepted, calls: calls.byMsgId }
    const goOnAfter = lastAfterSettingBack(sent, time.at(now), badMsgId)
    if (goOnAfter === undefined) return false
    if (goOnAfter < last) packer.ids.restartAfter(goOnAfter)
    this.#state.firstMsgId = packer.ids.last + 1n
    return true
  }

  #rejected(badMsgId: bigint, why: 'salt' | 'time' | 'unverifiable', events: SessionEvent[]): void {
    const { questions, acks, liveness, salts, calls, now } = this.#state
    const lost = questions.rejected(badMsgId)
    for (const msgId of lost.acks) acks.add(msgId, now)
    if (lost.ping) liveness.pingLost()
    if (lost.salts) salts.askAgain()
    if (calls.rejected(badMsgId, why, this.#state.now, events)) questions.askStates = true
    this.#state.flushBy(now)
  }

  #futureSalts(reader: TlReader, events: SessionEvent[]): void {
    const { salts, serverNow } = this.#state
    const answer = service.readFutureSalts(reader)
    salts.replace(answer.salts, serverNow)
    events.push({ type: 'salts', salts: salts.list() })
  }

  #adoptSalt(salt: bigint, events: SessionEvent[]): void {
    const { salts, serverNow } = this.#state
    if (salts.adopt(salt, serverNow)) events.push({ type: 'salts', salts: salts.list() })
  }

  #statesAsked(reader: TlReader, events: SessionEvent[]): void {
    const msgId = reader.long()
    const info = reader.bytes()
    const asked = this.#state.questions.takeStates(msgId)
    if (asked === undefined) return
    this.#state.accept(msgId)
    this.#states(asked, info, events)
  }

  #allStates(reader: TlReader, events: SessionEvent[]): void {
    const msgIds = service.readIds(reader)
    this.#states(msgIds, reader.bytes(), events)
  }

  #states(msgIds: readonly bigint[], info: Uint8Array, events: SessionEvent[]): void {
    const { calls, connection, now } = this.#state
    if (msgIds.length !== info.length) {
      throw new SessionError('SERVICE_MALFORMED', `${info.length} states for ${msgIds.length} messages`)
    }
    const answered: bigint[] = []
    msgIds.forEach((msgId, i) => {
      if (calls.stateOf(msgId, info[i] ?? 0, connection, now, events)) answered.push(msgId)
    })
    for (let at = 0; at < answered.length; at += service.MAX_IDS) {
      this.#say(service.writeIds(ids.MSG_RESEND_ANS_REQ, answered.slice(at, at + service.MAX_IDS)))
    }
    this.#state.flushBy(now)
  }

  #detailedAnswer(reader: TlReader): void {
    const isWanted = this.#state.calls.knows(reader.long())
    this.#detailedInfo(isWanted, reader.long())
  }

  /** The server tells of an answer rather than sends it, because it is large or was sent before. */
  #detailedInfo(wanted: boolean, answerMsgId: bigint): void {
    const { seen, acks, now } = this.#state
    if (wanted && seen.look(answerMsgId) === 'new') {
      this.#say(service.writeIds(ids.MSG_RESEND_REQ, [answerMsgId]))
    } else {
      acks.add(answerMsgId, now)
    }
  }

  /** The server asks what became of its messages. */
  #tellStates(reqMsgId: bigint, msgIds: readonly bigint[]): void {
    const { seen } = this.#state
    this.#say(service.writeStateInfo(reqMsgId, service.receivedStates(seen, msgIds)))
  }

  #sendAgain(reqMsgId: bigint, msgIds: readonly bigint[]): void {
    const { calls, seen } = this.#state
    const unknown = msgIds.filter((msgId) => !calls.sendAgain(msgId))
    if (unknown.length > 0) this.#say(service.writeStateInfo(reqMsgId, service.receivedStates(seen, unknown)))
    this.#state.flushBy(this.#state.now)
  }

  #say(body: Uint8Array): void {
    this.#state.questions.send(body)
    this.#state.flushBy(this.#state.now)
  }
}

/** Made for what is read here only: most messages are updates. */
function content(body: Uint8Array): TlReader {
  return new TlReader(body, 4)
}

function asRefusal(error: unknown): SecurityError | SessionError {
  if (error instanceof SecurityError || error instanceof SessionError) return error
  if (error instanceof TlError) {
    return new SessionError('SERVICE_MALFORMED', 'a service message that cannot be read', { cause: error })
  }
  throw error
}

function asAnswerFault(error: unknown): SecurityError | SessionError {
  if (error instanceof SecurityError) return error
  if (error instanceof TlError) {
    return new SessionError('ANSWER_INVALID', 'an rpc_error that cannot be read', { cause: error })
  }
  throw error
}
