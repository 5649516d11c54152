/** The books of a soak: every call that was made and how it ended, every message that was sent and where it arrived. */
import { SendKeptError } from 'telegram-mt'
import { Numbers } from './numbers.ts'
import { type BoxTally, readText, streamOf, textOf } from './plan.ts'

interface OpenCall {
  readonly method: string
  readonly by: string
  readonly since: number
}

/** What one person has written to one chat. */
interface Stream {
  sent: number
  /**
   * Given up by the program, by the end of a key, or refused: seen once at most. Also one that is refused may be there: an
   * attempt before it, whose answer was lost with its session, may have been executed.
   */
  readonly givenUp: Numbers
  readonly open: Set<number>
  /** By receiver. */
  readonly arrived: Map<string, Numbers>
  /** Arrived after a later one. */
  readonly late: Numbers
}

export interface Calls {
  readonly made: number
  readonly answered: number
  /** By error code. */
  readonly failed: Readonly<Record<string, number>>
  /** Ended with something that is no typed error. */
  readonly untyped: readonly string[]
  /** Have not ended. */
  readonly hanging: readonly string[]
  /** Ms by which a call has outlived its deadline at most. */
  readonly latest: number
}

export interface Messages {
  readonly sent: number
  readonly confirmed: number
  /** Refused, or not waited for any longer. */
  readonly givenUp: number
  /** Have not ended; also those that were kept, of which nothing was told afterwards. */
  readonly hanging: number
  /** Confirmed, and not at Telegram. */
  readonly lost: number
  /** Twice at Telegram. */
  readonly doubled: number
  /** Never sent, and at Telegram all the same. */
  readonly phantom: number
  /** At Telegram, to be seen by so many receivers altogether. */
  readonly expected: number
  readonly arrived: number
  /** At Telegram, and not seen by a receiver. */
  readonly missing: number
  /** Seen twice by a receiver. */
  readonly repeated: number
  /** Out of order, at Telegram or at a receiver. */
  readonly disordered: number
  /** The first few that are wrong, in words. */
  readonly examples: readonly string[]
}

const EXAMPLES = 20

