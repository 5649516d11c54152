/**
 * Message ids: "exact unixtime * 2^32", always growing within a session, and in the two low bits who wrote the message
 * (https://core.telegram.org/mtproto/description#message-identifier-msg-id).
 */

/** What the two low bits say: 0 from the client; from the server 1 for an answer, 3 for everything else. */
export type MessageIdBits = 0 | 1 | 3

/** The moment that a msg_id carries, in ms since the epoch. */
export function messageIdTime(msgId: bigint): number {
  return Number(msgId) / 4_294_967.296
}

/** The lowest msg_id of a moment (ms since the epoch). */
export function messageIdAt(time: number): bigint {
  const seconds = Math.floor(time / 1000)
  const fraction = Math.floor((time - seconds * 1000) * 4_294_967.296)
  return (BigInt(seconds) << 32n) | BigInt(fraction - (fraction % 4))
}

export class MessageIds {
  #last = 0n

  /** The highest id given out. */
  get last(): bigint {
    return this.#last
  }

  /** The next id at this moment of the server's time (ms): higher than all before it, even when time went back. */
  next(serverTime: number, bits: MessageIdBits): bigint {
    const now = messageIdAt(serverTime)
    const base = now > this.#last ? now & ~3n : (this.#last | 3n) + 1n
    this.#last = base | BigInt(bits)
    return this.#last
  }

  /**
   * Goes back to this id, because higher ones were refused as too far in the future and so are known to nobody.
   */
  restartAfter(msgId: bigint): void {
    if (msgId < this.#last) this.#last = msgId
  }
}
