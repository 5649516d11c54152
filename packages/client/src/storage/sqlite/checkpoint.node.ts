// Waiting for the disk off the event loop. SQLite's own fsync would hold up the whole process for as long as the disk
// takes, so the connection runs with `synchronous = off` and the driver does the waiting, in the thread pool and in the
// order that SQLite's `normal` keeps (https://sqlite.org/wal.html): the log reaches the disk before its pages are moved
// into the file, and the file reaches the disk before the log is written from its beginning again. The connection is
// held meanwhile, so nothing can be committed in between.

import { close, fdatasync, open } from 'node:fs'
import { promisify } from 'node:util'
import { type Kysely, sql } from 'kysely'
import { turn } from '../sql/pacer.ts'
import type { Tables } from '../sql/schema.ts'

const openFile = promisify(open)
const closeFile = promisify(close)
const sync = promisify(fdatasync)

/** About as many pages as are moved within some milliseconds. */
const CHECKPOINT_AFTER = 500

export class Checkpoints {
  readonly #db: Kysely<Tables>
  readonly #file: number
  readonly #log: number
  #writes = 0

  private constructor(db: Kysely<Tables>, file: number, log: number) {
    this.#db = db
    this.#file = file
    this.#log = log
  }

  /** The descriptors stay open as long as the connection: closing one would undo the connection's lock. */
  static async begin(db: Kysely<Tables>, file: string): Promise<Checkpoints> {
    const descriptor = await openFile(file, 'r+')
    const checkpoints = new Checkpoints(db, descriptor, await openFile(`${file}-wal`, 'r+'))
    await sql`pragma synchronous = off`.execute(db)
    return checkpoints
  }

  /** Once true, what was committed survives a power cut. */
  async syncLog(): Promise<void> {
    await sync(this.#log)
  }

  /** After so many writes. Moves the log into the file when it is time to. */
  async count(writes: number): Promise<void> {
    this.#writes += writes
    if (this.#writes >= CHECKPOINT_AFTER) await this.run()
  }

  async run(): Promise<void> {
    this.#writes = 0
    await this.#db.connection().execute(async (connection) => {
      await sync(this.#log)
      await turn()
      await sql`pragma wal_checkpoint(passive)`.execute(connection)
      await sync(this.#file)
    })
  }

  /** Hands the waiting back to SQLite, for the closing. */
  async end(): Promise<void> {
    await sql`pragma synchronous = normal`.execute(this.#db)
  }

  /** After the connection was closed. */
  async closeDescriptors(): Promise<void> {
    await closeFile(this.#log)
    await closeFile(this.#file)
  }
}
