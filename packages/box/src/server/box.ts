/** The box: five datacenters in a process, one world behind them. */
import { exportRsaPublicKey, randomBytes } from '@telegram-mt/crypto'
import { createUser, type NewUser } from '../world/accounts.ts'
import { setPassword } from '../world/passwords.ts'
import type { Account } from '../world/state-account.ts'
import type { World } from '../world/world.ts'
import type { BoxOptions } from './box-options.ts'
import { makeParts, type Parts } from './box-parts.ts'
import type { CallLog, CallMatch, CallReport } from './calls/call-log.ts'
import type { ConnectLog } from './carriers/connect-log.ts'
import type { ConnectionReport } from './carriers/connection.ts'
import { type BoxProxy, openProxy, type ProxyOptions } from './carriers/proxy-port.ts'
import { ControlServer } from './control/control-server.ts'
import type { ControlOptions } from './control/controlled-box.ts'
import type { FaultPlan } from './faults/fault-plan.ts'
import {
  expireSalts,
  forgetSessions,
  type SessionFilter,
  type SessionReport,
  sessionReports,
} from './keys/sessions.ts'
import { type SignedInKey, signedInKey } from './keys/signed-in-key.ts'

/** How to reach one datacenter. */
export interface BoxDatacenter {
  id: number
  host: string
  port: number
}

/** Telegram in a box: datacenters on ports of this machine, and the world that they serve. Made by `startBox`. */
export class Box {
  /** Resolves when the box has closed, by whomever. */
  readonly closed: Promise<void>
  readonly world: World
  /** The public key that clients must be given, PEM (PKCS#1). */
  readonly publicKey: string
  /** Its fingerprint: 16 hex digits. */
  readonly fingerprint: string
  readonly dcs: readonly BoxDatacenter[]
  /** The datacenter of the content delivery network, if there is one. */
  readonly cdn: BoxDatacenter | undefined
  /** What is to go wrong. */
  readonly faults: FaultPlan
  /** What clients have asked. */
  readonly calls: CallLog
  /** Who has knocked, and when. */
  readonly connects: ConnectLog
  readonly #parts: Parts
  #control: ControlServer | undefined
  #closing: Promise<void> | undefined
  #onClosed: () => void = () => {}

  private constructor(parts: Parts) {
    const { world, rsaKey, cdn, host, datacenters, faults, calls, connects } = parts
    this.#parts = parts
    this.closed = new Promise((resolve) => {
      this.#onClosed = resolve
    })
    this.world = world
    this.publicKey = exportRsaPublicKey(rsaKey)
    this.fingerprint = BigInt.asUintN(64, rsaKey.fingerprint).toString(16).padStart(16, '0')
    const where = ({ dc, port }: { dc: number; port: number }) => ({ id: dc, host, port })
    this.dcs = datacenters.filter((datacenter) => datacenter !== cdn).map(where)
    this.cdn = cdn && where(cdn)
    this.faults = faults
    this.calls = calls
    this.connects = connects
  }

  /**
   * Opens the ports and serves.
   * @throws BoxOptionError if the RSA key or a schema is none; BoxDataError if the data directory cannot be used; the system's
   * error if a port cannot be had.
   */
  static async start(options: BoxOptions = {}): Promise<Box> {
    const parts = await makeParts(options)
    const { datacenters } = parts
    try {
      for (const [i, datacenter] of datacenters.entries()) {
        await datacenter.listen(options.host ?? '127.0.0.1', options.port ? options.port + i : 0)
      }
    } catch (error) {
      await new Box(parts).close()
      throw error
    }
    const box = new Box(parts)
    parts.ticker.arm()
    try {
      if (options.control !== undefined) await box.#openControl(options.control)
    } catch (error) {
      await box.close()
      throw error
    }
    return box
  }

  /** The control port, if there is one: `http://127.0.0.1:4000`. */
  get control(): { host: string; port: number; url: string } | undefined {
    return this.#control
  }

  /**
   * Makes an account: `await box.user({ phone: '9996620001', firstName: 'Ann', password: 'secret' })`.
   * @throws WorldError if the phone number, name or username cannot be had
   */
  async user(
    user: NewUser & { password?: string | undefined; passwordHint?: string | undefined },
  ): Promise<Account> {
    const { password, passwordHint, ...rest } = user
    const account = createUser(this.world, rest)
    if (password !== undefined) await setPassword(this.world, account, password, passwordHint ?? '')
    this.touched()
    return account
  }

