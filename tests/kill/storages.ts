import { randomBytes } from 'node:crypto'
import { join } from 'node:path'

export type StorageKind = 'sqlite' | 'postgres'

/** Where a program of the proof has its storage: a file, or a schema of its own on the server. */
export function storageOf(
  kind: StorageKind,
  server: string | undefined,
): (name: string, folder: string) => string {
  if (kind === 'sqlite') return (name, folder) => join(folder, `${name}.db`)
  if (server === undefined) throw new Error('there is no PostgreSQL server: npm run peers installs one')
  const run = randomBytes(4).toString('hex')
  return (name) => {
    const url = new URL(server)
    url.searchParams.set('schema', `kill_${run}_${name}`)
    return url.href
  }
}
