/**
 * Maps and sets that need no table for one entry, and let theirs go with the last. An empty `Map` of the platform holds
 * some 180 bytes, and an idle session has dozens of maps in which nothing is, or ever was; and a session that makes one call
 * at a time would make and drop a table for each.
 *
 * In one thing they differ: an iteration need not see what is added in its course.
 */

/** In the order in which they were added. */
export class SparseMap<K, V> implements ReadonlyMap<K, V> {
  /** The only entry; while there is a table, all are in it. */
  #key: K | typeof NOBODY = NOBODY
  #value: V | undefined
  #entries: Map<K, V> | undefined

  get size(): number {
    if (this.#entries !== undefined) return this.#entries.size
    return this.#key === NOBODY ? 0 : 1
  }

  get(key: K): V | undefined {
    if (this.#entries !== undefined) return this.#entries.get(key)
    return this.#key === key ? this.#value : undefined
  }

  has(key: K): boolean {
    return this.#entries === undefined ? this.#key === key : this.#entries.has(key)
  }

  set(key: K, value: V): this {
    if (this.#entries !== undefined) this.#entries.set(key, value)
    else if (this.#key === NOBODY || this.#key === key) {
      this.#key = key
      this.#value = value
    } else {
      const entries = new Map(this.entries())
      this.clear()
      this.#entries = entries.set(key, value)
    }
    return this
  }

  delete(key: K): boolean {
    const entries = this.#entries
    if (entries === undefined) {
      if (this.#key !== key) return false
      this.clear()
      return true
    }
    if (!entries.delete(key)) return false
    if (entries.size === 0) this.#entries = undefined
    return true
  }

  clear(): void {
    this.#key = NOBODY
    this.#value = undefined
    this.#entries = undefined
  }

  forEach(visit: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    for (const [key, value] of this) visit(value, key, this)
  }

  keys(): MapIterator<K> {
    return this.#table().keys()
  }

  values(): MapIterator<V> {
    return this.#table().values()
  }

  entries(): MapIterator<[K, V]> {
    return this.#table().entries()
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries()
  }

  #table(): ReadonlyMap<K, V> {
    if (this.#entries !== undefined) return this.#entries
    return this.#key === NOBODY ? NOTHING : new Map([[this.#key, this.#value as V]])
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

const NOBODY = Symbol('nobody')
const NOTHING = new Map<never, never>()
const NO_ENTRIES: readonly never[] = []
