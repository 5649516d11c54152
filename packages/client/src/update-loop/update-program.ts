/**
 * The program's side of an account's updates: what it has set to be done with them, how it takes them, and what is saved
 * when it is done. One `Deliverer` for each time that the session is open.
 */
import { SessionStateError } from '../errors.ts'
import type { Host } from '../host/host.ts'
import type { SessionWrite } from '../storage/storage.ts'
import {
  Deliverer,
  type DelivererStatus,
  type DeliveryEvent,
  type DeliveryTimers,
} from '../updates/delivery.ts'
import type { PositionChanges } from '../updates/saved-positions.ts'
import type { Delivery, GapDelivery, UpdateState } from '../updates/types.ts'
import { type DamagedDeadLetter, type DeadLetter, DeadLetters } from './dead-letters.ts'
import type { EventHandler, MessageHandler, UpdateHandler } from './handlers.ts'
import { type LoggedUpdate, LogReader } from './log-reader.ts'
import { MessageIndex } from './message-index.ts'
import { positionWrites } from './position-writes.ts'
import { type HandledAccount, ProgramHandler } from './program-handler.ts'
import { type TakenUpdate, TakenUpdates } from './taken-updates.ts'
import { type LogSession, UpdateLog } from './update-log.ts'

/** What the session's listeners are told about updates. */
export interface UpdateEvents {
  /** Updates are missing that Telegram will not send: which chat to backfill, and from where. Handlers get it too, in its turn. */
  gap: [gap: GapDelivery]
  /** A handler threw at an update again and again: it is among `deadLetters()` now. */
  parked: [parked: { readonly id: string; readonly error: unknown; readonly attempts: number }]
  /** A handler has been at an update for longer than `stuckAfter`. What comes after it waits. */
  stuck: [stuck: { readonly id: string; readonly since: number }]
}

/** What is needed of the session. */
export interface ProgramSession {
  readonly host: Pick<Host, 'storage' | 'updates' | 'now' | 'printMessages'> & {
    readonly connections: Pick<Host['connections'], 'wheel'>
  }
  readonly stored: LogSession & HandledAccount
}

export interface LoopEvents {
  fault(error: unknown, where: string): void
  tell<E extends keyof UpdateEvents>(event: E, ...details: UpdateEvents[E]): void
}

/** How updates are taken from the log. */
export interface ReadLogOptions {
  /** Reads on where this reader was, also after a restart, and keeps what it has not read. */
  readonly consumer?: string | undefined
  /** After this cursor, all that is there, or only what comes; default: where the consumer was, else all that is there. */
  readonly from?: number | 'start' | 'now' | undefined
  /** How many may be open (not acknowledged) before the loop waits; default 1,000. */
  readonly window?: number | undefined
}

/** How long the end of a session waits for handlers under way, ms. */
const HANDLER_GRACE = 3_000
const KEEP_IN_LOG = 1_000
const LOG_WINDOW = 1_000
/** The log is written so long after an update came at the latest, ms; and again so long after that failed. */
const LOG_AFTER = 20
const LOG_RETRY = 1_000

/** How far back deletions can be told with their chat, and edits be told from other changes. */
const REACH = { own: 100_000, channel: 10_000 }
const REACH_IN_MEMORY = { own: 1_000, channel: 200 }

export class UpdateProgram {
  readonly #session: ProgramSession
  readonly #events: LoopEvents
  readonly #press: (pressed: boolean) => void
  readonly #timers: DeliveryTimers
  readonly #index: MessageIndex
  readonly #log: UpdateLog | undefined
  readonly #handler: ProgramHandler
  #deliverer: Deliverer | undefined
  /** Of the deliverer. */
  #life = { isOver: true }
  #taken: TakenUpdates | undefined
  /** The program takes updates by hand: what comes waits for it, also while it does not ask. */
  #byHand = false
  #window = 1
  #writing: Promise<void> = Promise.resolve()
  #cancelLog: (() => void) | undefined

