/**
 * Keeps the order of sends to one chat while they are in the making: who is ready sooner waits for those asked for earlier,
 * however each has named the chat. A name is looked up before anybody behind it takes a place, as it may turn out to be theirs;
 * if Telegram has to be asked whose it is, which may take long, only those of the same name wait.
 */
import { SparseMap } from '@telegram-mt/mtproto'
import type { PeerLike } from '../../peers/directory.ts'
import { fromMarkedId, type PeerKey } from '../../peers/marked-id.ts'
import { parsePeerText } from '../../peers/peer-text.ts'

/** The chat of a send, which may not be known yet. */
export type Destination =
  | PeerKey
  | {
      readonly name: string
      readonly found: Promise<PeerKey>
      /** Resolves if Telegram is asked. */
      readonly asked: Promise<void>
    }

/** Resolves when the earlier ones of the line have passed; absent if there are none. */
interface Place {
  readonly before: Promise<void> | undefined
}

interface Naming {
  readonly place: Promise<Place>
  readonly asked: Promise<void>
}

export class PreparationLines {
  readonly #last = new SparseMap<string, Promise<void>>()
  readonly #namings = new SparseMap<string, Naming>()
  /** Resolves when all asked for so far have their places, or are asking Telegram. */
  #placed: Promise<void> | undefined

  /** Goes on with what was made when all earlier ones of the line have gone on, or failed. */
  async pass<T, U>(to: Destination, making: Promise<T>, goOn: (made: T) => Promise<U>): Promise<U> {
    let leave = () => {}
    const left = new Promise<void>((resolve) => {
      leave = resolve
    })
    const place = this.#take(to, left)
    try {
      const made = await making
      const { before } = await place
      await before
      return await goOn(made)
    } finally {
      leave()
    }
  }

  #take(to: Destination, left: Promise<void>): Place | Promise<Place> {
    const placed = this.#placed
    if ('kind' in to) {
      if (placed === undefined) return this.#enter(to, left)
      const place = placed.then(() => this.#enter(to, left))
      this.#hold(place)
      return place
    }
    const { name } = to
    const found = to.found.catch(() => undefined)
    const earlier = this.#namings.get(name)
    const asked = earlier === undefined ? to.asked : Promise.race([to.asked, earlier.asked])
    const place = (async () => {
      await placed
      await earlier?.place
      const peer = await found
      // Of one that is nobody's nothing will be made.
      return peer === undefined ? { before: undefined } : this.#enter(peer, left)
    })()
    const naming = { place, asked }
    this.#namings.set(name, naming)
    place.then(() => {
      if (this.#namings.get(name) === naming) this.#namings.delete(name)
    })
    this.#hold(Promise.race([place, asked]), placed)
    return place
  }

  /** At the end of the line, which one that fails keeps together too. */
  #enter({ kind, id }: PeerKey, left: Promise<void>): Place {
    const line = `${kind} ${id}`
    const before = this.#last.get(line)
    const passed = left.then(() => before)
    this.#last.set(line, passed)
    passed.then(() => {
      if (this.#last.get(line) === passed) this.#last.delete(line)
    })
    return { before }
  }

  /** Whoever comes later takes no place before these are settled. */
  #hold(...settled: (Promise<unknown> | undefined)[]): void {
    const placed = Promise.all(settled).then(() => {
      if (this.#placed === placed) this.#placed = undefined
    })
    this.#placed = placed
  }
}

/**
 * The peer that is named, or the name itself if somebody has to look up whose it is.
 * @throws PeerError `PEER_INVALID`, `PEER_IS_INVITE`
 */
export function peerOrName(to: PeerLike, self: number): PeerKey | string {
  if (typeof to === 'number') return fromMarkedId(to)
  if (typeof to === 'string') {
    const named = parsePeerText(to)
    if (named.by === 'username') return `@${named.username.toLowerCase()}`
    if (named.by === 'phone') return `+${named.phone}`
    return named.by === 'id' ? named.peer : { kind: 'user', id: self }
  }
  if ('kind' in to) return to
  if ('userId' in to) return { kind: 'user', id: to.userId }
  if ('chatId' in to) return { kind: 'chat', id: to.chatId }
  if ('channelId' in to) return { kind: 'channel', id: to.channelId }
  return { kind: 'id' in to ? to._ : 'user', id: 'id' in to ? to.id : self }
}
