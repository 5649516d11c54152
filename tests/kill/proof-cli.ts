/** The proof at any length: `npm run proof:kill`. */
import { readOptions, refuse } from '../../tools/command-line.mjs'
import { startPostgres } from '../postgres/server.ts'
import { prove } from './proof.ts'
import { type StorageKind, storageOf } from './storages.ts'

const USAGE = `usage: npm run proof:kill -- [--minutes M] [--messages N] [--storage sqlite|postgres]

A sender and a receiver that are killed again and again: see docs/delivery.md.

  --minutes M      how long messages are sent, and both killed, at most (5)
  --messages N     how many are enough
  --storage KIND   sqlite (usual) or postgres: that of TELEGRAM_MT_TEST_POSTGRES, or else one that is started for it

Exit code 0: nothing was lost, doubled or out of order; 1: something was; 2: the words above were not understood.`

const values = readOptions(
  {
    minutes: { type: 'string', default: '5' },
    messages: { type: 'string' },
    storage: { type: 'string', default: 'sqlite' },
  },
  USAGE,
)
const minutes = Number(values.minutes)
const messages = values.messages === undefined ? undefined : Number(values.messages)
if (!(minutes > 0) || (messages !== undefined && !(messages > 0)) || !isKind(values.storage)) {
  refuse(`a number above 0, sqlite or postgres was expected\n\n${USAGE}`)
}

function isKind(storage: string): storage is StorageKind {
  return storage === 'sqlite' || storage === 'postgres'
}

/** Set by the tool that bundled this. */
const program = (name: string) => `${process.env.PROOF_PROGRAMS}${name}.mjs`

process.on('SIGINT', () => process.exit(130))
process.on('SIGTERM', () => process.exit(143))

const given = process.env.TELEGRAM_MT_TEST_POSTGRES
const server = values.storage === 'postgres' && given === undefined ? await startPostgres() : undefined
try {
  const storage = storageOf(values.storage, given ?? server?.url)
  const log = (line: string) => console.log(line)
  const duration = minutes * 60_000
  const figures = await prove({
    storage,
    duration,
    messages,
    life: [1_500, 5_000],
    cutEvery: 200,
    program,
    log,
  })
  console.log(figures)
  process.exitCode = figures.lost + figures.doubled + figures.disordered + figures.surrendered === 0 ? 0 : 1
} finally {
  await server?.stop()
}
