/**
 * The client's own service messages: those waiting to be sent, and what must be known of those that were, because a
 * packet that the server rejects takes its acknowledgements and questions with it.
 */
import type { OutgoingMessage } from './packer.ts'

type Kind = 'plain' | 'acks' | 'ping' | 'salts' | 'states'

interface ServiceMessage extends OutgoingMessage {
  readonly kind: Kind
  /** The msg_ids acknowledged or asked about. */
  readonly about: readonly bigint[]
}

/** What is remembered of one that was sent. */
interface SentMessage {
  readonly kind: Kind
  readonly msgId: bigint
  readonly about: readonly bigint[] | BigInt64Array
}

interface SentPacket {
  readonly msgId: bigint
  messages: readonly SentMessage[]
}

/** What was lost with a rejected packet. */
export interface LostQuestions {
  acks: bigint[]
  ping: boolean
  salts: boolean
}

/** A rejection comes within a round trip; packets before these are not remembered. */
const REMEMBERED_PACKETS = 32
/** Never reached by an honest server; the oldest make room. */
const MAX_WAITING = 4096

export class Questions {
  /** Whether the server is to be asked what became of the calls in flight. */
  askStates = false
  statesAskedAt = Number.NEGATIVE_INFINITY
  #waiting: ServiceMessage[] = []
  #sent: SentPacket[] = []
  #pingMsgId = 0n

  get size(): number {
    return this.#waiting.length + this.#sent.length
  }

  get waiting(): boolean {
    return this.#waiting.length > 0 || this.askStates
  }

  send(body: Uint8Array): void {
    this.#add(body, 'plain', NONE)
  }

  acknowledge(body: Uint8Array, msgIds: readonly bigint[]): void {
    this.#add(body, 'acks', msgIds)
  }

  ping(body: Uint8Array): void {
    this.#add(body, 'ping', NONE)
  }

  salts(body: Uint8Array): void {
    this.#add(body, 'salts', NONE)
  }

  states(body: Uint8Array, msgIds: readonly bigint[]): void {
    this.#add(body, 'states', msgIds)
  }

  take(): ServiceMessage[] {
    const waiting = this.#waiting
    if (waiting.length > 0) this.#waiting = []
    return waiting
  }

  /** These went out in the packet with this msg_id; calls among them are not ours to remember. */
  sentIn(msgId: bigint, messages: readonly OutgoingMessage[]): void {
    const ours = messages.filter(isRemembered)
    if (ours.length === 0) return
    for (const message of ours) if (message.kind === 'ping') this.#pingMsgId = message.msgId
    const packet = { msgId, messages: ours.map(remembered) }
    if (this.#sent.length === 0) this.#sent = [packet]
    else this.#sent.push(packet)
    if (this.#sent.length > REMEMBERED_PACKETS) this.#sent.shift()
  }

  /** Whether this msg_id is that of a remembered packet, or of a message in one. */
  carries(msgId: bigint): boolean {
    return this.#sent.some(
      (packet) => packet.msgId === msgId || packet.messages.some((message) => message.msgId === msgId),
    )
  }

  /** Whether this is the answer to the latest ping: then nothing that was sent before it will be rejected any more. */
  pong(msgId: bigint): boolean {
    if (msgId === 0n || msgId !== this.#pingMsgId) return false
    this.#pingMsgId = 0n
    const at = this.#sent.findIndex((packet) => packet.messages.some((message) => message.msgId === msgId))
    this.#sent = this.#sent.filter((packet, i) => i > at || packet.messages.some(asksStates))
    return true
  }

  /** The msg_ids asked about in this message, once. */
  takeStates(msgId: bigint): readonly bigint[] | undefined {
    for (const packet of this.#sent) {
      const question = packet.messages.find((message) => message.msgId === msgId && asksStates(message))
      if (question === undefined) continue
      packet.messages = packet.messages.filter((message) => message !== question)
      if (!packet.messages.some(asksStates)) this.#sent = this.#sent.filter((other) => other !== packet)
      return Array.from(question.about)
    }
    return undefined
  }

  /** The server rejected a packet, or one message in it. */
  rejected(msgId: bigint): LostQuestions {
    const lost: LostQuestions = { acks: [], ping: false, salts: false }
    for (const packet of this.#sent) {
      for (const message of packet.messages) {
        if (packet.msgId !== msgId && message.msgId !== msgId) continue
        if (message.kind === 'acks') lost.acks.push(...message.about)
        if (message.kind === 'ping' && message.msgId === this.#pingMsgId) lost.ping = true
        if (message.kind === 'salts') lost.salts = true
        if (message.kind === 'states') this.askStates = true
      }
    }
    this.#sent = this.#sent.filter((packet) => packet.msgId !== msgId)
    return lost
  }

  /** Nothing that was asked will be answered; what matters is asked again on the next connection. */
  disconnected(): void {
    this.#sent = []
    this.#waiting = []
    this.#pingMsgId = 0n
    this.statesAskedAt = Number.NEGATIVE_INFINITY
  }

  #add(body: Uint8Array, kind: Kind, about: readonly bigint[]): void {
    if (this.#waiting.length === MAX_WAITING) this.#waiting.shift()
    this.#waiting.push({ body, content: false, bits: 0, msgId: 0n, seqNo: 0, kind, about })
  }
}

const NONE: readonly bigint[] = []
/** There may be dozens of lists with hundreds of msg_ids: more than so many are kept in 8 bytes each. */
const FEW = 4

function isRemembered(message: OutgoingMessage): message is ServiceMessage {
  return 'kind' in message && message.kind !== 'plain'
}

function remembered({ kind, msgId, about }: ServiceMessage): SentMessage {
  return { kind, msgId, about: about.length <= FEW ? about : BigInt64Array.from(about) }
}

function asksStates(message: SentMessage): boolean {
  return message.kind === 'states'
}
