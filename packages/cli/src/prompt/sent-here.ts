/**
 * What an account sends comes back to it as an update like any other. What was sent from this prompt was shown there; what
 * was sent from another device is news.
 */
import type { IncomingMessage } from 'telegram-mt'

/** Messages remembered; each is asked about once, soon after. */
const MOST = 100

export class SentHere {
  readonly #sent = new Set<string>()
  #underWay: Promise<unknown> = Promise.resolve()

  /** Takes note of a send: of its message as soon as that is known. */
  async track<T extends { id: number }>(session: { id: string }, send: Promise<T>): Promise<T> {
    const noted = send.then(({ id }) => {
      this.#sent.add(`${session.id}/${id}`)
      for (const oldest of this.#sent) if (this.#sent.size > MOST) this.#sent.delete(oldest)
    })
    const before = this.#underWay
    this.#underWay = Promise.allSettled([before, noted])
    return await send
  }

  /** Whether this message, which the account has sent, was sent from here. The update may come before the answer. */
  async has(session: { id: string }, { message }: IncomingMessage): Promise<boolean> {
    await this.#underWay
    return this.#sent.delete(`${session.id}/${message.id}`)
  }
}
