/**
 * Sends, once. Every send is stored under its random id before its first byte leaves, goes out in the order of its chat, and
 * stays stored until Telegram has said yes or no: over drops, faults and restarts it is repeated under the same id.
 *
 * "The server uses random_id to remove repeated calls: a call with a random_id that was used before, to the same peer, from
 * any session of the account, at any time, returns the messages made by the earlier call … and if that is still being
 * executed, RANDOM_ID_DUPLICATE" (https://core.telegram.org/api/updates, on updateMessageID; these ids do not expire). So
 * repeating is always safe, and the answer of a repeat is the original message.
 *
 * Sends belong to the account that made them. While it is not signed in they are kept, and go out when it is again; when another
 * account takes its place they are dropped.
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
import type { FailedLater, OutboxSession } from './outbox-session.ts'
import { type OutboxEntry, PendingSend, type SendState } from './pending-send.ts'
import { type Destination, PreparationLines, peerOrName } from './preparation-lines.ts'
import { randomIdsOf, type SendCall, targetOf } from './send-call.ts'
import { callIn, messageIds, recordOf } from './send-record.ts'
import { isSameChat, ofOtherChat, UsedIds } from './used-ids.ts'

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
  readonly #used = new UsedIds()
  #loading: Promise<void> | undefined
  /** Counts the stops: what was at work in an earlier life changes nothing any more. */
  #life = 0
  #order = 0

  constructor(session: OutboxSession) {
    this.#session = session
  }

  /** Sends again what an earlier run, or an earlier life of the session, has left. */
  start(): void {
    const life = this.#life
    this.#ready().then(
      () => {
        if (life !== this.#life) return
        for (const key of [...this.#chats.keys()]) this.#run(key)
      },
      (error: unknown) => {
        if (life === this.#life) this.#session.fault(error, 'reading the outbox')
      },
    )
  }

  /** The session ends: what is pending stays stored, and goes out when its account is online again. */
  stop(reason: Error): void {
    for (const send of this.#leave()) {
      const kept = new SendKeptError(send.randomId, { cause: reason })
      send.giveUp.abort(kept)
      // What could not be stored is not kept, and whoever waits is not told so.
      if (send.isStored) send.reject(kept)
      else
        send.stored.then(
          () => send.reject(kept),
          (error: unknown) => send.reject(error),
        )
    }
  }

  /** What is pending is gone from the storage, or will be: nothing is kept, and whoever waits is told so. */
  drop(reason: Error): void {
    for (const send of this.#leave()) {
      send.giveUp.abort(reason)
      send.reject(reason)
    }
  }

  /** What is to be told of each send once another account has taken the place of the one that made them. */
  async lostToAnother(error: Error): Promise<FailedLater[]> {
    await this.#ready()
    return this.#inOrder().map(({ randomId, chat, call }) => ({ randomId, chat, method: call._, error }))
  }

  /** All that is pending, which is forgotten here. */
  #leave(): PendingSend[] {
    const sends = this.#inOrder()
    this.#life++
    this.#pending.clear()
    this.#chats.clear()
    this.#used.clear()
    this.#loading = undefined
    return sends
  }

  /**
   * Makes a send, once, after all earlier ones to its chat. Sending under a random id that is pending joins it.
   * @throws StorageError it could not be stored, and was not sent; RpcError Telegram refused; the signal's reason; TelegramError
   * `RANDOM_ID_OF_OTHER_CHAT` its random id names a send to another chat: it was not sent, and the other goes on;
   * SendKeptError the session was closed or logged out meanwhile: then it stays in the outbox, and goes out when its account is
   * online again; SessionStateError `SESSION_CLOSED`, `SESSION_DEAD`, `NOT_SIGNED_IN` there is no account to send it.
   */
  async send(call: SendCall, options: SendOnceOptions = {}): Promise<tl.Updates> {
    return await this.#sendAs(this.#session.requireSender(), call, options)
  }

  async #sendAs(sender: number, call: SendCall, options: SendOnceOptions): Promise<tl.Updates> {
    await this.#readyToSend()
    return await this.#put(sender, call, options)
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
    const sender = this.#session.requireSender()
    let peer: tl.InputPeer = { _: 'inputPeerEmpty' }
    const { destination, resolving } = this.#look(to, sender)
    const making = resolving.then((resolved) => {
      peer = resolved
      return make(resolved)
    })
    const { call, answer } = await this.#lines.pass(destination, making, async (call) => {
      await this.#readyToSend()
      // Not awaited here: the next in line need not wait for Telegram.
      return { call, answer: settledLater(this.#put(sender, call, options)) }
    })
    try {
      return { call, answer: await answer }
    } catch (error) {
      const fresh = isStalePeer(error) ? await peers.resolveAnew(to) : undefined
      if (fresh === undefined || isSamePeer(fresh, peer)) throw error
      const again = await make(fresh)
      return { call: again, answer: await this.#sendAs(sender, again, options) }
    }
  }

  /** Whom a program means, and their place among the lines, which is known sooner in most cases. */
  #look(to: PeerLike, sender: number): { destination: Destination; resolving: Promise<tl.InputPeer> } {
    const { peers } = this.#session
    const named = peerOrName(to, sender)
    if (typeof named !== 'string') return { destination: named, resolving: peers.resolve(to) }
    let asking = () => {}
    const asked = new Promise<void>((resolve) => {
      asking = resolve
    })
    const resolving = peers.resolve(to, asking)
    const found = resolving.then((peer) => keyOfInputPeer(peer, sender))
    return { destination: { name: named, found, asked }, resolving }
  }

  /** Takes a send in, at the end of its chat's line. */
  async #put(
    sender: number,
    call: SendCall,
    { signal, floodWaitLimit }: SendOnceOptions,
  ): Promise<tl.Updates> {
    signal?.throwIfAborted()
    // What was long in the making was asked for as somebody who may have left meanwhile.
    if (this.#session.requireSender() !== sender)
      throw new SessionStateError('SESSION_DEAD', 'the account that made this send is signed in no more')
    const randomIds = randomIdsOf(call)
    const [randomId] = randomIds
    if (randomId === undefined) {
      throw new TelegramError('NOTHING_TO_SEND', `${call._} sends no message`)
    }
    const chat = keyOfInputPeer(targetOf(call), sender)
    for (const id of randomIds) {
      const other = this.#pending.get(id)?.chat
      if (other !== undefined && !isSameChat(other, chat)) throw ofOtherChat(id, other, chat)
    }
    const known = this.#pending.get(randomId)
    if (known !== undefined) {
      this.#run(keyOf(known.chat))
      return await known.join(signal)
    }
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
    return await answer
  }

  /** What is pending, in the order of sending; also of a session that is closed or logged out. */
  async entries(): Promise<OutboxEntry[]> {
    await this.#ready()
    const waits = this.#session.waits()
    return this.#inOrder().map((send) => ({
      randomId: send.randomId,
      chat: send.chat,
      method: send.call._,
      state: this.#stateOf(send, waits),
      attempts: send.attempts,
      createdAt: send.createdAt,
      cancel: () => this.#cancel(send),
    }))
  }

  #inOrder(): PendingSend[] {
    return [...this.#pending.values()].sort((a, b) => a.order - b.order)
  }

  /** Since it was listed the session may have ended, and have read its outbox anew. */
  #cancel({ randomId }: PendingSend): void {
    const send = this.#pending.get(randomId)
    if (send === undefined) this.#session.post({ type: 'outboxRemove', randomId })
    else send.giveUp.abort(new TelegramError('SEND_CANCELLED', 'the send was cancelled'))
  }

  // ---- what is stored

  /** Resolves when all that is stored is here. */
  async #ready(goOn?: () => unknown): Promise<void> {
    for (;;) {
      const life = this.#life
      this.#loading ??= this.#load(life)
      await this.#loading
      if (life === this.#life) return
      // The session has ended meanwhile, and what was read is forgotten.
      goOn?.()
    }
  }

  #readyToSend(): Promise<void> {
    return this.#ready(() => this.#session.requireSender())
  }

  async #load(life: number): Promise<void> {
    const session = this.#session
    let records: OutboxRecord[]
    try {
      // One that is damaged stays where it is, and keeps none of the others from being sent.
      records = await session.storage.outbox(session.id, (error) =>
        session.fault(error, 'reading a send in the outbox'),
      )
    } catch (error) {
      if (life === this.#life) this.#loading = undefined
      throw error
    }
    if (life !== this.#life) return
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
    if (queue === undefined || send === undefined || send.isSending || !this.#session.maySend()) return
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
      const answer = await attempt(send, this.#session, this.#used, signal)
      if (this.#pending.get(send.randomId) === send) this.#used.add(send)
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
    if (!this.#session.maySend()) return { name: 'kept' }
    if (this.#chats.get(keyOf(send.chat))?.[0] !== send) return { name: 'queued' }
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
