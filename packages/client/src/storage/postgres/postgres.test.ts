import pg from 'pg'
import { afterAll, describe, it } from 'vitest'
import { describeStorage } from '../contract.testing.ts'
import { postgresStorage } from './postgres.node.ts'

const url = process.env.TELEGRAM_MT_TEST_POSTGRES

if (url === undefined) {
  describe('storage contract: PostgreSQL', () => {
    it.skip('needs a server: set TELEGRAM_MT_TEST_POSTGRES to the address of one that may be written to', () => {})
  })
} else {
  const prefix = `telegram_mt_test_${process.pid}`
  let schemas = 0

  afterAll(async () => {
    const client = new pg.Client(url)
    await client.connect()
    for (let n = 0; n < schemas; n++) await client.query(`drop schema if exists ${prefix}_${n} cascade`)
    await client.end()
  })

  describeStorage({
    name: 'PostgreSQL',
    isDurable: true,
    fresh: async (options) => {
      const schema = `${prefix}_${schemas++}`
      const again = () => postgresStorage({ ...options, url, schema, lockWait: 0 })
      return { storage: again(), again }
    },
  })
}
