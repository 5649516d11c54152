/** A set that needs no table for one entry, which is as many as most of these ever have at a time. */
export class SparseSet<T extends object> {
  #one: T | undefined
  #others: Set<T> | undefined

  get size(): number {
    return (this.#one === undefined ? 0 : 1) + (this.#others?.size ?? 0)
  }

  add(entry: T): void {
    if (this.#one === entry || this.#others?.has(entry) === true) return
    if (this.#one === undefined) this.#one = entry
    else {
      this.#others ??= new Set()
      this.#others.add(entry)
    }
  }

  delete(entry: T): boolean {
    if (this.#one !== entry) return this.#others?.delete(entry) ?? false
    this.#one = undefined
    return true
  }

  /** All of them, in no order; what is added or deleted meanwhile changes nothing. */
  [Symbol.iterator](): IterableIterator<T> {
    return [...(this.#one === undefined ? [] : [this.#one]), ...(this.#others ?? [])].values()
  }
}
