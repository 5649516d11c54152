/** Who goes on the tour, and what helps its steps: waiting for a message, collecting what an iteration gives. */
import assert from 'node:assert/strict'
import type { AnyMessage, IncomingMessage, Session, Telegram, tl } from 'telegram-mt'

/** Phone numbers of the world: `world.json`. */
export const ANN = '9996610001'
export const BOB = '9996620002'

/** What every chapter gets. */
export interface Company {
  telegram: Telegram
  ann: Session
  bob: Session
  bot: Session
  /** A folder that is gone afterwards. */
  folder: string
  /** The next code that the box sends: to a phone, or to an address. */
  nextCode: () => Promise<string>
  /** Messages that have come to each, so far and from now on. */
  arrivals: Map<Session, Arrivals>
}

/** Collects what comes to a session. */
export class Arrivals {
  readonly #seen: IncomingMessage[] = []
  readonly #waiting = new Set<() => void>()

  constructor(session: Session) {
    session.onMessage((message) => {
      this.#seen.push(message)
      for (const look of [...this.#waiting]) look()
    })
  }

  /** The first message with this text. */
  text(text: string): Promise<IncomingMessage & { message: tl.message }> {
    return new Promise((resolve) => {
      const look = () => {
        const found = this.#seen.find((one) => one.text === text && !one.out)
        if (found?.message._ !== 'message') return
        this.#waiting.delete(look)
        resolve({ ...found, message: found.message })
      }
      this.#waiting.add(look)
      look()
    })
  }
}

export function arrivalsOf(company: Company, session: Session): Arrivals {
  const arrivals = company.arrivals.get(session)
  assert(arrivals)
  return arrivals
}

export async function all<T>(from: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const one of from) found.push(one)
  return found
}

export const textsOf = (messages: readonly AnyMessage[]): string[] =>
  messages.map((message) => (message._ === 'message' ? message.message : `(${message.action._})`))

/** The login code of a test number: its datacenter five times. */
export const codeOf = (phone: string): string => (phone[5] ?? '').repeat(5)

/** The beginning of a JPEG that says how large it is: enough of a picture for the box. */
export function picture(width: number, height: number): Uint8Array {
  const size = [height >> 8, height & 255, width >> 8, width & 255]
  const start = [0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, ...size, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]
  return Uint8Array.from([...start, 0xff, 0xd9])
}
