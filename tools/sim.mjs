/** Plays faults in virtual time: the encrypted session, or the gap engine. A seed that fails is named and plays the same again. */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { asksForHelp, refuseWords, tellUsage } from './command-line.mjs'

const USAGE = `usage: npm run sim -- [--runs N] [--seed S] [--calls C] [--verbose] [--trace]
       npm run sim -- --updates [--runs N] [--seed S] [--trace]

Plays the encrypted session, or with --updates the gap engine, under faults in virtual time.

  --runs N    how many, of seeds from S on (1,000; with --updates 10,000)
  --seed S    the first (1; with --updates the time of day)
  --calls C   how many calls each run makes (1,000); a seed plays the same again with the same calls only
  --verbose   what became of each run
  --trace     all that happens, as it happens

Exit code 0: every promise was kept; 1: some were not, and their seeds are named; 2: the words above were not understood;
130: ended by Ctrl-C.`

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const words = process.argv.slice(2)
if (asksForHelp(words)) tellUsage(USAGE)
const [room, program] = words.includes('--updates')
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
try {
  await import(`../packages/${room}/dist/${program}`)
} catch (error) {
  refuseWords(error, USAGE)
}
