/**
 * Updates that were missed come in batches, and the position in the sequence moves on with a whole batch only. Whoever ends
 * within one is given its beginning again, under the same ids: what was printed already is not printed twice.
 */
import type { Storage } from 'telegram-mt'

/** Ids kept per session, more than a batch has. */
const MOST = 2_000

export class PrintedBefore {
  readonly #storage: Storage
  readonly #key: string
  readonly #ids: Set<string>

  private constructor(storage: Storage, key: string, ids: Set<string>) {
    this.#storage = storage
    this.#key = key
    this.#ids = ids
  }

  static async of(storage: Storage, session: string): Promise<PrintedBefore> {
    const key = `cli.printed.${session}`
    const stored = await storage.app(key)
    return new PrintedBefore(storage, key, new Set(stored && new TextDecoder().decode(stored).split('\n')))
  }

  has(id: string): boolean {
    return this.#ids.has(id)
  }

  add(id: string): void {
    this.#ids.add(id)
    for (const oldest of this.#ids) {
      if (this.#ids.size <= MOST) return
      this.#ids.delete(oldest)
    }
  }

  async save(): Promise<void> {
    await this.#storage.writeApp(this.#key, new TextEncoder().encode([...this.#ids].join('\n')))
  }
}
