/** Keeps the order of sends to one peer while they are in the making: who is ready sooner waits for those asked for earlier. */
import { SparseMap } from '@telegram-mt/mtproto'
import type { PeerLike } from '../../peers/directory.ts'

export class PreparationLines {
  readonly #last = new SparseMap<string, Promise<void>>()

  /** Goes on with what was made when all earlier ones of the line have gone on, or failed. */
  async pass<T, U>(line: string, making: Promise<T>, goOn: (made: T) => Promise<U>): Promise<U> {
    const before = this.#last.get(line)
    const passing = (async () => {
      const made = await making
      await before
      return await goOn(made)
    })()
    // Also one that fails keeps the line together.
    const passed = passing.then(
      () => undefined,
      () => before,
    )
    this.#last.set(line, passed)
    try {
      return await passing
    } finally {
      if (this.#last.get(line) === passed) this.#last.delete(line)
    }
  }
}

/** The line of a peer, by how the program names it: the same name is the same chat. */
export function lineOf(to: PeerLike): string {
  if (typeof to === 'string') return to.trim().toLowerCase()
  if (typeof to === 'number') return String(to)
  if ('kind' in to) return `${to.kind} ${to.id}`
  if ('userId' in to) return `user ${to.userId}`
  if ('chatId' in to) return `chat ${to.chatId}`
  if ('channelId' in to) return `channel ${to.channelId}`
  return 'id' in to ? `${to._} ${to.id}` : to._
}
