/**
 * What the server has sent, or is to send, and must not forget before the client acknowledges it. On a new connection all
 * of it is sent again, oldest first; on the same one, what stays unacknowledged for long.
 */
import type { MessageIdBits } from './message-id.ts'
import type { OutgoingMessage } from './packer.ts'

interface KeptMessage extends OutgoingMessage {
  /** The call that it answers; 0 if it answers none. */
  readonly reqMsgId: bigint
  /** Only updates are ever given up: the client can fetch the difference. */
  readonly isUpdate: boolean
  /** ms; Infinity while it waits to be sent. */
  sentAt: number
  /** How many messages had been sent before it. */
  serial: number
}

/** The client acknowledges within 30 s, as official ones do, or has lost the message. */
const AGAIN_AFTER = 60_000
/**
 * Clients remember at least the last 1,000 messages, and end the session over an older one. A message behind which so
 * many were sent goes out under a new msg_id instead.
 */
const STALE_AFTER = 500

export class Unacknowledged {
  readonly #limit: number
  /** In the order of sending. */
  readonly #messages = new Set<KeptMessage>()
  readonly #byMsgId = new Map<bigint, KeptMessage>()
  readonly #answers = new Map<bigint, KeptMessage>()
  #waiting: KeptMessage[] = []
  #sent = 0
  /** How many went out again under a new msg_id, so that the client cannot recognize the repeat. */
  renamed = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  get size(): number {
    return this.#messages.size
  }

  /** When something is to be sent (ms). */
  get dueAt(): number {
    if (this.#waiting.length > 0) return Number.NEGATIVE_INFINITY
    for (const oldest of this.#messages) return oldest.sentAt + AGAIN_AFTER
    return Number.POSITIVE_INFINITY
  }

  /**
   * Keeps a new message, to be sent with the next packet: an answer (to `reqMsgId`), an update, or (with `reqMsgId` 0)
   * one that is neither. Returns how many updates had to be forgotten for it, oldest first.
   */
  add(body: Uint8Array, bits: MessageIdBits, reqMsgId: bigint, isUpdate = false): number {
    const message: KeptMessage = {
      body,
      content: true,
      bits,
      msgId: 0n,
      seqNo: 0,
      reqMsgId,
      isUpdate,
      sentAt: Number.POSITIVE_INFINITY,
      serial: 0,
    }
    this.#messages.add(message)
    this.#waiting.push(message)
    if (reqMsgId !== 0n) this.#answers.set(reqMsgId, message)
    return this.#messages.size > this.#limit ? this.#makeRoom() : 0
  }

  /** The client has it: returns the call that it answered, or 0. */
  acknowledged(msgId: bigint): bigint {
    const message = this.#byMsgId.get(msgId)
    if (message === undefined) return 0n
    this.#forget(message)
    return message.reqMsgId
  }

  dropAnswer(reqMsgId: bigint): OutgoingMessage | undefined {
    const message = this.#answers.get(reqMsgId)
    if (message !== undefined) this.#forget(message)
    return message
  }

  sendAgain(msgId: bigint): boolean {
    return this.#queue(this.#byMsgId.get(msgId))
  }

  sendAnswerAgain(reqMsgId: bigint): boolean {
    return this.#queue(this.#answers.get(reqMsgId))
  }

  sendAllAgain(): void {
    this.#waiting = [...this.#messages]
    for (const message of this.#waiting) message.sentAt = Number.POSITIVE_INFINITY
  }

  /** What is to be sent now, oldest first. `lastMsgId`: the highest in use, since the clock was last set back. */
  takeDue(now: number, lastMsgId: bigint): OutgoingMessage[] {
    for (const message of this.#messages) {
      if (message.sentAt === Number.POSITIVE_INFINITY) continue
      if (message.sentAt + AGAIN_AFTER > now) break
      this.#queue(message)
    }
    const due = this.#waiting
    this.#waiting = []
    due.forEach((message, before) => {
      if (message.msgId === 0n) return
      const isStale = message.serial + STALE_AFTER < this.#sent + before
      if (isStale || message.msgId > lastMsgId) this.#rename(message)
    })
    return due
  }

  /** These went out, each under its msg_id. */
  sent(messages: readonly OutgoingMessage[], now: number): void {
    this.#sent += messages.length + 1
    for (const message of messages) {
      if (!isKept(message) || !this.#messages.delete(message)) continue
      if (!this.#byMsgId.has(message.msgId)) message.serial = this.#sent
      message.sentAt = now
      this.#messages.add(message)
      this.#byMsgId.set(message.msgId, message)
    }
  }

  /** The oldest update that was sent at least once gives way first: a client that is there has it by now. */
  #makeRoom(): number {
    let oldest: KeptMessage | undefined
    for (const message of this.#messages) {
      if (!message.isUpdate) continue
      oldest ??= message
      if (message.sentAt === Number.POSITIVE_INFINITY) continue
      oldest = message
      break
    }
    if (oldest === undefined) return 0
    this.#forget(oldest)
    return 1
  }

  #queue(message: KeptMessage | undefined): boolean {
    if (message === undefined) return false
    if (!this.#waiting.includes(message)) this.#waiting.push(message)
    message.sentAt = Number.POSITIVE_INFINITY
    return true
  }

  #rename(message: KeptMessage): void {
    this.renamed++
    this.#byMsgId.delete(message.msgId)
    message.msgId = 0n
    message.seqNo = 0
  }

  #forget(message: KeptMessage): void {
    this.#messages.delete(message)
    this.#byMsgId.delete(message.msgId)
    if (message.reqMsgId !== 0n) this.#answers.delete(message.reqMsgId)
    if (message.sentAt === Number.POSITIVE_INFINITY)
      this.#waiting = this.#waiting.filter((other) => other !== message)
  }
}

function isKept(message: OutgoingMessage): message is KeptMessage {
  return 'reqMsgId' in message
}
