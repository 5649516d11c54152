/**
 * The order in which deliveries may be handled. By session: one after the other. By chat: those of different chats at the
 * same time, those of one chat one after the other, and what is about several chats when all before it is done and before
 * all after it begins.
 */

import { SparseMap } from '@telegram-mt/mtproto'
import { toMarkedId } from '../peers/marked-id.ts'
import { chatOfUpdate, spansChats } from './chat-of.ts'
import type { ProgramDelivery } from './handler.ts'

export type DeliveryOrder = 'session' | 'chat'

const EVERYTHING = 'everything'
/** What is about no chat at all, such as a change of settings. */
const NO_CHAT = 0

/** The lane of a delivery: a marked chat id, or `everything` for what must have the field for itself. */
export function laneOf(delivery: ProgramDelivery): number | typeof EVERYTHING {
  if (delivery.type !== 'update') {
    const { channelId } = delivery
    return channelId === undefined ? EVERYTHING : toMarkedId({ kind: 'channel', id: channelId })
  }
  if (spansChats(delivery.update)) return EVERYTHING
  const chat = chatOfUpdate(delivery.update)
  return chat === undefined ? NO_CHAT : toMarkedId(chat)
}

interface Waiting<T> {
  readonly item: T
  readonly lane: number | typeof EVERYTHING
}

export class Lanes<T> {
  readonly #order: DeliveryOrder
  readonly #atOnce: number
  /** How many of one lane may be out at the same time. */
  #window: number
  /** Those that began leave a hole until the front is cut off. */
  #queue: (Waiting<T> | undefined)[] = []
  #head = 0
  readonly #busy = new SparseMap<number | typeof EVERYTHING, number>()
  #out = 0

  constructor(order: DeliveryOrder, atOnce: number, window: number) {
    this.#order = order
    this.#atOnce = atOnce
    this.#window = window
  }

  /** Items that have not begun. */
  get waiting(): number {
    return this.#queue.length - this.#head
  }

  /** How many of one lane may be out at the same time, from now on. */
  set window(window: number) {
    this.#window = window
  }

  add(item: T, lane: number | typeof EVERYTHING): void {
    this.#queue.push({ item, lane: this.#order === 'session' ? NO_CHAT : lane })
  }

  /** The next that may begin now. Each is to be given back with `done`. */
  next(): Waiting<T> | undefined {
    if (this.#out >= this.#atOnce * this.#window) return undefined
    if (this.#head === this.#queue.length) return undefined
    /** Lanes in which an earlier item waits. */
    const blocked = new Set<number | typeof EVERYTHING>()
    for (let at = this.#head; at < this.#queue.length; at++) {
      const waiting = this.#queue[at]
      if (waiting === undefined) continue
      const { lane } = waiting
      if (lane === EVERYTHING) {
        if (this.#out > 0 || blocked.size > 0) return undefined
      } else if (this.#busy.has(EVERYTHING) || blocked.has(lane) || this.#isFull(lane)) {
        blocked.add(lane)
        if (this.#order === 'session') return undefined
        continue
      }
      this.#remove(at)
      this.#busy.set(lane, (this.#busy.get(lane) ?? 0) + 1)
      this.#out++
      return waiting
    }
    return undefined
  }

  done(lane: number | typeof EVERYTHING): void {
    this.#out--
    const left = (this.#busy.get(lane) ?? 1) - 1
    if (left > 0) this.#busy.set(lane, left)
    else this.#busy.delete(lane)
  }

  clear(): void {
    this.#queue = []
    this.#head = 0
  }

  #isFull(lane: number | typeof EVERYTHING): boolean {
    return (this.#busy.get(lane) ?? 0) >= this.#window
  }

  #remove(at: number): void {
    if (at !== this.#head) {
      this.#queue.splice(at, 1)
      return
    }
    this.#queue[at] = undefined
    this.#head++
    // Most of the time nothing waits: then no array is kept, however long it once was.
    if (this.#head === this.#queue.length) this.clear()
    // The part that went out is cut off now and then, not with each item.
    if (this.#head > 256 && this.#head * 2 > this.#queue.length) {
      this.#queue.splice(0, this.#head)
      this.#head = 0
    }
  }
}
