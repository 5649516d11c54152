import pg from 'pg'
import type { RawAccess } from '../sealing.testing.ts'

/** Into a schema, behind the store's back. */
export function rawAccess(url: string, schema: string): RawAccess {
  const named = (text: string) => text.replace(/\{(\w+)\}/g, `"${schema}"."$1"`)
  const query = async (text: string, values?: unknown[]): Promise<unknown[]> => {
    const client = new pg.Client(url)
    await client.connect()
    try {
      const { rows } = await client.query<Record<string, unknown>>(named(text), values)
      return rows.map((row) => Object.values(row)[0])
    } finally {
      await client.end()
    }
  }
  return {
    select: query,
    run: async (statement) => {
      await query(statement)
    },
    block: async (table) => {
      await query(
        `create function {stop}() returns trigger language plpgsql as $$ begin raise exception 'stop'; end $$`,
      )
      await query(`create trigger stop before update on {${table}} execute function {stop}()`)
    },
    unblock: async (table) => {
      await query(`drop trigger stop on {${table}}`)
      await query('drop function {stop}()')
    },
    setBytes: async (table, column, where, value) => {
      await query(`update {${table}} set "${column}" = $1 where ${where}`, [Buffer.from(value)])
    },
  }
}
