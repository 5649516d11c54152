import pg from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import { describeStorage } from '../contract.testing.ts'
import { logEntry } from '../samples.testing.ts'
import { describeSealing } from '../sealing.testing.ts'
import type { Storage } from '../storage.ts'
import { type PostgresStorageOptions, postgresStorage } from './postgres.node.ts'
import { rawAccess } from './raw.testing.ts'

const url = process.env.TELEGRAM_MT_TEST_POSTGRES

if (url === undefined) {
  describe('PostgreSQL', () => {
    it.skip('needs a server: set TELEGRAM_MT_TEST_POSTGRES to the address of one that may be written to', () => {})
  })
} else {
  describePostgres(url)
}

function describePostgres(url: string): void {
  const prefix = `telegram_mt_test_${process.pid}`
  let schemas = 0
  const newSchema = () => `${prefix}_${schemas++}`

  const openSchema = async (
    schema: string,
    options: Partial<PostgresStorageOptions> = {},
  ): Promise<Storage> => {
    const storage = postgresStorage({ url, schema, lockWait: 0, ...options })
    await storage.open()
    return storage
  }

  afterAll(async () => {
    const client = new pg.Client(url)
    await client.connect()
    for (let n = 0; n < schemas; n++) await client.query(`drop schema if exists ${prefix}_${n} cascade`)
    await client.end()
  })

  // Making a schema takes longer than most tests; one that was used is emptied. No test uses more than these at once.
  const ring: string[] = []
  let turn = 0
  const emptySchema = async (): Promise<string> => {
    const used = ring[turn++ % 4]
    if (used !== undefined) {
      await rawAccess(url, used).run('truncate {session}, {app}, {meta} cascade')
      return used
    }
    const schema = newSchema()
    await (await openSchema(schema)).close()
    ring.push(schema)
    return schema
  }

  describeStorage({
    name: 'PostgreSQL',
    isDurable: true,
    fresh: async (options) => {
      const schema = await emptySchema()
      const again = () => postgresStorage({ ...options, url, schema, lockWait: 0 })
      return { storage: again(), again }
    },
  })

  describeSealing({
    name: 'PostgreSQL',
    fresh: async () => {
      const schema = await emptySchema()
      return { open: (storageKey) => openSchema(schema, { storageKey }), raw: rawAccess(url, schema) }
    },
  })

  describe('PostgreSQL', () => {
    const cutAll = (schema: string) =>
      rawAccess(url, schema).select(`
        select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = '${schema}' and pid <> pg_backend_pid()`)

    /** Names its connections after the schema, so that only they are cut. */
    const named = (schema: string): string => {
      const address = new URL(url)
      address.searchParams.set('application_name', schema)
      return address.href
    }

    it('writes on when its connections were cut', async () => {
      const schema = newSchema()
      const storage = await openSchema(schema, { url: named(schema) })
      const owner = await storage.claim('a')
      await storage.write({ session: 'a', owner, writes: [{ type: 'account', dc: 2 }] })
      const writes: Promise<void>[] = []
      let cut = 0
      for (let n = 1; n <= 30; n++) {
        writes.push(storage.write({ session: 'a', owner, writes: [{ type: 'logAppend', ...logEntry(n) }] }))
        if (n % 10 === 0) cut += (await cutAll(schema)).length
      }
      await Promise.all(writes)
      expect(cut).toBeGreaterThan(0)
      expect((await storage.log('a')).length).toBe(30)
      await storage.close()
    })

    it('reads on when its connections were cut', async () => {
      const schema = newSchema()
      const storage = await openSchema(schema, { url: named(schema) })
      for (let n = 0; n < 20; n++) {
        const reads = Promise.all([storage.app('x'), storage.app('y'), storage.sessions()])
        expect((await cutAll(schema)).length).toBeGreaterThan(0)
        expect(await reads).toEqual([undefined, undefined, []])
        expect(await storage.app('x')).toBeUndefined()
      }
      await storage.close()
    })

    it('takes the namespace back for all who write at once', async () => {
      const schema = newSchema()
      const storage = await openSchema(schema, { url: named(schema) })
      const owners = await Promise.all(['a', 'b', 'c'].map((id) => storage.claim(id)))
      await cutAll(schema)
      // Not before the store has noticed: until then a statement on the cut connection fails, which a read gets over.
      await storage.app('x')
      const again = await Promise.all(['a', 'b', 'c'].map((id) => storage.claim(id)))
      expect(again).toEqual(owners.map((owner) => owner + 1))
      await storage.close()
    })

    it('lets go of the namespace with the connection, and stops if another took it meanwhile', async () => {
      const schema = newSchema()
      const first = await openSchema(schema, { url: named(schema) })
      const owner = await first.claim('a')
      await expect(openSchema(schema)).rejects.toMatchObject({ code: 'STORAGE_LOCKED' })
      const taking = openSchema(schema, { lockWait: 10_000 })
      await cutAll(schema)
      const second = await taking
      const late = first.write({ session: 'a', owner, writes: [{ type: 'account', dc: 2 }] })
      await expect(late).rejects.toMatchObject({ code: 'STORAGE_LOCKED' })
      await second.claim('a')
      await second.close()
      // The namespace is free again, the session is not.
      const later = first.write({ session: 'a', owner, writes: [{ type: 'account', dc: 2 }] })
      await expect(later).rejects.toMatchObject({ code: 'STORAGE_NOT_OWNER' })
      await first.close()
    })

    it('refuses a newer schema by name', async () => {
      const schema = newSchema()
      await (await openSchema(schema)).close()
      await rawAccess(url, schema).run(`insert into {schema_migration} values ('0009_future', '2040-01-01')`)
      await expect(openSchema(schema)).rejects.toMatchObject({
        code: 'STORAGE_SCHEMA_NEWER',
        message: /0009_future/,
      })
    })

    it('keeps two applications apart', async () => {
      const one = await openSchema(newSchema())
      const other = await openSchema(newSchema())
      const owner = await one.claim('a')
      await one.write({ session: 'a', owner, writes: [{ type: 'account', dc: 2 }] })
      expect(await other.sessions()).toEqual([])
      await one.close()
      await other.close()
    })

    it('takes the schema from the address', async () => {
      const address = new URL(url)
      const schema = newSchema()
      address.searchParams.set('schema', schema)
      const storage = postgresStorage({ url: address.href, lockWait: 0 })
      await storage.open()
      await storage.close()
      const found = await rawAccess(url, schema).select('select count(*) from {session}')
      expect(found).toEqual(['0'])
    })
  })
}

describe('the address of a PostgreSQL server', () => {
  it('is refused with a schema that is none, and not shown with its password', async () => {
    const invalid = expect.objectContaining({ code: 'STORAGE_INVALID' })
    expect(() => postgresStorage({ url: 'postgres://h/d', schema: 'x"; drop' })).toThrow(invalid)
    expect(() => postgresStorage({ url: 'postgres://h/d?schema=pg_catalog' })).toThrow(invalid)
    expect(() => postgresStorage({ url: 'nonsense' })).toThrow(invalid)
    const nobody = postgresStorage({ url: 'postgres://user:secret@127.0.0.1:1/db', lockWait: 0 })
    const failure: unknown = await nobody.open().catch((error: unknown) => error)
    expect(failure).toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
      message: expect.stringContaining('127.0.0.1:1/db'),
    })
    expect(String(failure)).not.toContain('secret')
  })
})
