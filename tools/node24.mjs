/**
 * Runs the tests on Node 24: `npm run test:node24`, with vitest's own arguments behind `--`. The runtime comes out of the
 * registry, as the package that the npm package `node` would install for this platform; nothing is run to install it.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const platform = process.platform === 'win32' ? 'win' : process.platform
const runtime = `node-${platform}-${process.arch}@24`
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url))

const onNode24 = (...words) =>
  spawnSync('npm', ['exec', '--yes', `--package=${runtime}`, '--', 'node', ...words], {
    stdio: ['inherit', words[0] === '--version' ? 'pipe' : 'inherit', 'inherit'],
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })

const version = onNode24('--version').stdout?.trim() ?? ''
if (!version.startsWith('v24.')) {
  console.error(`${runtime} gave no Node 24 but ${JSON.stringify(version)}`)
  process.exit(1)
}
console.log(`Node ${version}`)
process.exit(onNode24(vitest, 'run', ...process.argv.slice(2)).status ?? 1)
