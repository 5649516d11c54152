/**
 * Plays faults in virtual time: `npm run sim -- …` the encrypted session, `npm run sim -- --updates …` the gap engine. Both
 * take `--runs N --seed S --trace`; a seed that fails is named and plays the same again.
 */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const [room, program] = process.argv.includes('--updates')
  ? ['client', 'updates/simulation-cli.node.js']
  : ['mtproto', 'simulation/cli.node.js']

try {
  // Only what does not build has anything to say.
  execFileSync('npx', ['tsc', '-b', `packages/${room}`], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
} catch {
  process.exit(1)
}
process.argv = process.argv.filter((argument) => argument !== '--updates')
await import(`../packages/${room}/dist/${program}`)
