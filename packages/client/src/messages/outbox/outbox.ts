/**
 * Sends, once. Every send is stored under its random id before its first byte leaves, goes out in the order of its chat, and
 * stays stored until Telegram has said yes or no: over drops, faults and restarts it is repeated under the same id.
 *
 * "The server uses random_id to remove repeated calls: a call with a random_id that was used before, to the same peer, from
 * any session of the account, at any time, returns the messages made by the earlier call … and if that is still being
 * executed, RANDOM_ID_DUPLICATE" (https://core.telegram.org/api/updates, on updateMessageID; these ids do not expire). So
 * repeating is always safe, and the answer of a repeat is the original message.
 */

import { SparseMap } from '@telegram-mt/mtproto'
import { SendKeptError, SessionStateError, TelegramError } from '../../errors.ts'
import type { tl } from '../../layer.ts'
import { checkPeer, type PeerLike } from '../../peers/directory.ts'
import type { PeerKey } from '../../peers/marked-id.ts'
import { keyOfInputPeer } from '../../peers/peer-key.ts'
import { isSamePeer, isStalePeer } from '../../peers/stale-peer.ts'
import type { OngoingWait } from '../../rpc/flood-wait.ts'
import type { OutboxRecord } from '../../storage/records.ts'
import { attempt } from './attempt.ts'
import type { OutboxSession } from './outbox-session.ts'
import { type OutboxEntry, PendingSend, type SendState } from './pending-send.ts'
import { lineOf, PreparationLines } from './preparation-lines.ts'
import { randomIdsOf, type SendCall, targetOf } from './send-call.ts'
import { callIn, messageIds, recordOf } from './send-record.ts'

export interface SendOnceOptions {
  /** Aborting gives the send up. If it was on its way already, it may arrive all the same. */
  readonly signal?: AbortSignal | undefined
  /** Seconds: flood waits of up to this are waited out; default: the host's `floodWaitLimit`. */
  readonly floodWaitLimit?: number | undefined
}

/** A call as it was made, and what Telegram answered. */
export interface SentCall<C extends SendCall> {
  readonly call: C
  readonly answer: tl.Updates
}

export class Outbox {
  readonly #session: OutboxSession
  readonly #pending = new SparseMap<bigint, PendingSend>()
  /** By chat, in the order of sending. */
  readonly #chats = new SparseMap<string, PendingSend[]>()
  readonly #lines = new PreparationLines()
  #loading: Promise<void> | undefined
  #order = 0
  #stopped: Error | undefined

  constructor(session: OutboxSession) {
    this.#session = session
  }

