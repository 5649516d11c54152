/** The auth keys that a box has given out, and who is signed in on which. */
import type { AuthKey } from './auth-key.ts'

export class AuthKeyTable {
  readonly #keys = new Map<bigint, AuthKey>()
  readonly #byUser = new Map<number, Set<AuthKey>>()
  /** Told whenever there is something new to be saved. */
  onChange: () => void = () => {}

  get size(): number {
    return this.#keys.size
  }

  add(key: AuthKey): void {
    this.#keys.set(key.id, key)
    this.onChange()
  }

  /** The key with this id, if that datacenter has given it out and it has not expired. `now`: ms since the epoch. */
  find(id: bigint, dc: number, now: number): AuthKey | undefined {
    const key = this.#keys.get(id)
    if (key?.dc !== dc) return undefined
    if (now < key.expiresAt) return key
    this.remove(id)
    return undefined
  }

  get(id: bigint): AuthKey | undefined {
    return this.#keys.get(id)
  }

  all(): IterableIterator<AuthKey> {
    return this.#keys.values()
  }

  /** Forgets a key, and the temporary ones that are bound to it: their clients get −404 from now on. */
  remove(id: bigint): boolean {
    const key = this.#keys.get(id)
    if (key === undefined) return false
    this.signedIn(key, undefined)
    this.#keys.delete(id)
    for (const temporary of [...key.temporary]) this.remove(temporary.id)
    key.untie()
    key.forgetAll()
    this.onChange()
    return true
  }

  /** Notes who is signed in on a (permanent) key, so that pushes find it without a search. */
  signedIn(key: AuthKey, userId: number | undefined): void {
    if (key.userId === userId) return
    if (key.userId !== undefined) {
      const keys = this.#byUser.get(key.userId)
      keys?.delete(key)
      if (keys?.size === 0) this.#byUser.delete(key.userId)
    }
    key.userId = userId
    this.onChange()
    if (userId === undefined) return
    const keys = this.#byUser.get(userId)
    if (keys === undefined) this.#byUser.set(userId, new Set([key]))
    else keys.add(key)
  }

  /** The keys on which this account is signed in. */
  ofUser(userId: number): Iterable<AuthKey> {
    return this.#byUser.get(userId) ?? []
  }
}
