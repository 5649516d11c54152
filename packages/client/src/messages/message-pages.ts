/** Walking through messages page by page, in both directions (https://core.telegram.org/api/offsets). */
import type { tl } from '../layer.ts'
import type { AnyMessage } from './get-messages.ts'

/** From where to where, and how many. Ids and dates are never part of the range themselves. */
export interface MessageRange {
  /** At most so many; default all. */
  limit?: number | undefined
  /** Only messages older than this one, or than this date. */
  before?: number | Date | undefined
  /** Only messages newer than this one, or than this date. */
  after?: number | Date | undefined
  /** The oldest first. */
  oldestFirst?: boolean | undefined
  /** How many to ask for at once: 1 to 100, default 100. */
  pageSize?: number | undefined
  signal?: AbortSignal | undefined
}

/** What a method of the API takes to give one page. */
export interface PageRequest {
  offsetId: number
  offsetDate: number
  addOffset: number
  limit: number
  maxId: 0
  minId: number
  hash: 0n
}

export type FetchPage = (request: PageRequest) => Promise<tl.messages.Messages>

/** "limit … at most 100" per call. */
const PAGE = 100

/** Pages of messages, each in the order asked for and never empty. */
export async function* messagePages(
  fetch: FetchPage,
  range: MessageRange,
): AsyncGenerator<AnyMessage[], void, undefined> {
  const walk = new Walk(range)
  for (;;) {
    range.signal?.throwIfAborted()
    const request = walk.next()
    if (request === undefined) return
    const page = walk.take(await fetch(request))
    if (page.length > 0) yield page
  }
}

/** The messages one by one. */
export async function* messagesOf(
  fetch: FetchPage,
  range: MessageRange,
): AsyncGenerator<AnyMessage, void, undefined> {
  for await (const page of messagePages(fetch, range)) yield* page
}

/** Where a walk is. */
class Walk {
  readonly #range: MessageRange
  readonly #up: boolean
  readonly #pageSize: number
  #left: number
  #offsetId: number
  #offsetDate: number
  #done = false

  constructor(range: MessageRange) {
    this.#range = range
    this.#up = range.oldestFirst === true
    this.#pageSize = Math.min(Math.max(1, range.pageSize ?? PAGE), PAGE)
    this.#left = range.limit ?? Number.POSITIVE_INFINITY
    const from = this.#up ? range.after : range.before
    this.#offsetDate = from instanceof Date ? seconds(from) + (this.#up ? 1 : 0) : 0
    // Upwards a page begins at the offset itself: "add_offset = -limit" turns it around.
    this.#offsetId =
      typeof from === 'number' ? from + (this.#up ? 1 : 0) : this.#up && from === undefined ? 1 : 0
  }

  next(): PageRequest | undefined {
    if (this.#done || this.#left <= 0) return undefined
    const { after } = this.#range
    const limit = Math.min(this.#pageSize, this.#left)
    return {
      offsetId: this.#offsetId,
      offsetDate: this.#offsetDate,
      addOffset: this.#up ? -limit : 0,
      limit,
      maxId: 0,
      minId: !this.#up && typeof after === 'number' ? after : 0,
      hash: 0n,
    }
  }

  take(answer: tl.messages.Messages): AnyMessage[] {
    if (answer._ === 'messages.messagesNotModified') {
      this.#done = true
      return []
    }
    const fresh = answer.messages.filter((message) => this.#isAhead(message.id))
    fresh.sort((a, b) => (this.#up ? a.id - b.id : b.id - a.id))
    const last = fresh.at(-1)
    // "messages.messages: full list of messages": there is no other page.
    if (last === undefined || answer._ === 'messages.messages') this.#done = true
    if (last !== undefined) {
      this.#offsetId = last.id + (this.#up ? 1 : 0)
      this.#offsetDate = 0
    }
    const page: AnyMessage[] = []
    for (const message of fresh) {
      if (message._ === 'messageEmpty') continue
      if (this.#isPast(message)) {
        this.#done = true
        break
      }
      if (this.#isBefore(message)) continue
      if (this.#left <= 0) break
      this.#left--
      page.push(message)
    }
    return page
  }

  #isAhead(id: number): boolean {
    return this.#up ? id >= this.#offsetId : this.#offsetId === 0 || id < this.#offsetId
  }

  /** Beyond the far end of the range. */
  #isPast(message: AnyMessage): boolean {
    const end = this.#up ? this.#range.before : this.#range.after
    if (end === undefined) return false
    const at = end instanceof Date ? message.date : message.id
    const bound = end instanceof Date ? seconds(end) : end
    return this.#up ? at >= bound : at <= bound
  }

  /** Short of the near end of the range: a date as offset is not exact. */
  #isBefore(message: AnyMessage): boolean {
    const start = this.#up ? this.#range.after : this.#range.before
    if (!(start instanceof Date)) return false
    return this.#up ? message.date <= seconds(start) : message.date >= seconds(start)
  }
}

const seconds = (date: Date): number => Math.floor(date.getTime() / 1000)
