// Keeps a namespace for one process: an advisory lock, held by a connection of its own. PostgreSQL lets go of it when the
// connection ends, so a process that dies, however it dies, leaves nothing behind. If the connection is cut while the
// process lives, the lock is taken again before the next write, or that write fails.

import pg from 'pg'
import { StorageError } from '../error.ts'

/** "tgmt": tells our locks from another program's in the same database. */
const LOCK_CLASS = 0x74676d74
const RETRY = 100

export class NamespaceLock {
  readonly #config: pg.ClientConfig
  readonly #schema: string
  readonly #name: string
  #client: pg.Client | undefined
  #taking: Promise<void> | undefined

  constructor(config: pg.ClientConfig, schema: string, name: string) {
    this.#config = config
    this.#schema = schema
    this.#name = name
  }

  /** Waits up to `wait` ms. Throws `STORAGE_LOCKED`, or what the connection throws. */
  async take(wait: number): Promise<void> {
    const deadline = performance.now() + wait
    const client = new pg.Client({ ...this.#config, keepAlive: true })
    client.on('error', () => this.#lost(client))
    client.on('end', () => this.#lost(client))
    await client.connect()
    try {
      while (!(await this.#try(client))) {
        if (performance.now() >= deadline) {
          throw new StorageError('STORAGE_LOCKED', `${this.#name}: another process has it open`)
        }
        await new Promise((resolve) => setTimeout(resolve, RETRY))
      }
      this.#client = client
    } catch (error) {
      await client.end()
      throw error
    }
  }

  /** At once if the lock is held, which is nearly always. */
  async check(): Promise<void> {
    if (this.#client !== undefined) return
    // One for all who ask meanwhile: two connections of ours would keep each other out.
    this.#taking ??= this.take(0).finally(() => {
      this.#taking = undefined
    })
    await this.#taking
  }

  async release(): Promise<void> {
    const client = this.#client
    this.#client = undefined
    await client?.end()
  }

  async #try(client: pg.Client): Promise<boolean> {
    const query = 'select pg_try_advisory_lock($1, hashtext($2)) as taken'
    const { rows } = await client.query<{ taken: boolean }>(query, [LOCK_CLASS, this.#schema])
    return rows[0]?.taken === true
  }

  #lost(client: pg.Client): void {
    if (this.#client === client) this.#client = undefined
  }
}
