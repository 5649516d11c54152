/**
 * Turns messages into packets: gives each its msg_id and seq_no, gathers them into containers, encrypts. Order is
 * everything here: of two messages the later has the higher msg_id and the higher seq_no, and a container is younger
 * than all that it holds (https://core.telegram.org/mtproto/description#message-sequence-number-msg-seqno).
 */
import type { MessageSender } from '@telegram-mt/crypto'
import { MAX_CONTAINER_MESSAGES } from './container.ts'
import { INNER_MESSAGE_HEADER, type PacketKey, sealContainer, sealPacket } from './envelope.ts'
import { type MessageIdBits, MessageIds } from './message-id.ts'

/** Messages are gathered up to this many bytes; one that is larger travels alone. */
const GATHER_BYTES = 32 * 1024

export interface OutgoingMessage {
  body: Uint8Array
  /** Content-related: it counts in seq_no and the other side must acknowledge it. */
  readonly content: boolean
  readonly bits: MessageIdBits
  /** 0 until it is first sent; kept when it is sent again. */
  msgId: bigint
  seqNo: number
}

export class Packer {
  readonly ids: MessageIds
  readonly #key: PacketKey
  readonly #sender: MessageSender
  readonly #random: (length: number) => Uint8Array
  #contentMessages = 0
  /** The latest message that got its identity, if it was not sent yet. */
  #newest: OutgoingMessage | undefined

  constructor(key: PacketKey, sender: MessageSender, random: (length: number) => Uint8Array) {
    this.#key = key
    this.#sender = sender
    this.#random = random
    this.ids = new MessageIds(random)
  }

  /** A new session counts from the beginning. */
  restart(): void {
    this.#contentMessages = 0
  }

  /** Gives a message its identity, unless it keeps the one that it was sent with before. */
  identify(message: OutgoingMessage, serverTime: number): void {
    if (message.msgId !== 0n) return
    message.msgId = this.ids.next(serverTime, message.bits)
    message.seqNo = this.#nextSeqNo(message.content)
    this.#newest = message
  }

  /** One packet with these messages, which all have their identity. Returns it with the msg_id that is at its front. */
  pack(
    messages: readonly OutgoingMessage[],
    sessionId: bigint,
    salt: bigint,
    serverTime: number,
  ): { packet: Uint8Array; msgId: bigint } {
    const [only] = messages
    const fresh = this.#newest
    this.#newest = undefined
    // A message of long ago would be refused as too old, unless it comes inside a container of now.
    if (only !== undefined && messages.length === 1 && only === fresh) {
      const head = { salt, sessionId, msgId: only.msgId, seqNo: only.seqNo }
      return { packet: sealPacket(this.#key, this.#sender, head, only.body, this.#random), msgId: only.msgId }
    }
    const msgId = this.ids.next(serverTime, this.#sender === 'client' ? 0 : 1)
    const head = { salt, sessionId, msgId, seqNo: this.#nextSeqNo(false) }
    return { packet: sealContainer(this.#key, this.#sender, head, messages, this.#random), msgId }
  }

  /** "twice the number of content-related messages … created by the sender prior to this message", one more for such. */
  #nextSeqNo(content: boolean): number {
    const seqNo = this.#contentMessages * 2
    if (!content) return seqNo
    this.#contentMessages++
    return seqNo + 1
  }
}

/** Cuts a list of messages into what goes into one packet each, of `most` messages at most. */
export function gathered<Message extends OutgoingMessage>(
  messages: readonly Message[],
  most = MAX_CONTAINER_MESSAGES,
): Message[][] {
  const groups: Message[][] = []
  let group: Message[] = []
  let bytes = 0
  for (const message of messages) {
    const size = INNER_MESSAGE_HEADER + message.body.length
    if (group.length > 0 && (bytes + size > GATHER_BYTES || group.length >= most)) {
      groups.push(group)
      group = []
      bytes = 0
    }
    group.push(message)
    bytes += size
  }
  if (group.length > 0) groups.push(group)
  return groups
}