/** The name of an error by which it is counted; undefined if it is no typed one. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if ('pattern' in error && typeof error.pattern === 'string') return error.pattern
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

export class Ledger {
  readonly #receiversOf: (stream: string) => readonly string[]
  readonly #open = new Map<number, OpenCall>()
  readonly #streams = new Map<string, Stream>()
  readonly #failed: Record<string, number> = {}
  readonly #untyped: string[] = []
  /** Kept in the outbox as their account was lost, by random id: when it is back, what has become of them is told. */
  readonly #kept = new Map<bigint, { readonly stream: Stream; readonly n: number }>()
  #made = 0
  #latest = 0
  #answered = 0
  #sent = 0
  #arrived = 0
  #repeated = 0

  /** @param receiversOf who is to see what is written in a stream */
  constructor(receiversOf: (stream: string) => readonly string[]) {
    this.#receiversOf = receiversOf
  }

  get made(): number {
    return this.#made
  }
  get open(): number {
    return this.#open.size
  }
  get failed(): number {
    return this.#made - this.#answered - this.#open.size
  }
  get sent(): number {
    return this.#sent
  }
  get kept(): number {
    return this.#kept.size
  }
  get arrived(): number {
    return this.#arrived
  }

  /** Follows a call to its end. Never rejects; gives the error's code, or undefined if it went well. */
  async call(
    by: string,
    method: string,
    made: () => Promise<unknown>,
    timeout = Number.POSITIVE_INFINITY,
  ): Promise<string | undefined> {
    const number = ++this.#made
    const startedAt = performance.now()
    this.#open.set(number, { method, by, since: Date.now() })
    try {
      await made()
      this.#answered++
      return undefined
    } catch (error) {
      const code = codeOf(error)
      if (code === undefined) this.#untyped.push(`${method}: ${String(error)}`)
      else this.#failed[code] = (this.#failed[code] ?? 0) + 1
      return code ?? 'untyped'
    } finally {
      this.#open.delete(number)
      this.#latest = Math.max(this.#latest, performance.now() - startedAt - timeout)
    }
  }

  /** Follows a message to its end. Never rejects. */
  async send(from: string, chat: string, send: (text: string) => Promise<unknown>): Promise<void> {
    const name = streamOf(from, chat)
    const stream = this.#stream(name)
    const n = ++stream.sent
    this.#sent++
    stream.open.add(n)
    const made = () =>
      send(textOf(name, n)).catch((error: unknown) => {
        if (error instanceof SendKeptError) this.#kept.set(error.randomId, { stream, n })
        throw error
      })
    const code = await this.call(from, 'messages.sendMessage', made)
    if (code === 'SEND_KEPT') return
    stream.open.delete(n)
    if (code !== undefined) stream.givenUp.add(n)
  }

  /** A send that was kept has ended. */
  settled(randomId: bigint, sent: boolean): void {
    const kept = this.#kept.get(randomId)
    if (kept === undefined) return
    this.#kept.delete(randomId)
    kept.stream.open.delete(kept.n)
    if (!sent) kept.stream.givenUp.add(kept.n)
  }

  /** A message has come to somebody. */
  arrives(to: string, text: string): void {
    const read = readText(text)
    if (read === undefined) return
    const stream = this.#stream(read.stream)
    let numbers = stream.arrived.get(to)
    if (numbers === undefined) {
      numbers = new Numbers()
      stream.arrived.set(to, numbers)
    }
    if (read.n < numbers.most) stream.late.add(read.n)
    if (numbers.add(read.n)) this.#arrived++
    else this.#repeated++
  }

  /** How many messages that the box has are still to arrive. */
  toArrive({ streams }: BoxTally): number {
    return Object.entries(streams).reduce((sum, [name, posted]) => {
      const { arrived } = this.#stream(name)
      const there = new Set(posted).size
      const missing = this.#receiversOf(name).map((to) => there - (arrived.get(to)?.size ?? 0))
      return sum + missing.reduce((all, one) => all + Math.max(0, one), 0)
    }, 0)
  }

  calls(): Calls {
    const now = Date.now()
    return {
      made: this.#made,
      answered: this.#answered,
      failed: { ...this.#failed },
      untyped: [...this.#untyped],
      latest: Math.round(this.#latest),
      hanging: [...this.#open.values()].map(
        ({ method, by, since }) => `${method} of ${by}, for ${Math.round((now - since) / 1000)} s`,
      ),
    }
  }

  messages({ streams }: BoxTally): Messages {
    const sum = { confirmed: 0, givenUp: 0, hanging: 0, expected: 0 }
    const wrong = { lost: 0, doubled: 0, phantom: 0, missing: 0, disordered: 0 }
    const examples: string[] = []
    const note = (what: keyof typeof wrong, stream: string, n: number, to?: string) => {
      wrong[what]++
      if (examples.length < EXAMPLES) {
        examples.push(`${what}: ${textOf(stream, n)}${to === undefined ? '' : ` at ${to}`}`)
      }
    }
    for (const [name, stream] of this.#streams) {
      const posted = streams[name] ?? []
      const there = new Numbers()
      for (const n of posted) {
        if (n < there.most && !stream.givenUp.has(n)) note('disordered', name, n)
        if (!there.add(n)) note('doubled', name, n)
        if (n > stream.sent) note('phantom', name, n)
      }
      for (let n = 1; n <= stream.sent; n++) {
        if (stream.givenUp.has(n)) sum.givenUp++
        else if (stream.open.has(n)) sum.hanging++
        else {
          sum.confirmed++
          if (!there.has(n)) note('lost', name, n)
        }
      }
      for (const to of this.#receiversOf(name)) {
        const seen = stream.arrived.get(to)
        for (const n of there) {
          sum.expected++
          if (seen?.has(n) !== true) note('missing', name, n, to)
        }
      }
      for (const n of stream.late) if (!stream.givenUp.has(n)) note('disordered', name, n)
    }
    return {
      sent: this.#sent,
      ...sum,
      ...wrong,
      arrived: this.#arrived,
      repeated: this.#repeated,
      examples,
    }
  }

  #stream(name: string): Stream {
    let stream = this.#streams.get(name)
    if (stream === undefined) {
      stream = {
        sent: 0,
        givenUp: new Numbers(),
        open: new Set(),
        arrived: new Map(),
        late: new Numbers(),
      }
      this.#streams.set(name, stream)
    }
    return stream
  }
}
