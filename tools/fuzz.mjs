// Runs every fuzz test for as long as wanted: `npm run fuzz` until Ctrl-C, `npm run fuzz -- --seconds 60` for a minute each.
// In `npm test` the same tests run for a moment.
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'

const { values } = parseArgs({ options: { seconds: { type: 'string' }, only: { type: 'string' } } })
const seconds = Number(values.seconds ?? 30)
if (!(seconds > 0)) {
  console.error('--seconds takes a number of seconds for each test, e.g. --seconds 60')
  process.exit(2)
}
const limit = Math.ceil(seconds * 1000 * 4 + 60_000)

for (let round = 1; ; round++) {
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--testTimeout', String(limit), '-t', values.only ?? '[Ff]uzz']
  const { status, signal } = spawnSync(process.execPath, args, {
    stdio: 'inherit',
    env: { ...process.env, FUZZ_SECONDS: String(seconds) },
  })
  if (signal !== null) process.exit(130)
  if (status !== 0) process.exit(status ?? 1)
  if (values.seconds !== undefined) break
  console.log(`round ${round} found nothing; again, until Ctrl-C`)
}
