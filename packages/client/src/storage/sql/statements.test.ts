import {
  type Compilable,
  type CompiledQuery,
  DummyDriver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { expect, test } from 'vitest'
import { type Pacer, paced } from './pacer.ts'
import { putChannels } from './row-statements.ts'
import type { Tables } from './schema.ts'
import { Statements } from './statements.ts'

test('however many rows there are, the event loop may turn after every 64', async () => {
  const db = new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (inner) => new SqliteIntrospector(inner),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  })
  const steps: (number | 'breath')[] = []
  const columns = putChannels.columns.length
  db.executeQuery = async <R>(query: Compilable<R> | CompiledQuery<R>): Promise<QueryResult<R>> => {
    if ('parameters' in query) steps.push(query.parameters.length / columns)
    return { rows: [] }
  }
  const pacer = { breathe: async () => void steps.push('breath') } as unknown as Pacer
  const rows = Array.from({ length: 400 }, (_, n) => ({
    session: 'a',
    channel_id: n,
    pts: n,
    top: 0,
    unverified: 0,
  }))
  await new Statements().run(db, putChannels, rows, pacer)
  expect(steps.filter((_, at) => at % 2 === 1).every((step) => step === 'breath')).toBe(true)
  const sizes = steps.filter((step) => step !== 'breath')
  expect(Math.max(...sizes)).toBe(64)
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(400)
  expect(steps).toHaveLength(2 * sizes.length)
})

test('what is sealed on its way is sealed one by one, with a breath after each', async () => {
  const steps: string[] = []
  const pacer = { breathe: async () => void steps.push('breath') } as unknown as Pacer
  const made = await paced(['a', 'b'], pacer, (item) => {
    steps.push(item)
    return item.toUpperCase()
  })
  expect(made).toEqual(['A', 'B'])
  expect(steps).toEqual(['a', 'breath', 'b', 'breath'])
})
