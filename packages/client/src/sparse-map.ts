/**
 * A map that makes room for entries with the first of them. An empty `Map` of the platform holds some 180 bytes, and an idle
 * session has dozens of maps in which nothing ever is.
 */
export class SparseMap<K, V> implements ReadonlyMap<K, V> {
  #entries: Map<K, V> | undefined

  get size(): number {
    return this.#entries?.size ?? 0
  }

  get(key: K): V | undefined {
    return this.#entries?.get(key)
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
    return this.#entries?.delete(key) ?? false
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

const NOTHING = new Map<never, never>()
