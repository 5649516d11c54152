/** The proof at any length: `npm run proof:kill -- --minutes 5 --messages 10000 --storage postgres`. */
import { parseArgs } from 'node:util'
import { startPostgres } from '../postgres/server.ts'
import { prove } from './proof.ts'
import { type StorageKind, storageOf } from './storages.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    messages: { type: 'string' },
    storage: { type: 'string', default: 'sqlite' },
  },
})
const minutes = Number(values.minutes)
const messages = values.messages === undefined ? undefined : Number(values.messages)
if (!(minutes > 0) || (messages !== undefined && !(messages > 0)) || !isKind(values.storage)) {
  console.error('usage: npm run proof:kill -- [--minutes M] [--messages N] [--storage sqlite|postgres]')
  process.exit(2)
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
