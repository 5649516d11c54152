// Runs every fuzz test for as long as wanted: `npm run fuzz` until Ctrl-C, `npm run fuzz -- --seconds 60` once, a minute
// each. In `npm test` the same tests run for a moment. A fuzz test is one that asks for FUZZ_SECONDS.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const { values } = parseArgs({ options: { seconds: { type: 'string' }, only: { type: 'string' } } })
const seconds = Number(values.seconds ?? 30)
if (!(seconds > 0)) {
  console.error('--seconds takes a number of seconds for each test, e.g. --seconds 60')
  process.exit(2)
}

const files = ['packages', 'tests']
  .flatMap((folder) => readdirSync(folder, { recursive: true }).map((file) => join(folder, String(file))))
  .filter((file) => file.endsWith('.test.ts') && !file.includes('node_modules') && !file.includes('dist'))
  .filter((file) => readFileSync(file, 'utf8').includes('FUZZ_SECONDS'))
  .filter((file) => file.includes(values.only ?? ''))
if (files.length === 0) {
  console.error(`no fuzz test has ${JSON.stringify(values.only)} in its path`)
  process.exit(2)
}

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
