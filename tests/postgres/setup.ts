/**
 * Gives the storage tests a PostgreSQL server: the one that `TELEGRAM_MT_TEST_POSTGRES` names, else one of their own that
 * lives as long as the run. Runs of other tests start none.
 */
import type { TestProject } from 'vitest/node'
import { startPostgres } from './server.ts'

const NEEDS_SERVER = /postgres|kill|change-of-account/

export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (process.env.TELEGRAM_MT_TEST_POSTGRES !== undefined) return undefined
  // What the command line named, if anything; vitest does not say it in its types.
  const named: unknown = Reflect.get(project.vitest, 'filenamePattern')
  const { testFiles } = await project.globTestFiles(Array.isArray(named) ? named.map(String) : undefined)
  if (!testFiles.some((file) => NEEDS_SERVER.test(file))) return undefined
  const server = await startPostgres()
  if (server === undefined) return undefined
  process.env.TELEGRAM_MT_TEST_POSTGRES = server.url
  return () => server.stop()
}
