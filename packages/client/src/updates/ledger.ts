/**
 * Which positions may be saved. Deliveries can be finished in another order than that of their sequence (several chats
 * at once, acknowledgements by hand); a position counts only when everything before it in its sequence is done, and the
 * date only when everything handed out before it is done, whatever its sequence.
 *
 * What is done and waits for something earlier takes no room: neighbours that are done are merged.
 */

import { SparseMap } from '@telegram-mt/mtproto'
import type { SavedPositions } from './saved-positions.ts'
import type { Position } from './types.ts'

/** A place in the ledger, given back with `done`. */
export interface Mark {
  readonly sequence: number
  position: Position | undefined
  finished: boolean
  before: Mark | undefined
  after: Mark | undefined
  readonly period: Period
}

/** Everything handed out between one date and the next. */
interface Period {
  open: number
  /** The date at its end; `undefined` while it goes on. */
  date: number | undefined
}

/** The first and last mark of a sequence that has something unfinished. */
interface Chain {
  readonly sequence: number
  first: Mark
  last: Mark
}

/** Dates waiting at most; letting one go is safe, as the next vouches for more. */
const MOST_PERIODS = 16

export class Ledger {
  readonly #saved: SavedPositions
  /** Of the sequences that have something unfinished one, which most of the time is the only one; and the others. */
  #one: Chain | undefined
  readonly #others = new SparseMap<number, Chain>()
  #periods: Period[] = [{ open: 0, date: undefined }]
  #open = 0

  constructor(saved: SavedPositions) {
    this.#saved = saved
  }

  /** Deliveries handed out and not done. */
  get open(): number {
    return this.#open
  }

  add(sequence: number, position: Position | undefined): Mark {
    const period = this.#currentPeriod()
    const chain = this.#chain(sequence)
    const mark: Mark = { sequence, position, finished: false, before: chain?.last, after: undefined, period }
    if (chain === undefined) this.#begin({ sequence, first: mark, last: mark })
    else {
      chain.last.after = mark
      chain.last = mark
    }
    period.open++
    this.#open++
    return mark
  }

  done(mark: Mark): void {
    if (mark.finished) return
    mark.finished = true
    this.#open--
    mark.period.open--
    this.#merge(mark)
    this.#settle(mark.sequence)
    this.#settleDates()
  }

  /** A position that stands alone: due once all before it in its sequence is done. */
  note(sequence: number, position: Position): void {
    if (position.type !== 'date') {
      this.done(this.add(sequence, position))
      return
    }
    const current = this.#currentPeriod()
    if (this.#periods.length >= MOST_PERIODS) return
    current.date = position.date
    this.#periods.push({ open: 0, date: undefined })
    this.#settleDates()
  }

  #currentPeriod(): Period {
    const current = this.#periods.at(-1)
    if (current !== undefined) return current
    const first: Period = { open: 0, date: undefined }
    this.#periods.push(first)
    return first
  }

  /** Of finished neighbours the later position is all that counts. */
  #merge(mark: Mark): void {
    const { before, after } = mark
    if (after?.finished === true) {
      mark.position = after.position ?? mark.position
      this.#unlink(after)
    }
    if (before?.finished === true) {
      before.position = mark.position ?? before.position
      this.#unlink(mark)
    }
  }

  #unlink(mark: Mark): void {
    const chain = this.#chain(mark.sequence)
    if (chain === undefined) return
    if (mark.before !== undefined) mark.before.after = mark.after
    else if (mark.after !== undefined) chain.first = mark.after
    if (mark.after !== undefined) mark.after.before = mark.before
    else if (mark.before !== undefined) chain.last = mark.before
    else this.#end(chain)
  }

  #chain(sequence: number): Chain | undefined {
    return this.#one?.sequence === sequence ? this.#one : this.#others.get(sequence)
  }

  #begin(chain: Chain): void {
    if (this.#one === undefined) this.#one = chain
    else this.#others.set(chain.sequence, chain)
  }

  #end(chain: Chain): void {
    if (this.#one === chain) this.#one = undefined
    else this.#others.delete(chain.sequence)
  }

  /** After merging at most the first mark of a sequence is finished. */
  #settle(sequence: number): void {
    const first = this.#chain(sequence)?.first
    if (first === undefined || !first.finished) return
    if (first.position !== undefined) this.#saved.apply(first.position)
    this.#unlink(first)
  }

  #settleDates(): void {
    for (let first = this.#periods[0]; first !== undefined; first = this.#periods[0]) {
      if (first.open > 0 || first.date === undefined) return
      this.#saved.apply({ type: 'date', date: first.date })
      this.#periods.shift()
    }
  }
}