  /** Sends again what an earlier run has left. */
  start(): void {
    this.#stopped = undefined
    this.#ready()
      .then(() => {
        for (const key of [...this.#chats.keys()]) this.#run(key)
      })
      .catch((error: unknown) => {
        if (error !== this.#stopped) this.#session.fault(error, 'reading the outbox')
      })
  }

  /** The session ends: what is pending stays stored, and is sent when it is open again. */
  stop(reason: Error): void {
    const sends = [...this.#pending.values()]
    // Of a session that is logged out nothing goes out any more.
    const isClosed = reason instanceof SessionStateError && reason.code === 'SESSION_CLOSED'
    this.#stopped = reason
    this.#pending.clear()
    this.#chats.clear()
    this.#loading = undefined
    for (const send of sends) {
      send.giveUp.abort(reason)
      send.reject(isClosed ? new SendKeptError(send.randomId, { cause: reason }) : reason)
    }
  }

  /**
   * Makes a send, once, after all earlier ones to its chat. Sending under a random id that is pending joins it.
   * @throws StorageError it could not be stored, and was not sent; RpcError Telegram refused; the signal's reason;
   * SendKeptError the session was closed meanwhile: then it stays in the outbox, and goes out when the session is open again.
   */
  async send(call: SendCall, options: SendOnceOptions = {}): Promise<tl.Updates> {
    await this.#ready()
    return await this.#put(call, options)
  }

  /**
   * Like `send`, for a call that is to be made first. Sends to one peer keep the order in which they were asked for, however
   * long each is in the making. A peer that Telegram does not know under what we remember is asked for anew, once.
   */
  async sendTo<C extends SendCall>(
    to: PeerLike,
    make: (peer: tl.InputPeer) => C | Promise<C>,
    options: SendOnceOptions = {},
  ): Promise<SentCall<C>> {
    // Before anything is begun: what is begun and left would end as a rejection that nobody handles.
    checkPeer(to)
    const { peers } = this.#session
    let peer: tl.InputPeer = { _: 'inputPeerEmpty' }
    const making = peers.resolve(to).then((resolved) => {
      peer = resolved
      return make(resolved)
    })
    const { call, answer } = await this.#lines.pass(lineOf(to), making, async (call) => {
      await this.#ready()
      // Not awaited here: the next in line need not wait for Telegram.
      return { call, answer: settledLater(this.#put(call, options)) }
    })
    try {
      return { call, answer: await answer }
    } catch (error) {
      const fresh = isStalePeer(error) ? await peers.resolveAnew(to) : undefined
      if (fresh === undefined || isSamePeer(fresh, peer)) throw error
      const again = await make(fresh)
      return { call: again, answer: await this.send(again, options) }
    }
  }

  /** Takes a send in, at the end of its chat's line. */
  #put(call: SendCall, { signal, floodWaitLimit }: SendOnceOptions): Promise<tl.Updates> {
    if (signal?.aborted) return Promise.reject(signal.reason)
    if (this.#stopped !== undefined) return Promise.reject(this.#stopped)
    const [randomId] = randomIdsOf(call)
    if (randomId === undefined) {
      return Promise.reject(new TelegramError('NOTHING_TO_SEND', `${call._} sends no message`))
    }
    const known = this.#pending.get(randomId)
    if (known !== undefined) {
      this.#run(keyOf(known.chat))
      return known.join(signal)
    }
    const chat = keyOfInputPeer(targetOf(call), this.#session.userId())
    const now = Math.floor(this.#session.now())
    const send = new PendingSend(randomId, chat, call, this.#order + 1, now)
    send.floodWaitLimit = floodWaitLimit
    // Throws for what cannot be stored, and then nothing has happened.
    const record = recordOf(send)
    this.#order++
    const answer = send.join(signal)
    send.stored = this.#session.write({ type: 'outbox', ...record })
    // It is looked at when its turn comes.
    send.stored.catch(() => undefined)
    this.#enqueue(send)
    this.#run(keyOf(chat))
    return answer
  }

  /** What is pending, in the order of sending. */
  async entries(): Promise<OutboxEntry[]> {
    if (this.#stopped === undefined) await this.#ready()
    const waits = this.#session.waits()
    return [...this.#pending.values()]
      .sort((a, b) => a.order - b.order)
      .map((send) => ({
        randomId: send.randomId,
        chat: send.chat,
        method: send.call._,
        state: this.#stateOf(send, waits),
        attempts: send.attempts,
        createdAt: send.createdAt,
        cancel: () => send.giveUp.abort(new TelegramError('SEND_CANCELLED', 'the send was cancelled')),
      }))
  }

  // ---- what is stored

  #ready(): Promise<void> {
    if (this.#stopped !== undefined) return Promise.reject(this.#stopped)
    this.#loading ??= this.#load().catch((error: unknown) => {
      this.#loading = undefined
      throw error
    })
    return this.#loading
  }

  async #load(): Promise<void> {
    const session = this.#session
    // One that is damaged stays where it is, and keeps none of the others from being sent.
    const records = await session.storage.outbox(session.id, (error) =>
      session.fault(error, 'reading a send in the outbox'),
    )
    if (this.#stopped !== undefined) throw this.#stopped
    for (const record of records) {
      this.#order = Math.max(this.#order, record.order)
      if (record.state === 'sent') this.#session.post({ type: 'outboxRemove', randomId: record.randomId })
      else this.#restore(record)
    }
  }

  #restore(record: OutboxRecord): void {
    let call: SendCall
    try {
      call = callIn(record)
    } catch (error) {
      this.#session.fault(error, 'reading a send in the outbox')
      return
    }
    const { randomId, peer, order, createdAt } = record
    const send = new PendingSend(randomId, peer, call, order, createdAt)
    send.attempts = record.attempts
    send.isStored = true
    send.floodWaitLimit = Number.POSITIVE_INFINITY
    this.#enqueue(send)
  }

  #enqueue(send: PendingSend): void {
    this.#pending.set(send.randomId, send)
    send.giveUp.signal.addEventListener('abort', () => {
      // One that has not begun goes at once; else the attempt is interrupted.
      if (!send.isSending) this.#drop(send)
    })
    const key = keyOf(send.chat)
    const queue = this.#chats.get(key)
    if (queue === undefined) this.#chats.set(key, [send])
    else queue.push(send)
  }

  // ---- sending

  /** One after the other, for as long as there is anything for this chat. */
  #run(key: string): void {
    const queue = this.#chats.get(key)
    const send = queue?.[0]
    if (queue === undefined || send === undefined || send.isSending) return
    send.isSending = true
    this.#carryOut(send).then(() => {
      // A session that ended has begun anew meanwhile, or never will.
      if (this.#chats.get(key) !== queue) return
      queue.shift()
      if (queue.length === 0) this.#chats.delete(key)
      else this.#run(key)
    })
  }

  #drop(send: PendingSend): void {
    if (this.#pending.get(send.randomId) !== send) return
    const queue = this.#chats.get(keyOf(send.chat))
    const at = queue?.indexOf(send) ?? -1
    if (at >= 0) queue?.splice(at, 1)
    this.#end(send)
    send.reject(send.giveUp.signal.reason)
  }

  /** Ends when the send has, whichever way; never throws. */
  async #carryOut(send: PendingSend): Promise<void> {
    const { signal } = send.giveUp
    try {
      await send.stored
      send.isStored = true
      const answer = await attempt(send, this.#session, signal)
      const nobodyWaits = send.waiters.length === 0
      this.#end(send)
      send.resolve(answer)
      const { randomId, chat, call } = send
      if (nobodyWaits) {
        this.#session.sent({ randomId, chat, method: call._, messageIds: messageIds(call, answer) })
      }
    } catch (error) {
      // What the end of the session has interrupted stays where it is.
      if (this.#pending.get(send.randomId) !== send) return
      const nobodyWaits = send.waiters.length === 0
      this.#end(send)
      send.reject(error)
      const { randomId, chat, call } = send
      if (nobodyWaits) this.#session.failed({ randomId, chat, method: call._, error })
    }
  }

  /** It is over with this send: it goes from the store without anybody waiting for that, as a repeat does no harm. */
  #end(send: PendingSend): void {
    this.#pending.delete(send.randomId)
    this.#session.post({ type: 'outboxRemove', randomId: send.randomId })
  }

  #stateOf(send: PendingSend, waits: readonly OngoingWait[]): SendState {
    if (!send.isSending) return { name: 'queued' }
    if (!send.isStored) return { name: 'storing' }
    if (send.retry !== undefined) return { name: 'retrying', ...send.retry }
    const { kind, id } = send.chat
    const wait = waits.find(({ method, peer }) =>
      peer === undefined ? method === send.call._ : peer === `${kind} ${id}`,
    )
    if (wait !== undefined) return { name: 'floodWait', reason: wait.reason, until: wait.until }
    return { name: this.#session.isOnline() ? 'sending' : 'offline' }
  }
}

const keyOf = ({ kind, id }: PeerKey): string => `${kind} ${id}`

/** The same promise, which may wait for whoever awaits it. */
function settledLater<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined)
  return promise
}