  /** `press`: told when more waits than should, and when that is over. */
  constructor(session: ProgramSession, events: LoopEvents, press: (pressed: boolean) => void) {
    const { host, stored } = session
    this.#session = session
    this.#events = events
    this.#press = press
    const { wheel } = host.connections
    this.#timers = {
      now: host.now,
      after: (milliseconds, run) => {
        const timer = wheel.after(milliseconds, run)
        return () => wheel.cancel(timer)
      },
    }
    this.#index = new MessageIndex(
      host.storage,
      stored.id,
      host.storage.kind === 'memory' ? REACH_IN_MEMORY : REACH,
    )
    this.#log = logOf(session)
    this.#handler = new ProgramHandler(stored, this.#index, this.#log, host.printMessages)
  }

  // ---- what the program sets

  set onUpdate(handler: UpdateHandler | undefined) {
    this.#callback(() => {
      this.#handler.onUpdate = handler
    })
  }

  set onMessage(handler: MessageHandler | undefined) {
    this.#callback(() => {
      this.#handler.onMessage = handler
    })
  }

  set onEvent(handler: EventHandler | undefined) {
    this.#callback(() => {
      this.#handler.onEvent = handler
    })
  }

  /** @throws SessionStateError `UPDATES_TAKEN` if there are callbacks, or another loop. */
  take(window: number): AsyncIterableIterator<TakenUpdate> {
    if (this.#taken !== undefined || this.#handler.hasCallback) {
      throw new SessionStateError(
        'UPDATES_TAKEN',
        'this session has a handler or another loop for its updates already; several readers share a log: see `consumer`',
      )
    }
    const taken = new TakenUpdates(
      this.#index,
      () => this.#session.stored.userId,
      () => this.#leave(taken),
    )
    this.#taken = taken
    this.#byHand = true
    this.#window = window
    this.#handler.taken = taken
    this.#setHandler()
    return taken
  }

  /** @throws SessionStateError `LOG_OFF` if this host keeps no log. */
  read(options: ReadLogOptions): AsyncIterableIterator<LoggedUpdate> {
    const { stored, host } = this.#session
    const { window = LOG_WINDOW } = options
    return new LogReader(this.#requireLog(), stored, host.storage, { ...options, window })
  }

  forgetConsumer(name: string): Promise<void> {
    return this.#requireLog().forget(name)
  }

  deadLetters(limit?: number): Promise<DeadLetter[]> {
    return this.#letters().list(limit)
  }

  damagedDeadLetters(): Promise<DamagedDeadLetter[]> {
    return this.#letters().damaged()
  }

  // ---- what the loop does

  status(): DelivererStatus | undefined {
    return this.#deliverer?.status()
  }

  async start(saved: UpdateState | undefined): Promise<void> {
    await this.#log?.open()
    const { order, chatsAtOnce, retryDelays, stuckAfter, highWater } = this.#session.host.updates
    const life = { isOver: false }
    this.#life = life
    this.#deliverer = new Deliverer(saved, {
      timers: this.#timers,
      // A handler that ends after its time was up changes nothing any more: its update comes again.
      save: async (changes) => (life.isOver ? undefined : await this.#save(changes)),
      park: async (parked) => this.#letters().park(parked, await this.#index.facts(parked.delivery)),
      report: (event) => this.#report(event),
      order,
      chatsAtOnce,
      retryDelays,
      stuckAfter,
      highWater,
    })
    this.#setHandler()
  }

  /**
   * What another account is not to find of the one before: the writes that take it from the log, and how many updates nobody has
   * seen. The log goes on under higher numbers, and its readers with it.
   */
  async lostToAnother(): Promise<{ writes: SessionWrite[]; unread: number; parked: number }> {
    const { stored, host } = this.#session
    const { last } = await host.storage.logRange(stored.id)
    const readers = await host.storage.logConsumers(stored.id)
    let parked = 0
    const letters = await host.storage.deadLetters(stored.id, Number.MAX_SAFE_INTEGER, () => void parked++)
    parked += letters.length
    const unread = last - Math.min(last, ...readers.map(({ cursor }) => cursor))
    const writes: SessionWrite[] = readers.map(({ name }) => ({ type: 'logConsumer', name, cursor: last }))
    if (last > 0) writes.push({ type: 'logTrim', through: last })
    return { writes, unread, parked }
  }

  /** Nothing in memory is of the account before any more. */
  forgetAccount(): void {
    this.#index.clear()
    this.#log?.clear()
  }

  add(deliveries: readonly Delivery[]): void {
    this.#deliverer?.add(deliveries)
  }

  async stop(): Promise<void> {
    const deliverer = this.#deliverer
    this.#deliverer = undefined
    const stopping = deliverer?.stop(HANDLER_GRACE)
    this.#taken?.end()
    try {
      await stopping
    } catch (error) {
      this.#events.fault(error, 'saving the update position')
    }
    this.#life.isOver = true
    this.#cancelLog?.()
    this.#cancelLog = undefined
    await this.#write([]).catch((error: unknown) => this.#events.fault(error, 'writing the update log'))
    this.#log?.close()
  }

  #callback(set: () => void): void {
    if (this.#taken !== undefined) {
      throw new SessionStateError(
        'UPDATES_TAKEN',
        'a loop over session.updates() has the updates: end it first',
      )
    }
    set()
    this.#byHand = false
    this.#window = 1
    this.#setHandler()
  }

  #leave(taken: TakenUpdates): void {
    if (this.#taken !== taken) return
    this.#taken = undefined
    this.#handler.taken = undefined
    this.#setHandler()
  }

  #setHandler(): void {
    const waits = this.#byHand && this.#taken === undefined
    this.#deliverer?.setHandler(waits ? undefined : this.#handle, this.#window)
  }

  readonly #handle: ProgramHandler['handle'] = (update, context) => {
    try {
      return this.#handler.handle(update, context)
    } finally {
      if (this.#log !== undefined) this.#planLog()
    }
  }

  #requireLog(): UpdateLog {
    if (this.#log !== undefined) return this.#log
    throw new SessionStateError('LOG_OFF', 'this host keeps no log of updates: set `updates: { log: true }`')
  }

  #letters(): DeadLetters {
    const { stored, host } = this.#session
    return new DeadLetters(stored, host.storage, host.now, this.#handler.handle, (error, where) =>
      this.#events.fault(error, where),
    )
  }

  #report(event: DeliveryEvent): void {
    switch (event.type) {
      case 'handlerFailed':
        this.#events.fault(event.error, `the update handler (attempt ${event.attempt})`)
        break
      case 'parked':
        this.#events.tell('parked', { id: event.id, error: event.error, attempts: event.attempts })
        break
      case 'stuck':
        this.#events.tell('stuck', { id: event.id, since: event.since })
        break
      case 'saveFailed':
        this.#events.fault(event.error, 'saving the update position')
        break
      case 'parkFailed':
        this.#events.fault(event.error, 'parking an update')
        break
      case 'pressed':
      case 'relieved':
        this.#press(event.type === 'pressed')
        break
    }
  }

  // ---- saving

  #save(changes: PositionChanges): Promise<void> {
    return this.#write(positionWrites(changes, this.#session.stored.userId))
  }

  /** One batch of the positions and all that is not written yet of the log and the index. */
  #write(positions: readonly SessionWrite[]): Promise<void> {
    // One after the other: had a batch of the log failed, a later position must not be saved ahead of it.
    const write = this.#writing.then(async () => {
      const log = this.#log?.take() ?? []
      const index = this.#index.take()
      if (positions.length + log.length + index.length === 0) return
      try {
        await this.#session.stored.write(...log, ...index, ...positions)
      } catch (error) {
        this.#log?.putBack(log)
        this.#index.putBack(index)
        throw error
      }
      if (log.length > 0) this.#log?.written()
    })
    this.#writing = write.catch(() => undefined)
    return write
  }

  /** Readers need not wait until a position can be saved. */
  #planLog(wait = LOG_AFTER): void {
    if (this.#cancelLog !== undefined || this.#deliverer === undefined) return
    this.#cancelLog = this.#timers.after(wait, () => {
      this.#cancelLog = undefined
      if (this.#log?.dirty !== true) return
      this.#write([]).catch((error: unknown) => {
        this.#events.fault(error, 'writing the update log')
        this.#planLog(LOG_RETRY)
      })
    })
  }
}

function logOf({ host, stored }: ProgramSession): UpdateLog | undefined {
  const { log } = host.updates
  if (log === undefined || log === false) return undefined
  const keep = (log === true ? undefined : log.keep) ?? KEEP_IN_LOG
  return new UpdateLog(stored, host.storage, keep, host.now)
}
