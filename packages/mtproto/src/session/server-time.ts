/**
 * What time it is at the server. Every message from the server carries the moment it was made; the fastest one seen is
 * the nearest to the truth, so the estimate only moves forward, and is reset only by an answer that proves it wrong.
 */
import { messageIdTime } from './message-id.ts'

/** An answer this much (ms) older than its question shows that the estimate ran ahead. */
const AHEAD_TOLERANCE = 15_000
/** msg_id of an incoming message: "over 300 seconds in the past or over 30 seconds in the future" is refused. */
export const MAX_AGE = 300_000
export const MAX_AHEAD = 30_000

export type Age = 'valid' | 'old' | 'new'

export class ServerTime {
  /** ms that the server's clock is ahead of the session's. */
  offset: number
  /** Whether an answer on this connection has shown the estimate to be right. */
  proven = false

  constructor(offset: number) {
    this.offset = offset
  }

  /** The server's time, in ms since the epoch, at this moment of the session's time. */
  at(now: number): number {
    return now + this.offset
  }

  age(msgId: bigint, now: number): Age {
    const age = this.at(now) - messageIdTime(msgId)
    if (age > MAX_AGE) return 'old'
    return age < -MAX_AHEAD ? 'new' : 'valid'
  }

  /** A message arrived; it cannot come from the future. */
  observe(msgId: bigint, now: number): void {
    const offset = messageIdTime(msgId) - now
    if (offset > this.offset) this.offset = offset
  }

  /** An answer to a message of ours on this connection arrived: it is fresh, whatever our clock says. */
  observeAnswer(answerMsgId: bigint, questionMsgId: bigint, now: number): void {
    const behind = messageIdTime(questionMsgId) - messageIdTime(answerMsgId)
    if (behind > AHEAD_TOLERANCE) this.reset(answerMsgId, now)
    else this.observe(answerMsgId, now)
    this.proven = true
  }

  /** The server said that our time is wrong. */
  reset(msgId: bigint, now: number): void {
    this.offset = messageIdTime(msgId) - now
  }
}
