import { createHash } from 'node:crypto'
import type { Accounts } from '../accounts/accounts.ts'
import { CliError } from '../errors.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Command } from '../run/command.ts'

export const dump: Command = {
  name: 'dump',
  summary: 'show what is stored of a session, or the datacenters',
  details:
    'Auth keys and login hashes are masked unless --secrets is given: whoever sees them has the account.',
  examples: [
    ['dump', 'what is stored of the current session, without its secrets'],
    ['dump dcs', 'the datacenters and their addresses'],
  ],
  arguments: [
    {
      name: '[what]',
      describe: "a session, or 'dcs'; the current session if left out",
      completes: 'session',
    },
  ],
  options: [{ flags: '--secrets', describe: 'show auth keys and login hashes as they are' }],
  async run(context, { args: [what], options }) {
    const accounts = await context.accounts()
    const shown =
      what === 'dcs'
        ? accounts.telegram.dcs.getAll()
        : await record(accounts, what ?? context.settings.session)
    const json = readable(shown, options.secrets === true)
    return { json, lines: JSON.stringify(json, null, 2).split('\n') }
  },
}

async function record(accounts: Accounts, name: string | undefined) {
  const session = accounts.chosen(name)
  await accounts.storage.flush()
  const stored = await accounts.storage.session(session.id)
  if (stored === undefined) {
    throw new CliError(exitCodes.storage, 'NOT_STORED', `session ${session.id} is not in the storage`)
  }
  const { state, channels } = await accounts.storage.updatePositions(session.id)
  return {
    ...stored,
    // Some dozens for each key, good for half an hour each, and worth nothing without the key.
    salts: stored.salts.map(({ dc, kind, salts }) => ({ dc, kind, count: salts.length })),
    updates: state ?? null,
    channels: [...channels].map(([id, pts]) => ({ id, pts })),
  }
}

/** Fields that open the account to whoever knows them. */
const secret = new Set(['key', 'phoneCodeHash'])

/** The same as JSON can hold it: big numbers as text, bytes in hexadecimal, secrets by what can be said of them. */
function readable(value: unknown, secrets: boolean, field = ''): unknown {
  if (secret.has(field) && !secrets && value !== undefined) return mask(value)
  if (typeof value === 'bigint') return String(value)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (Array.isArray(value)) return value.map((item) => readable(item, secrets))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, readable(item, secrets, name)]),
  )
}

/** "auth_key_id: the 64 lower-order bits of the SHA1 hash of the authorization key", which every packet shows anyway. */
function mask(value: unknown): string {
  if (!(value instanceof Uint8Array)) return '(masked)'
  const id = createHash('sha1').update(value).digest().readBigUInt64LE(12)
  return `(masked: ${value.length} bytes, auth_key_id ${id.toString(16).padStart(16, '0')})`
}
