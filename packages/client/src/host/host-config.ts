/**
 * What Telegram says of itself in `help.getConfig`: the addresses of its datacenters above all. Asked for once for the whole
 * host, by whichever session is online first; again when it expires, when the server says that it has changed, and when a
 * datacenter is no longer reached where it was (https://core.telegram.org/api/config, https://core.telegram.org/api/datacenter).
 */
import { Timer, type TimerWheel } from '@telegram-mt/net'
import type { tl } from '../layer.ts'
import type { Logger } from './logger.ts'

/** A session that can ask. */
export interface ConfigSource {
  readonly id: string
  readonly dc: number
  getConfig(): Promise<tl.Config>
}

export interface HostConfigOptions {
  readonly wheel: TimerWheel
  readonly logger: Logger
  /** Whether this host talks to Telegram's test datacenters. */
  readonly test: boolean
  /** Takes new addresses. */
  readonly onDcOptions: (options: readonly tl.DcOption[]) => void
}

/** Bounds for how long a configuration is taken to be good, ms: a server with a wrong clock must not make us ask all the time. */
const SHORTEST = 60_000
const LONGEST = 24 * 3_600_000
/** After a failure, ms. */
const RETRY = 30_000
/** A datacenter that failed so often in a row may have moved. */
const FAILURES = 3

export class HostConfig {
  readonly #options: HostConfigOptions
  readonly #sources = new Set<ConfigSource>()
  readonly #failures = new Map<number, number>()
  readonly #timer: Timer
  #current: tl.Config | undefined
  #fetching = false
  /** ms since the epoch; the next time is due from then on. */
  #dueAt = 0
  #askedAt = Number.NEGATIVE_INFINITY

  constructor(options: HostConfigOptions) {
    this.#options = options
    this.#timer = new Timer(() => this.#look())
  }

  /** The configuration as last told. */
  get current(): tl.Config | undefined {
    return this.#current
  }

  /** A session can make calls from now on. */
  online(source: ConfigSource): void {
    this.#sources.add(source)
    this.#look()
  }

  offline(source: ConfigSource): void {
    this.#sources.delete(source)
    // Nobody to ask: no timer keeps the process alive for it.
    if (this.#sources.size === 0) this.#options.wheel.cancel(this.#timer)
  }

  /** A connection to this datacenter stands. */
  reached(dc: number): void {
    this.#failures.delete(dc)
  }

  /** A connection to this datacenter has failed, or was lost. */
  failed(dc: number): void {
    const count = (this.#failures.get(dc) ?? 0) + 1
    this.#failures.set(dc, count)
    if (count % FAILURES === 0) this.refresh()
  }

  /** What is known may be out of date: asks again, but no more than once a minute. */
  refresh(): void {
    this.#dueAt = Math.min(this.#dueAt, Math.max(this.#options.wheel.now(), this.#askedAt + SHORTEST))
    this.#look()
  }

  /** Looks for news of the configuration in what the server pushes. */
  receive(updates: tl.Updates): void {
    if (updates._ === 'updateShort') this.#receiveOne(updates.update)
    else if (updates._ === 'updates' || updates._ === 'updatesCombined') {
      for (const update of updates.updates) this.#receiveOne(update)
    }
  }

  close(): void {
    this.#sources.clear()
    this.#options.wheel.cancel(this.#timer)
  }

  #receiveOne(update: tl.Update): void {
    if (update._ === 'updateConfig') this.refresh()
    else if (update._ === 'updateDcOptions') this.#options.onDcOptions(update.dcOptions)
  }

  #look(): void {
    const { wheel } = this.#options
    const [source] = this.#sources
    if (source === undefined || this.#fetching) return
    const wait = this.#dueAt - wheel.now()
    if (wait > 0) wheel.start(this.#timer, wait)
    else void this.#fetch(source)
  }

  async #fetch(source: ConfigSource): Promise<void> {
    const { wheel, logger } = this.#options
    this.#fetching = true
    this.#askedAt = wheel.now()
    try {
      this.#take(await source.getConfig(), source)
    } catch (error) {
      this.#dueAt = wheel.now() + RETRY
      logger.debug({ session: source.id, err: error }, 'the configuration could not be fetched')
    } finally {
      this.#fetching = false
      // Next time another one is asked.
      if (this.#sources.delete(source)) this.#sources.add(source)
      this.#look()
    }
  }

  #take(config: tl.Config, source: ConfigSource): void {
    const { wheel, logger, test, onDcOptions } = this.#options
    this.#current = config
    const lifetime = (config.expires - config.date) * 1000
    this.#dueAt = wheel.now() + Math.min(Math.max(lifetime, SHORTEST), LONGEST)
    if (config.testMode !== test || config.thisDc !== source.dc) {
      const { testMode, thisDc } = config
      logger.warn(
        { session: source.id, dc: source.dc, test, thisDc, testMode },
        'the server is not the datacenter that it was taken for',
      )
    }
    onDcOptions(config.dcOptions)
    logger.info({ session: source.id, expires: config.expires }, 'fetched the configuration')
  }
}
