/** What the box has seen: the last calls, to look through and to wait for. */

/** A call that the box has answered (or was made not to). */
export interface CallReport {
  /** Counts up from 1. */
  number: number
  /** When it came, ms since the epoch by the box's clock. */
  at: number
  /** ms from its coming to its answer. */
  took: number
  dc: number
  /** Of the connection that carried its session when it was answered. */
  connection: number | undefined
  /** The permanent key's. */
  authKeyId: bigint
  sessionId: bigint
  /** The call's own. */
  msgId: bigint
  userId: number | undefined
  layer: number
  /** `unreadable` if the bytes were no call; `rpc_drop_answer` if the client gave up the call with this msgId. */
  method: string
  /** What was asked, as decoded; absent if large. Take what is in it as it is: it may hold passwords and messages. */
  params?: object
  /** `400 PEER_ID_INVALID`; absent if the call went well. */
  error?: string
  /** The kind of fault that struck it. */
  fault?: string
}

/** Which calls are meant; what is left out does not matter. */
export interface CallFilter {
  /** A name, or its beginning: `messages.*`. */
  method?: string | undefined
  userId?: number | undefined
  dc?: number | undefined
  /** Only calls that went well, or only those that did not. */
  failed?: boolean | undefined
  /** Only calls with a higher number. */
  since?: number | undefined
}

/** The calls meant: a method (or its beginning, `messages.*`), a filter, or a function that says. */
export type CallMatch = string | CallFilter | ((call: CallReport) => boolean)

interface Waiter {
  matches: (call: CallReport) => boolean
  found: (call: CallReport) => void
}

const KEPT = 5000
const PATIENCE = 10_000

/** What clients have asked: the last 5,000 calls, to look through and to wait for. */
export class CallLog {
  #calls: CallReport[] = []
  #waiters = new Set<Waiter>()
  #last = 0

  /** Calls seen so far, those no longer kept included. */
  get count(): number {
    return this.#last
  }

  /** The calls that are kept (the last 5,000, since `clear`), oldest first. */
  all(match?: CallMatch): CallReport[] {
    return match === undefined ? [...this.#calls] : this.#calls.filter(matcher(match))
  }

  /** The names of the methods called, in order. */
  methods(match?: CallMatch): string[] {
    return this.all(match).map(({ method }) => method)
  }

  /** Forgets what was seen so far; numbers go on. */
  clear(): void {
    this.#calls = []
  }

  /**
   * The first call that matches, of those kept or of those to come. A name stands for calls of that method.
   * @throws Error when none has come in `timeout` ms (default 10,000), naming the calls that did
   */
  waitFor(match: CallMatch, timeout = PATIENCE): Promise<CallReport> {
    const matches = matcher(match)
    const seen = this.#calls.find(matches)
    if (seen !== undefined) return Promise.resolve(seen)
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter)
        const methods = this.#calls.slice(-20).map(({ method }) => method)
        const wanted = typeof match === 'string' ? match : 'the awaited one'
        reject(
          new Error(
            `no call was ${wanted} in ${timeout} ms; the last calls: ${methods.join(', ') || 'none'}`,
          ),
        )
      }, timeout)
      const waiter: Waiter = {
        matches,
        found: (call) => {
          clearTimeout(timer)
          resolve(call)
        },
      }
      this.#waiters.add(waiter)
    })
  }

  /** @internal */
  add(call: Omit<CallReport, 'number'>): CallReport {
    const numbered = { number: ++this.#last, ...call }
    this.#calls.push(numbered)
    // Cut in large steps: moving the rest along costs, too.
    if (this.#calls.length > KEPT * 1.25) this.#calls = this.#calls.slice(-KEPT)
    for (const waiter of this.#waiters) {
      if (!waiter.matches(numbered)) continue
      this.#waiters.delete(waiter)
      waiter.found(numbered)
    }
    return numbered
  }
}

function matcher(match: CallMatch): (call: CallReport) => boolean {
  if (typeof match === 'function') return match
  const { method, userId, dc, failed, since }: CallFilter =
    typeof match === 'string' ? { method: match } : match
  const prefix = method?.endsWith('*') ? method.slice(0, -1) : undefined
  return (call) =>
    (method === undefined ||
      (prefix === undefined ? call.method === method : call.method.startsWith(prefix))) &&
    (userId === undefined || call.userId === userId) &&
    (dc === undefined || call.dc === dc) &&
    (failed === undefined || (call.error !== undefined) === failed) &&
    (since === undefined || call.number > since)
}
