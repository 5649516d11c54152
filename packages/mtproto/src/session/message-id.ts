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

/** Bits of a msg_id that are finer than a millisecond, without the lowest two. */
const FINE_BITS = 0xf_ffff

/** About a millisecond. */
const SKIPPED = 1n << 22n
/** 30 s, by which a server lets msg_ids run ahead of its time. */
const AHEAD = 30n << 32n

export class MessageIds {
  #last = 0n
  #givenUp = 0n
  readonly #random: (length: number) => Uint8Array

  constructor(random: (length: number) => Uint8Array) {
    this.#random = random
  }

  /** The highest id given out. */
  get last(): bigint {
    return this.#last
  }

  /** The highest id given out before going back to lower ones; 0 if that never happened. */
  get givenUp(): bigint {
    return this.#givenUp
  }

  /**
   * The next id at this moment of the server's time (ms): higher than all before it, even when time went back. What is
   * finer than the clock is random, so that an id is not given out again after the time was corrected.
   */
  next(serverTime: number, bits: MessageIdBits): bigint {
    let base = messageIdAt(serverTime)
    if (base > this.#last) base += BigInt(this.#fine() << 2)
    else base = (this.#last | 3n) + 1n
    this.#last = base | BigInt(bits)
    return this.#last
  }

  /**
   * Goes back to this id, because higher ones were refused as too far in the future and so are known to nobody. Ids a
   * little higher may have been accepted nevertheless, without a word about it: they are skipped.
   */
  restartAfter(msgId: bigint): void {
    const restart = this.#littleAfter(msgId)
    if (restart >= this.#last) return
    if (this.#last > this.#givenUp) this.#givenUp = this.#last
    this.#last = restart
  }

  /** This id was accepted although it was given up; so may be those that were given out soon after it. */
  continueAfter(msgId: bigint): void {
    if (msgId <= this.#last) return
    const soonAfter = msgId <= this.#givenUp && this.#givenUp - msgId <= AHEAD
    this.#last = soonAfter ? this.#givenUp : this.#littleAfter(msgId)
  }

  #littleAfter(msgId: bigint): bigint {
    return msgId + SKIPPED + BigInt(this.#fine() << 2)
  }

  #fine(): number {
    const [low = 0, middle = 0, high = 0] = this.#random(3)
    return (low | (middle << 8) | (high << 16)) & FINE_BITS
  }
}
