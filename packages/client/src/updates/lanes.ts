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
function laneOf(delivery: ProgramDelivery): Lane {
  if (delivery.type !== 'update') {
    const { channelId } = delivery
    return channelId === undefined ? EVERYTHING : toMarkedId({ kind: 'channel', id: channelId })
  }
  if (spansChats(delivery.update)) return EVERYTHING
  const chat = chatOfUpdate(delivery.update)
  return chat === undefined ? NO_CHAT : toMarkedId(chat)
}

type Lane = number | typeof EVERYTHING

/** What waits in a lane. */
export interface InLane {
  readonly lane: Lane
}

/** So long a queue is kept when it is empty: most of the time one item comes and goes. */
const KEPT = 16

export class Lanes<T extends InLane> {
  readonly #order: DeliveryOrder
  readonly #atOnce: number
  /** How many of one lane may be out at the same time. */
  #window: number
  /** What waits is from head to tail; those that began leave a hole until the front is cut off. */
  #queue: (T | undefined)[] = []
  #head = 0
  #tail = 0
  readonly #busy = new SparseMap<Lane, number>()
  #out = 0

  constructor(order: DeliveryOrder, atOnce: number, window: number) {
    this.#order = order
    this.#atOnce = atOnce
    this.#window = window
  }

  /** Items that have not begun. */
  get waiting(): number {
    return this.#tail - this.#head
  }

  /** How many of one lane may be out at the same time, from now on. */
  set window(window: number) {
    this.#window = window
  }

  /** The lane in which a delivery belongs. */
  laneOf(delivery: ProgramDelivery): Lane {
    return this.#order === 'session' ? NO_CHAT : laneOf(delivery)
  }

  add(item: T): void {
    this.#queue[this.#tail++] = item
  }

  /** The next that may begin now. Each is to be given back with `done`. */
  next(): T | undefined {
    if (this.#out >= this.#atOnce * this.#window || this.#head === this.#tail) return undefined
    // One lane for all, and it is not full.
    return this.#order === 'session' ? this.#take(this.#head) : this.#nextOfLanes()
  }

  done(lane: Lane): void {
    this.#out--
    if (this.#order === 'session') return
    const left = (this.#busy.get(lane) ?? 1) - 1
    if (left > 0) this.#busy.set(lane, left)
    else this.#busy.delete(lane)
  }

  clear(): void {
    if (this.#queue.length > KEPT) this.#queue = []
    else this.#queue.fill(undefined)
    this.#head = 0
    this.#tail = 0
  }

  #nextOfLanes(): T | undefined {
    /** Lanes in which an earlier item waits. */
    let blocked: Set<Lane> | undefined
    for (let at = this.#head; at < this.#tail; at++) {
      const lane = this.#queue[at]?.lane
      if (lane === undefined) continue
      if (lane === EVERYTHING) {
        if (this.#out > 0 || blocked !== undefined) return undefined
      } else if (this.#busy.has(EVERYTHING) || blocked?.has(lane) === true || this.#isFull(lane)) {
        blocked ??= new Set()
        blocked.add(lane)
        continue
      }
      this.#busy.set(lane, (this.#busy.get(lane) ?? 0) + 1)
      return this.#take(at)
    }
    return undefined
  }

  #isFull(lane: Lane): boolean {
    return (this.#busy.get(lane) ?? 0) >= this.#window
  }

  #take(at: number): T | undefined {
    const item = this.#queue[at]
    this.#out++
    if (at !== this.#head) {
      this.#queue.splice(at, 1)
      this.#tail--
      return item
    }
    this.#queue[at] = undefined
    this.#head++
    if (this.#head === this.#tail) {
      // Nothing waits, as most of the time: no long array is kept, however many have waited.
      if (this.#queue.length > KEPT) this.#queue = []
      this.#head = 0
      this.#tail = 0
    } else if (this.#head > 256 && this.#head * 2 > this.#tail) {
      // The part that went out is cut off now and then, not with each item.
      this.#queue.splice(0, this.#head)
      this.#tail -= this.#head
      this.#head = 0
    }
    return item
  }
}
