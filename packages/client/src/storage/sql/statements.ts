// Statements over many rows, built by Kysely once per number of rows and then only filled. Rows go out in portions of a
// few fixed sizes, so that the statements are few and stay prepared.

import { type Compilable, CompiledQuery, type Kysely } from 'kysely'
import type { Pacer } from './pacer.ts'
import type { Tables } from './schema.ts'

export interface RowStatement<Row> {
  readonly name: string
  /** In the order in which a row's values occur in the statement. */
  readonly columns: readonly (keyof Row)[]
  build(db: Kysely<Tables>, rows: readonly Row[]): Compilable
}

const SIZES = [64, 16, 4, 1]

export class Statements {
  readonly #sql = new Map<string, string>()

  /** Returns how many rows were changed. */
  async run<Row>(
    db: Kysely<Tables>,
    statement: RowStatement<Row>,
    rows: readonly Row[],
    pacer: Pacer,
  ): Promise<number> {
    let changed = 0
    let start = 0
    for (const size of SIZES) {
      while (rows.length - start >= size) {
        const query = this.#fill(db, statement, rows.slice(start, start + size))
        changed += Number((await db.executeQuery(query)).numAffectedRows ?? 0n)
        start += size
        await pacer.breathe()
      }
    }
    return changed
  }

  #fill<Row>(
    db: Kysely<Tables>,
    { name, columns, build }: RowStatement<Row>,
    rows: readonly Row[],
  ): CompiledQuery {
    const parameters: unknown[] = []
    for (const row of rows) for (const column of columns) parameters.push(row[column])
    const key = `${name} ${rows.length}`
    const known = this.#sql.get(key)
    if (known !== undefined) return CompiledQuery.raw(known, parameters)
    const built = build(db, rows).compile()
    // The text may stand for other rows only if it takes exactly their values.
    const matches =
      built.parameters.length === parameters.length &&
      built.parameters.every((value, at) => value === parameters[at])
    if (matches) this.#sql.set(key, built.sql)
    return CompiledQuery.raw(built.sql, [...built.parameters])
  }
}
