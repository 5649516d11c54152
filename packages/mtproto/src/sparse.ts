/**
 * Maps and sets that make room with their first entry, and let it go with their last. An empty `Map` of the platform holds
 * some 180 bytes, and an idle session has dozens of maps in which nothing is, or ever was.
 *
 * In one thing they differ: an iteration ends when the last entry is removed, even if more are added in its course.
 */

export class SparseMap<K, V> implements ReadonlyMap<K, V> {
  #entries: Map<K, V> | undefined

  get size(): number {
    return this.#entries === undefined ? 0 : this.#entries.size
  }

  get(key: K): V | undefined {
    return this.#entries === undefined ? undefined : this.#entries.get(key)
  }

  has(key: K): boolean {
    return this.#entries?.has(key) ?? false
  }

  set(key: K, value: V): this {
    this.#entries ??= new Map()
    this.#entries.set(key, value)
    return this
  }

  delete(key: K): boolean {
    const entries = this.#entries
    if (entries === undefined || !entries.delete(key)) return false
    if (entries.size === 0) this.#entries = undefined
    return true
  }

  clear(): void {
    this.#entries = undefined
  }

  forEach(visit: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    for (const [key, value] of this) visit(value, key, this)
  }

  keys(): MapIterator<K> {
    return (this.#entries ?? NOTHING).keys()
  }

  values(): MapIterator<V> {
    return (this.#entries ?? NOTHING).values()
  }

  entries(): MapIterator<[K, V]> {
    return (this.#entries ?? NOTHING).entries()
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries()
  }
}

/** In the order in which they were added. For one entry, which is as many as most ever have, it needs no table either. */
export class SparseSet<T extends object | number> {
  #only: T | undefined
  #entries: Set<T> | undefined

  get size(): number {
    if (this.#entries !== undefined) return this.#entries.size
    return this.#only === undefined ? 0 : 1
  }

  has(entry: T): boolean {
    return this.#only === entry || (this.#entries?.has(entry) ?? false)
  }

  add(entry: T): this {
    if (this.#entries !== undefined) this.#entries.add(entry)
    else if (this.#only === undefined) this.#only = entry
    else if (this.#only !== entry) {
      this.#entries = new Set([this.#only, entry])
      this.#only = undefined
    }
    return this
  }

  delete(entry: T): boolean {
    if (this.#only === entry) {
      this.#only = undefined
      return true
    }
    const entries = this.#entries
    if (entries === undefined || !entries.delete(entry)) return false
    if (entries.size === 0) this.#entries = undefined
    return true
  }

  clear(): void {
    this.#only = undefined
    this.#entries = undefined
  }

  [Symbol.iterator](): IterableIterator<T> {
    if (this.#entries !== undefined) return this.#entries.values()
    return (this.#only === undefined ? NO_ENTRIES : [this.#only]).values()
  }
}

const NOTHING = new Map<never, never>()
const NO_ENTRIES: readonly never[] = []
