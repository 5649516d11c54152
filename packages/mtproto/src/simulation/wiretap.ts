/**
 * Reads along, with the key, what both sides put on the wire, and checks what the protocol demands of it. It knows
 * nothing of either side's state.
 */
import * as ids from '../session/constructors.ts'
import { constructorOf, packetContent, type ReceivedMessage } from '../session/container.ts'
import { openPacket, type PacketKey } from '../session/envelope.ts'
import type { Side } from './network.ts'

const NEVER_CONTENT = new Set<number>([ids.MSGS_ACK, ids.MSG_CONTAINER])

export class Wiretap {
  readonly faults: string[] = []
  /** bad_msg_notification codes that the server sent. */
  readonly badCodes = new Map<number, number>()
  readonly #key: PacketKey
  /** Content-related messages of each session and side: their seq_no and what they said. */
  readonly #known = new Map<string, string>()
  #biggestContainer = 0

  constructor(key: PacketKey) {
    this.#key = key
  }

  get biggestContainer(): number {
    return this.#biggestContainer
  }

  sent(side: Side, packet: Uint8Array): void {
    const opened = openPacket(packet, this.#key, side)
    const { container, messages } = packetContent(opened)
    if (container && opened.seqNo % 2 !== 0) this.faults.push('a container with an odd seq_no')
    this.#biggestContainer = Math.max(this.#biggestContainer, messages.length)
    if (messages.length > 1020) this.faults.push(`a container of ${messages.length} messages`)
    if (container && messages.length === 0) this.faults.push('an empty container')
    this.#checkBits(side, opened.msgId)
    for (const message of messages) this.#check(side, opened.sessionId, message)
  }

  #check(side: Side, sessionId: bigint, message: ReceivedMessage): void {
    const { msgId, seqNo, body } = message
    this.#checkBits(side, msgId)
    const id = constructorOf(body)
    if (NEVER_CONTENT.has(id) && seqNo % 2 !== 0) this.faults.push('a seq_no is odd that must be even')
    if (side === 'server' && id === ids.RPC_RESULT && seqNo % 2 === 0)
      this.faults.push('an answer with an even seq_no')
    if (side === 'server' && id === ids.BAD_MSG_NOTIFICATION) {
      const code = new DataView(body.buffer, body.byteOffset).getInt32(16, true)
      this.badCodes.set(code, (this.badCodes.get(code) ?? 0) + 1)
    }
    if (seqNo % 2 === 0) return
    // One msg_id names one message for good: sent again, it is the same to the last byte.
    const name = `${side} ${sessionId} ${msgId}`
    const said = `${seqNo} ${body.length} ${sum(body)}`
    const before = this.#known.get(name)
    if (before !== undefined && before !== said)
      this.faults.push(
        `${side} used one msg_id for two messages: ${constructorOf(body).toString(16)} ${before} / ${said}`,
      )
    this.#known.set(name, said)
  }

  #checkBits(side: Side, msgId: bigint): void {
    const bits = msgId & 3n
    if (side === 'client' ? bits !== 0n : bits !== 1n && bits !== 3n)
      this.faults.push(`${side} gave a msg_id wrong bits`)
  }
}

function sum(body: Uint8Array): number {
  let hash = 0
  for (let i = 0; i < body.length; i++) hash = (Math.imul(hash, 31) + (body[i] ?? 0)) | 0
  return hash
}