  /** A new auth key of the account's home datacenter on which it is signed in, as if a client had just done so. */
  signedInKey(account: Account): SignedInKey {
    const { world, keys, wheel, datacenters } = this.#parts
    const layer = datacenters[0]?.nativeLayer ?? 0
    return signedInKey(account, { world, keys, layer, steadyNow: wheel.clock.monotonic() })
  }

  /**
   * The first call that matches, of those seen so far or those to come: `await box.waitFor('messages.sendMessage')`.
   * @throws Error when none has come in `timeout` ms (default 10,000)
   */
  waitFor(match: CallMatch, timeout?: number): Promise<CallReport> {
    return this.calls.waitFor(match, timeout)
  }

  /**
   * Opens an MTProxy whose clients reach all datacenters of this box. It closes with the box.
   * @throws FramingError PROXY_SECRET_INVALID; the system's error if the port cannot be had
   */
  async proxy(options: ProxyOptions = {}): Promise<BoxProxy> {
    const { host, world, datacenters, onRefused, ends } = this.#parts
    const proxy = await openProxy(
      { host, ...options },
      {
        random: randomBytes,
        now: world.now,
        datacenter: (dc) => datacenters.find((datacenter) => datacenter.dc === dc),
        onRefused,
      },
    )
    ends.push(() => proxy.close())
    return proxy
  }

  /** How many connections are open now. */
  get connections(): number {
    return this.#parts.datacenters.reduce((sum, { size }) => sum + size, 0)
  }

  /** The connections open now. */
  connectionReports(): ConnectionReport[] {
    return this.#parts.datacenters.flatMap((datacenter) => datacenter.reports())
  }

  /** Cuts connections off (default: all), as an outage would; the ports stay open. Returns how many. */
  dropConnections(which?: (connection: ConnectionReport) => boolean): number {
    return this.#parts.datacenters.reduce((sum, datacenter) => sum + datacenter.dropConnections(which), 0)
  }

  /** The sessions that clients have here, connected or not. */
  sessions(filter?: SessionFilter): SessionReport[] {
    return sessionReports(this.#parts.keys, filter)
  }

  /** Loses sessions (default: all), as a restart would: their clients get new_session_created. Returns how many. */
  forgetSessions(filter?: SessionFilter): number {
    return forgetSessions(this.#parts.keys, filter)
  }

  /** Declares all salts of these clients (default: all) void: they get bad_server_salt. Returns how many keys. */
  expireSalts(filter?: SessionFilter): number {
    return expireSalts(this.#parts.keys, filter)
  }

  /** Moves the box's clock (ms; negative: back), and lets happen what is due by then. */
  advance(milliseconds: number): void {
    this.world.advance(milliseconds)
    this.touched()
  }

  /** Something was changed from within the program: it is to be saved soon, if the box has a data directory. */
  touched(): void {
    const { keeper, ticker } = this.#parts
    keeper?.touch()
    ticker.arm()
  }

  /**
   * Saves the box to its data directory now; it does so by itself, too, within two seconds of any change and at the end.
   * @throws BoxDataError BOX_DATA_UNUSABLE
   */
  async save(): Promise<void> {
    await this.#parts.keeper?.save()
  }

  /** Ends all that is open. The same promise whoever asks, and however often. */
  close(): Promise<void> {
    this.#closing ??= this.#end().finally(this.#onClosed)
    return this.#closing
  }

  async #end(): Promise<void> {
    const { ends, onFault } = this.#parts
    for (const end of ends.splice(0).reverse()) {
      try {
        await end()
      } catch (error) {
        // The others are to end all the same.
        onFault(error, 'closing')
      }
    }
  }

  async #openControl(options: number | ControlOptions): Promise<void> {
    const where = typeof options === 'number' ? { port: options } : options
    const control = await ControlServer.start(this, where, this.#parts.onFault)
    this.#control = control
    this.#parts.ends.push(() => control.close())
  }
}

/** Starts a box: `const box = await startBox()`. */
export const startBox = (options?: BoxOptions): Promise<Box> => Box.start(options)
