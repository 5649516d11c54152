/** From options and environment to what the program works with. Options win over the environment. */
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseProxyLink, type Transport } from 'telegram-mt'
import { type BoxAddress, readBoxAddress } from '../box/box-address.ts'
import { usageError } from '../errors.ts'

/** The options that every command takes, as commander gives them. */
export interface GlobalOptions {
  storage?: string
  session?: string
  apiId?: string
  apiHash?: string
  test?: boolean
  box?: boolean
  boxAt?: string
  world?: string
  transport?: string
  proxy?: string
  json?: boolean
  debug?: boolean
  timeout?: string
}

export type Environment = Readonly<Record<string, string | undefined>>

export interface Settings {
  /** Undefined if not given; only needed to talk to Telegram itself. */
  readonly apiId: number | undefined
  readonly apiHash: string | undefined
  readonly test: boolean
  /** Run a box in this process. */
  readonly box: boolean
  /** The JSON of its world, if it shall not be empty. */
  readonly world: unknown
  readonly boxAt: BoxAddress | undefined
  /** As `openStorage` takes it. */
  readonly storage: string
  /** The folder of the default storage, which may have to be made. */
  readonly storageFolder: string | undefined
  readonly storageKey: string | undefined
  readonly transport: Transport | undefined
  /** A link; it may hold a password. */
  readonly proxy: string | undefined
  /** Which session a command is for, if it was said. */
  readonly session: string | undefined
  readonly json: boolean
  readonly debug: boolean
  /** Milliseconds that a one-shot command may take; undefined: as long as it takes. */
  readonly timeout: number | undefined
}

/**
 * @param forBox the settings are for the command that runs a box, not for one that uses it.
 * @throws CliError if a value cannot be what it should.
 */
export function readSettings(options: GlobalOptions, env: Environment, forBox = false): Settings {
  if (options.box && options.boxAt !== undefined)
    throw usageError('--box and --box-at are two different boxes: give one')
  if (options.box && options.storage !== undefined) {
    throw usageError(
      '--box makes a new box each time, in which no stored session is known: leave --storage out',
    )
  }
  if (options.test && (options.box || options.boxAt !== undefined)) {
    throw usageError('--test is for the test datacenters of Telegram, not for a box')
  }
  if (options.world !== undefined && !options.box && !forBox)
    throw usageError('--world describes the box of --box: give both')
  const boxAt =
    options.boxAt === undefined
      ? undefined
      : readBoxAddress(readTextFile(options.boxAt, '--box-at'), options.boxAt)
  const inBox = boxAt !== undefined || options.box === true
  const given = storageAddress(options.storage ?? env.TELEGRAM_MT_STORAGE)
  const folder = join(settingsFolder(env), 'telegram-mt')
  const ownFile = boxAt === undefined ? 'accounts.db' : `box-${boxAt.fingerprint}.db`
  return {
    apiId: apiId(options.apiId ?? env.TELEGRAM_API_ID) ?? (inBox ? 1 : undefined),
    apiHash: options.apiHash ?? env.TELEGRAM_API_HASH ?? (inBox ? 'box' : undefined),
    test: options.test ?? false,
    box: options.box ?? false,
    world: options.world === undefined ? undefined : readJsonFile(options.world, '--world'),
    boxAt,
    // Each box has a file of its own, since no other server knows its sessions.
    storage: options.box ? 'memory' : (given ?? join(folder, ownFile)),
    storageFolder: options.box || given !== undefined ? undefined : folder,
    storageKey: env.TELEGRAM_MT_STORAGE_KEY || undefined,
    transport: transport(options.transport),
    proxy: proxy(options.proxy ?? env.TELEGRAM_MT_PROXY),
    session: options.session,
    json: options.json ?? false,
    debug: options.debug ?? false,
    timeout: seconds(options.timeout, '--timeout'),
  }
}

/** Whatever looks like an address but is none that can be opened would become a file of that name. */
function storageAddress(text: string | undefined): string | undefined {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text ?? '')?.[1]
  if (scheme !== undefined && !/^postgres(ql)?$/.test(scheme)) {
    throw usageError(
      `sessions cannot be kept at ${scheme}://…: --storage takes the path of a SQLite file, or postgres://user@host/database`,
    )
  }
  return text
}

function apiId(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined
  const id = Number(text)
  if (!/^[0-9]{1,10}$/.test(text) || id < 1 || id > 0x7fffffff) {
    throw usageError('the api id is a number, as https://my.telegram.org/apps shows it')
  }
  return id
}

function transport(text: string | undefined): Transport | undefined {
  if (text === undefined || text === 'tcp' || text === 'websocket' || text === 'http') return text
  throw usageError(`--transport takes tcp, websocket or http (got '${text}')`)
}

function proxy(link: string | undefined): string | undefined {
  if (link === undefined || link === '') return undefined
  try {
    parseProxyLink(link)
  } catch (error) {
    throw usageError(`--proxy: ${error instanceof Error ? error.message : error}`, error)
  }
  return link
}

/** Seconds as written on the command line, in milliseconds. */
export function seconds(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (!/^[0-9]+(\.[0-9]+)?$/.test(text) || value <= 0 || value > 2_000_000) {
    throw usageError(`${option} takes seconds, more than 0 (got '${text}')`)
  }
  return value * 1000
}

/** A whole number as written on the command line. */
export function count(text: string, option: string, least = 1): number {
  const value = Number(text)
  if (!/^[0-9]{1,12}$/.test(text) || value < least) {
    throw usageError(`${option} takes a whole number, ${least} or more (got '${text}')`)
  }
  return value
}

export function readTextFile(file: string, option: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    const why =
      code === 'ENOENT'
        ? 'there is no such file'
        : code === 'EISDIR'
          ? 'it is a folder'
          : code === 'EACCES' || code === 'EPERM'
            ? 'it may not be read'
            : 'it cannot be read'
    throw usageError(`${option} ${file}: ${why}`, error)
  }
}

export function readJsonFile(file: string, option: string): unknown {
  try {
    return JSON.parse(readTextFile(file, option))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw usageError(`${option} ${file}: it is not JSON (${error.message})`, error)
  }
}

function settingsFolder(env: Environment): string {
  const home = env.HOME ?? homedir()
  if (env.XDG_CONFIG_HOME) return env.XDG_CONFIG_HOME
  if (process.platform === 'win32') return env.APPDATA ?? join(home, 'AppData', 'Roaming')
  if (process.platform === 'darwin') return join(home, 'Library', 'Application Support')
  return join(home, '.config')
}
