/** The accounts that commands work on: the storage, the host over it, a box if one was asked for, and which session is current. */
import { mkdirSync } from 'node:fs'
import type { Box } from '@telegram-mt/box'
import { type Logger, openStorage, type Session, type Storage, Telegram } from 'telegram-mt'
import { CliError, usageError } from '../errors.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Settings } from '../run/settings.ts'
import { holdsUnsealedSessions } from './sealed-storage.ts'
import { findSession, labelOf, labelsOf } from './session-names.ts'

export interface AccountsOptions {
  settings: Settings
  /** Whether all accounts connect at once, to receive, or each only when a command needs it. */
  connectAll: boolean
  /** Told of every session before it connects. */
  onSession(session: Session): void
  /** A stored session that cannot be read. */
  onCorrupt(id: string, error: Error): void
  /** Something that people should know. */
  note(line: string): void
  /** A login code that the box of this process has sent. */
  onLoginCode(phone: string, code: string): void
  logger?: Logger | undefined
}

/** Where the storage keeps which session was chosen with `use`. */
const CURRENT = 'cli.current'

export class Accounts {
  readonly telegram: Telegram
  readonly storage: Storage
  readonly #box: Box | undefined
  /** Stored sessions that cannot be read, and why. */
  readonly damaged = new Map<string, Error>()
  #current: string | undefined

  private constructor(telegram: Telegram, storage: Storage, box: Box | undefined) {
    this.telegram = telegram
    this.storage = storage
    this.#box = box
  }

  /** @throws ConfigurationError, StorageError, CliError */
  static async open(options: AccountsOptions): Promise<Accounts> {
    const { settings } = options
    const box = settings.box ? await ownBox(settings, options.onLoginCode) : undefined
    try {
      const at = box ?? settings.boxAt
      if (settings.storageFolder !== undefined)
        mkdirSync(settings.storageFolder, { recursive: true, mode: 0o700 })
      const { storageKey } = settings
      const seals =
        storageKey !== undefined &&
        settings.storage !== 'memory' &&
        (await holdsUnsealedSessions(settings.storage))
      const storage = openStorage(settings.storage, { storageKey })
      const telegram = new Telegram({
        apiId: settings.apiId ?? 0,
        apiHash: settings.apiHash ?? '',
        test: settings.test,
        storage,
        printMessages: false,
        transport: settings.transport,
        proxy: settings.proxy,
        logger: options.logger,
        ...(at && {
          dcs: at.dcs.map(({ id, host, port }) => ({ id, addresses: [{ host, port }] })),
          publicKeys: [at.publicKey],
        }),
      })
      telegram.on('session', options.onSession)
      const accounts = new Accounts(telegram, storage, box)
      telegram.on('corrupt', (id, error) => {
        accounts.damaged.set(id, error)
        options.onCorrupt(id, error)
      })
      try {
        await telegram.start({ connect: options.connectAll })
        if (seals)
          options.note(
            "The storage is sealed under TELEGRAM_MT_STORAGE_KEY now, and needs it from here on: 'telegram-mt storage-key' changes that.",
          )
        const current = await storage.app(CURRENT)
        accounts.#current = current && new TextDecoder().decode(current)
      } catch (error) {
        await telegram.close()
        throw error
      }
      return accounts
    } catch (error) {
      await box?.close()
      throw error
    }
  }

  sessions(): Session[] {
    return this.telegram.sessions()
  }

  /** The session that was chosen last, if it is still there. */
  get current(): Session | undefined {
    return this.sessions().find((session) => session.id === this.#current)
  }

  /** Makes this the session that commands are for from now on, also in later runs. */
  async use(session: Session): Promise<void> {
    this.#current = session.id
    await this.storage.writeApp(CURRENT, new TextEncoder().encode(session.id))
  }

  /** The session that a person has named: by id or its beginning, @username, phone number or user id. */
  find(name: string): Session {
    this.#requireReadable(name.trim())
    return findSession(this.sessions(), name)
  }

  #requireReadable(id: string): void {
    const error = this.damaged.get(id)
    if (error === undefined) return
    throw new CliError(
      exitCodes.storage,
      'SESSION_DAMAGED',
      `session ${id} cannot be read (${error.message}): 'forget ${id}' removes it; then sign in again`,
      { cause: error },
    )
  }

  /**
   * The session that a command is for: the one named, or the current one, or the only one.
   * @throws CliError if that does not say which.
   */
  chosen(name: string | undefined): Session {
    if (name !== undefined) return this.find(name)
    const all = this.sessions()
    const [only] = all
    if (this.current !== undefined) return this.current
    if (this.#current !== undefined) this.#requireReadable(this.#current)
    if (only === undefined) {
      for (const id of this.damaged.keys()) this.#requireReadable(id)
      throw new CliError(exitCodes.notSignedIn, 'NO_SESSION', 'there is no session yet; use signin')
    }
    if (all.length > 1) {
      throw usageError(
        `there are ${all.length} sessions (${labelsOf(all).join(', ')}): say which one with --session, or choose one with 'use'`,
      )
    }
    return only
  }

  /** The chosen session, connected. */
  async connected(name: string | undefined, signal: AbortSignal): Promise<Session> {
    const session = this.chosen(name)
    return session.state.name === 'online' || session.state.name === 'authorizing'
      ? session
      : await session.connect({ signal })
  }

  /**
   * The chosen session, connected, with an account on it.
   * @throws CliError `NOT_SIGNED_IN`
   */
  async signedIn(name: string | undefined, signal: AbortSignal): Promise<Session> {
    const session = this.chosen(name)
    const { state } = session
    if (session.userId === undefined || state.name === 'loggedOut') {
      const why = state.name === 'loggedOut' ? `was logged out (${state.reason})` : 'has no account on it'
      throw new CliError(
        exitCodes.notSignedIn,
        'NOT_SIGNED_IN',
        `session ${labelOf(session)} ${why}; use signin --session ${session.id}`,
      )
    }
    return await this.connected(session.id, signal)
  }

  /** Removes a session from the storage, readable or not. */
  async forget(name: string): Promise<{ id: string; label: string }> {
    const damaged = name.trim()
    if (this.damaged.has(damaged)) {
      await this.storage.forget(damaged, await this.storage.claim(damaged))
      this.damaged.delete(damaged)
      return { id: damaged, label: damaged }
    }
    const session = this.find(name)
    const label = labelOf(session)
    await this.telegram.forget(session.id)
    return { id: session.id, label }
  }

  async close(): Promise<void> {
    await this.telegram.close()
    await this.#box?.close()
  }
}

/** The box room is loaded by who wants one only. */
async function ownBox(settings: Settings, onLoginCode: AccountsOptions['onLoginCode']): Promise<Box> {
  const [{ startBox }, { makeWorld }] = await Promise.all([
    import('@telegram-mt/box'),
    import('../box/make-world.ts'),
  ])
  const world = await makeWorld(settings.world)
  world.onLoginCode(({ phone, code }) => onLoginCode(phone, code))
  return await startBox({ world })
}
