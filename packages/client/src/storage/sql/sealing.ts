// The sealing of a store in a SQL database: finds its keyring, opens it, and seals everything anew when the key changes.
// The ring is kept twice: damage to it would be damage to every record.

import { type Kysely, sql } from 'kysely'
import { StorageError } from '../error.ts'
import { Keyring } from '../keyring.node.ts'
import { plainSealer, type Sealer } from '../sealer.ts'
import type { StorageKey } from '../storage.ts'
import type { SqlDatabase } from './database.ts'
import { turn } from './pacer.ts'
import type { Tables } from './schema.ts'
import { type SealedColumn, sealedColumns } from './sealed-columns.ts'

const RING_ROWS = ['keyring', 'keyring copy']
const PORTION = 100

export class Sealing {
  readonly #database: SqlDatabase
  #ring: Keyring | undefined

  private constructor(database: SqlDatabase, ring: Keyring | undefined) {
    this.#database = database
    this.#ring = ring
  }

  /**
   * A store that was not sealed so far is sealed if a key is given; a change of key that was interrupted is finished.
   * Throws `STORAGE_KEY_MISSING`, `STORAGE_KEY_WRONG`, `STORAGE_KEY_INVALID` or `STORAGE_CORRUPT`.
   */
  static async open(database: SqlDatabase, key: StorageKey | undefined): Promise<Sealing> {
    const sealing = new Sealing(database, await readRing(database.db, key))
    const ring = sealing.#ring
    if (key !== undefined && ring?.seals !== true) await sealing.changeKey(key)
    else if (ring?.isUnfinished) await sealing.#finish(ring)
    return sealing
  }

  get sealer(): Sealer {
    return this.#ring ?? plainSealer
  }

  /** `settled`: waits for the transactions that may still seal with the key before. */
  async changeKey(key: StorageKey | null, settled: () => Promise<void> = async () => {}): Promise<void> {
    if (key === null && this.#ring === undefined) return
    const ring =
      this.#ring !== undefined
        ? await this.#ring.rotate(key)
        : key === null
          ? undefined
          : await Keyring.create(key, true)
    if (ring === undefined) return
    await writeRing(this.#database.db, ring)
    // From here on new values are sealed with the new key.
    this.#ring = ring
    await settled()
    await this.#finish(ring)
  }

  async #finish(ring: Keyring): Promise<void> {
    let unreadable = 0
    for (const column of sealedColumns) unreadable += await resealColumn(this.#database, column, ring)
    const finished = ring.finished(unreadable > 0)
    await writeRing(this.#database.db, finished.isEmpty ? undefined : finished)
    this.#ring = finished.isEmpty ? undefined : finished
    await this.#database.scrub()
  }
}

async function readRing(db: Kysely<Tables>, key: StorageKey | undefined): Promise<Keyring | undefined> {
  const rows = await db.selectFrom('meta').selectAll().where('key', 'in', RING_ROWS).orderBy('key').execute()
  let failure: unknown
  for (const { value } of rows) {
    try {
      return await Keyring.unlock(value, key)
    } catch (error) {
      // A damaged copy says less than what the other one says.
      if (failure === undefined || (error instanceof StorageError && error.code !== 'STORAGE_CORRUPT'))
        failure = error
    }
  }
  if (failure !== undefined) throw failure
  return undefined
}

async function writeRing(db: Kysely<Tables>, ring: Keyring | undefined): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await tx.deleteFrom('meta').where('key', 'in', RING_ROWS).execute()
    if (ring === undefined) return
    const value = ring.toText()
    await tx
      .insertInto('meta')
      .values(RING_ROWS.map((key) => ({ key, value })))
      .execute()
  })
}

/** Returns how many values could not be opened. They stay as they are. */
async function resealColumn(
  { db, flavour }: SqlDatabase,
  column: SealedColumn,
  ring: Keyring,
): Promise<number> {
  const table = sql.raw(flavour.table(column.table))
  const value = sql.ref(column.column)
  const keys = sql.join(column.keys.map((key) => sql.ref(key)))
  let unreadable = 0
  let after: unknown[] | undefined
  do {
    after = await db.transaction().execute(async (tx) => {
      const rest = after === undefined ? sql`` : sql`and (${keys}) > (${sql.join(after)})`
      const lock = flavour.rowLocks ? sql`for update` : sql``
      const { rows } = await sql<Record<string, unknown>>`
        select ${keys}, ${value} as sealed from ${table}
        where ${value} is not null ${rest} order by ${keys} limit ${sql.lit(PORTION)} ${lock}`.execute(tx)
      for (const row of rows) {
        const { sealed } = row
        if (!(sealed instanceof Uint8Array) || ring.isCurrent(sealed)) continue
        const place = column.place(row)
        let plain: Uint8Array
        try {
          plain = ring.open(sealed, place)
        } catch {
          unreadable++
          continue
        }
        const isRow = sql.join(
          column.keys.map((key) => sql`${sql.ref(key)} = ${row[key]}`),
          sql` and `,
        )
        await sql`update ${table} set ${value} = ${ring.seal(plain, place)} where ${isRow}`.execute(tx)
      }
      const last = rows.at(-1)
      return rows.length < PORTION || last === undefined ? undefined : column.keys.map((key) => last[key])
    })
    await turn()
  } while (after !== undefined)
  return unreadable
}
