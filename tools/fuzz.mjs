// Runs every fuzz test for as long as wanted. In `npm test` the same tests run for a moment. A fuzz test is one that asks for
// FUZZ_SECONDS.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readOptions, refuse } from './command-line.mjs'

const USAGE = `usage: npm run fuzz -- [--seconds N] [--only WORD]

  --seconds N   once, each test for so long; without it again and again, 30 s each, until Ctrl-C
  --only WORD   the tests with this in their path`

const values = readOptions({ seconds: { type: 'string' }, only: { type: 'string' } }, USAGE)
const seconds = Number(values.seconds ?? 30)
if (!(seconds > 0)) refuse('--seconds takes a number of seconds for each test, e.g. --seconds 60')

const files = ['packages', 'tests']
  .flatMap((folder) => readdirSync(folder, { recursive: true }).map((file) => join(folder, String(file))))
  .filter((file) => file.endsWith('.test.ts') && !file.includes('node_modules') && !file.includes('dist'))
  .filter((file) => readFileSync(file, 'utf8').includes('FUZZ_SECONDS'))
  .filter((file) => file.includes(values.only ?? ''))
if (files.length === 0) refuse(`no fuzz test has ${JSON.stringify(values.only)} in its path`)

for (let round = 1; ; round++) {
  const args = ['run', '--testTimeout', String(Math.ceil(seconds * 4000 + 60_000)), ...files]
  const { status, signal } = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', ...args], {
    stdio: 'inherit',
    env: { ...process.env, FUZZ_SECONDS: String(seconds) },
  })
  if (signal !== null) process.exit(130)
  if (status !== 0) process.exit(status ?? 1)
  if (values.seconds !== undefined) break
  console.log(`round ${round} found nothing; again, until Ctrl-C`)
}
