/**
 * Acknowledgements that are owed to the other side. They travel along with other messages; alone only when they are
 * many or have waited long (https://core.telegram.org/mtproto/service_messages_about_messages#acknowledgment-of-receipt).
 */
import { MSGS_ACK } from './constructors.ts'
import { MAX_IDS, writeIds } from './service-messages.ts'

/** So many make the sender stop waiting. */
const ENOUGH = 100
const FEW = 3

export class PendingAcks {
  #msgIds: bigint[] = []
  #since = 0
  readonly #delay: number

  /** `delay` in ms: how long an acknowledgement waits for company. */
  constructor(delay: number) {
    this.#delay = delay
  }

  get size(): number {
    return this.#msgIds.length
  }

  add(msgId: bigint, now: number): void {
    if (this.#msgIds.length === 0) this.#since = now
    // An array that is pushed to makes room for 17 at once; an idle session owes one or two, for long.
    if (this.#msgIds.length < FEW) this.#msgIds = [...this.#msgIds, msgId]
    else this.#msgIds.push(msgId)
  }

  /** No longer owed, because an answer says as much. */
  remove(msgId: bigint): void {
    if (this.#msgIds.includes(msgId)) this.#msgIds = this.#msgIds.filter((other) => other !== msgId)
  }

  /** When they must go out, alone if need be. */
  get dueAt(): number {
    if (this.#msgIds.length === 0) return Number.POSITIVE_INFINITY
    return this.#msgIds.length >= ENOUGH ? Number.NEGATIVE_INFINITY : this.#since + this.#delay
  }

  /** All that are owed, in lists that fit one message each; nothing is owed any more. */
  take(): bigint[][] {
    const lists: bigint[][] = []
    for (let at = 0; at < this.#msgIds.length; at += MAX_IDS) lists.push(this.#msgIds.slice(at, at + MAX_IDS))
    this.clear()
    return lists
  }

  clear(): void {
    if (this.#msgIds.length > 0) this.#msgIds = []
  }
}

export function writeAcks(msgIds: readonly bigint[]): Uint8Array {
  return writeIds(MSGS_ACK, msgIds)
}
