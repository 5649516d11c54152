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

export class SparseSet<T> {
  #values: Set<T> | undefined

  get size(): number {
    return this.#values === undefined ? 0 : this.#values.size
  }

  has(value: T): boolean {
    return this.#values?.has(value) ?? false
  }

  add(value: T): this {
    this.#values ??= new Set()
    this.#values.add(value)
    return this
  }

  delete(value: T): boolean {
    const values = this.#values
    if (values === undefined || !values.delete(value)) return false
    if (values.size === 0) this.#values = undefined
    return true
  }

  clear(): void {
    this.#values = undefined
  }

  [Symbol.iterator](): SetIterator<T> {
    return (this.#values ?? NO_VALUES).values()
  }
}

const NOTHING = new Map<never, never>()
const NO_VALUES = new Set<never>()
