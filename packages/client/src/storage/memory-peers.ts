/** The peers of one session in memory, by kind and number: a text for both would be most of what a peer takes. */
import { SparseMap } from '@telegram-mt/mtproto'
import { usernameKey } from './check.ts'
import { mergePeer, type PeerWrite } from './merge.ts'
import type { PeerKey, PeerKind, PeerRecord } from './records.ts'

export class MemoryPeers {
  readonly #user = new SparseMap<number, PeerRecord>()
  readonly #chat = new SparseMap<number, PeerRecord>()
  readonly #channel = new SparseMap<number, PeerRecord>()
  readonly #usernames = new SparseMap<string, PeerKey>()

  get({ kind, id }: PeerKey): PeerRecord | undefined {
    return this.#of(kind).get(id)
  }

  byUsername(username: string): PeerRecord | undefined {
    const key = this.#usernames.get(usernameKey(username))
    return key && this.get(key)
  }

  *[Symbol.iterator](): Generator<PeerRecord> {
    for (const peers of [this.#user, this.#chat, this.#channel]) yield* peers.values()
  }

  merge(write: PeerWrite): void {
    if (write.usernames !== undefined) this.#moveUsernames(write, write.usernames)
    this.#set(mergePeer(this.get(write), write))
  }

  clear(): void {
    for (const entries of [this.#user, this.#chat, this.#channel, this.#usernames]) entries.clear()
  }

  #of(kind: PeerKind): SparseMap<number, PeerRecord> {
    if (kind === 'user') return this.#user
    return kind === 'chat' ? this.#chat : this.#channel
  }

  #set(peer: PeerRecord): void {
    this.#of(peer.kind).set(peer.id, peer)
  }

  /** "Listed here" means taken from whichever peer had it. */
  #moveUsernames({ kind, id }: PeerKey, usernames: readonly string[]): void {
    for (const old of this.get({ kind, id })?.usernames ?? []) this.#usernames.delete(usernameKey(old))
    for (const username of usernames) {
      const name = usernameKey(username)
      const holder = this.byUsername(name)
      if (holder !== undefined) {
        const left = holder.usernames.filter((other) => usernameKey(other) !== name)
        this.#set({ ...holder, usernames: left })
      }
      this.#usernames.set(name, { kind, id })
    }
  }
}
