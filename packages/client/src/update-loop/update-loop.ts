/**
 * Drives the gap engine of one account: what the server sends and answers goes in, its requests are made, its deliveries go
 * to the program.
 */
import { Timer } from '@telegram-mt/net'
import type { Method, tl } from '../layer.ts'
import type { SessionContext } from '../session/context.ts'
import type { DelivererStatus } from '../updates/delivery.ts'
import { type EngineStatus, UpdateEngine } from '../updates/engine.ts'
import { readFailure } from '../updates/failures.ts'
import { readOwnResult } from '../updates/own-results.ts'
import { retryDelay } from '../updates/timing.ts'
import type {
  Delivery,
  DifferenceRequest,
  DifferenceResult,
  GapDelivery,
  UpdateState,
} from '../updates/types.ts'
import { ChannelAccess } from './channel-access.ts'
import { PeersFirst } from './peers-first.ts'
import { type LoopEvents, UpdateProgram } from './update-program.ts'

/** What goes on with an account's updates, for metrics and for people who wonder why nothing comes. */
export interface UpdateStatus {
  /** How far Telegram's updates have been followed; absent while the account is not. */
  readonly engine: EngineStatus | undefined
  /** What the program has, and what waits for it. */
  readonly delivery: DelivererStatus | undefined
}

export class UpdateLoop {
  readonly #session: SessionContext
  readonly #events: LoopEvents
  readonly program: UpdateProgram
  readonly #timer: Timer
  #engine: UpdateEngine | undefined
  /** What is to be done with what came before the saved position was read. */
  #early: (() => void)[] | undefined
  #starting: Promise<void> | undefined
  #stopped = false
  /** Starts that failed, in a row. */
  #failures = 0
  readonly #peersFirst: PeersFirst
  #access: ChannelAccess | undefined

  constructor(session: SessionContext, events: LoopEvents) {
    this.#session = session
    this.#events = events
    this.program = new UpdateProgram(session, events, (pressed) => this.#press(pressed))
    this.#timer = new Timer(() => (this.#engine === undefined ? this.start() : this.#poll()))
    this.#peersFirst = new PeersFirst(session.peers, (error, where) => events.fault(error, where))
  }

  status(): UpdateStatus {
    return { engine: this.#engine?.status(), delivery: this.program.status() }
  }

  /**
   * Begins to follow the account's updates from the saved position; does nothing if it does so already. If the position cannot
   * be read, that is told, and tried again.
   */
  start(): void {
    if (this.#engine !== undefined || this.#starting !== undefined) return
    this.#stopped = false
    this.#starting = this.#begin()
      .catch((error: unknown) => this.#startLater(error))
      .finally(() => {
        this.#starting = undefined
      })
  }

  /** Ends it; resolves when handlers under way have finished, or have been given up, and positions are saved. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#engine = undefined
    this.#early = undefined
    this.#session.host.connections.wheel.cancel(this.#timer)
    await this.#starting
    await this.program.stop()
  }

  /** Another account takes the place of the one that was followed. */
  forgetAccount(): void {
    this.#access = undefined
    this.program.forgetAccount()
  }

  receive(updates: tl.Updates): void {
    if (this.#engine === undefined) {
      this.#later(() => this.receive(updates))
      return
    }
    const missing = this.#peersFirst.missing(updates, this.#session.stored.userId)
    // As nearly always: for this way nothing is made.
    if (this.#peersFirst.isTurnOf(missing)) this.#take(this.#engine, updates)
    else {
      const engine = this.#engine
      this.#peersFirst.inTurn(missing, () => this.#take(engine, updates))
    }
  }

  /** Once the saved position is read. */
  #later(take: () => void): void {
    if (this.#starting === undefined) return
    this.#early ??= []
    this.#early.push(take)
  }

  #take(engine: UpdateEngine, updates: tl.Updates): void {
    if (this.#engine !== engine) return
    const now = this.#now()
    this.#handOver(engine.receive(updates, now), now)
    if (!(engine.isQuiet(now) && this.#timer.active)) this.#poll(now)
  }

  ownResult(call: { _: string }, result: unknown): void {
    if (isDifference(call._)) return
    // Most answers have nothing to do with updates.
    if (readOwnResult(call, result, this.#session.stored.userId) === undefined) return
    if (this.#engine === undefined) {
      // Where a list of chats says that a channel is, it is followed from: what is lost after that would not be missed otherwise.
      this.#later(() => this.ownResult(call, result))
      return
    }
    this.#inTurn(this.#engine, (engine, now) => this.#handOver(engine.ownResult(call, result, now), now))
  }

  /** The server has lost the MTProto session, or something of it could not be read: updates may be missing. */
  newSession(): void {
    if (this.#engine === undefined) return
    this.#inTurn(this.#engine, (engine) => engine.newSession())
  }

  #inTurn(engine: UpdateEngine, run: (engine: UpdateEngine, now: number) => void): void {
    this.#peersFirst.inTurn([], () => {
      if (this.#engine !== engine) return
      const now = this.#now()
      run(engine, now)
      this.#poll(now)
    })
  }

  #startLater(error: unknown): void {
    const { wheel, random } = this.#session.host.connections
    // A start that succeeds asks for what comes until then.
    this.#early = undefined
    if (!this.#stopped) wheel.start(this.#timer, retryDelay(++this.#failures, random()))
    this.#events.fault(error, 'reading the update position')
  }

  async #begin(): Promise<void> {
    const { host, stored, peers } = this.#session
    const { state, channels } = await host.storage.updatePositions(stored.id)
    const saved: UpdateState | undefined = state && { ...state, channels }
    await this.program.start(saved)
    if (this.#stopped) return
    this.#engine = new UpdateEngine(
      saved,
      {
        selfId: stored.userId,
        knows: (kind, id) => peers.knows(kind, id),
        spread: host.connections.random(),
        catchUp: host.updates.catchUp,
        bufferLimit: 2 * (host.updates.highWater ?? HIGH_WATER),
      },
      this.#now(),
    )
    const early = this.#early
    this.#early = undefined
    this.#failures = 0
    for (const take of early ?? []) take()
    this.#poll()
  }

  #poll(now = this.#now()): void {
    const engine = this.#engine
    if (engine === undefined) return
    const { requests, deliveries, wakeAt } = engine.poll(now)
    this.#handOver(deliveries, now)
    for (const request of requests) void this.#fetch(engine, request)
    const { wheel } = this.#session.host.connections
    if (wakeAt === Number.POSITIVE_INFINITY) wheel.cancel(this.#timer)
    // Most updates do nothing but put off the end of a silence.
    else wheel.startAtLatest(this.#timer, wakeAt - now)
  }

  async #fetch(engine: UpdateEngine, request: DifferenceRequest): Promise<void> {
    let deliveries: Delivery[]
    try {
      const result = await this.#ask(request)
      if (this.#engine !== engine) return
      deliveries = engine.difference(request, result, this.#now())
    } catch (error) {
      if (this.#engine !== engine) return
      // It is asked again after a while: nobody is to wonder why nothing comes until then.
      if (readFailure(error).type === 'retry') this.#events.fault(error, 'fetching missed updates')
      deliveries = engine.differenceFailed(request, error, this.#now())
    }
    this.#handOver(deliveries)
    this.#poll()
  }

  async #ask(request: DifferenceRequest): Promise<DifferenceResult> {
    const { invoke } = this.#session
    if (request.type === 'state') return await invoke(request.params)
    if (request.type === 'account') return await invoke(request.params)
    this.#access ??= new ChannelAccess(this.#session)
    return await this.#access.difference(request)
  }

  #handOver(deliveries: readonly Delivery[], now = this.#now()): void {
    if (deliveries.length === 0) return
    for (const delivery of deliveries) {
      const { users, chats } = delivery
      if (users.length > 0 || chats.length > 0) {
        this.#session.peers.learn(users, chats, delivery.type === 'update' ? delivery : undefined, now)
      }
      if (delivery.type === 'gap') this.#events.tell('gap', delivery)
    }
    this.program.add(deliveries)
  }

  /** The program is slow, or has caught up: no more is asked for, or again. */
  #press(pressed: boolean): void {
    const engine = this.#engine
    if (engine === undefined) return
    if (pressed) engine.pause()
    // Not from within the deliverer's own work.
    else
      queueMicrotask(() => {
        if (this.#engine !== engine || !engine.paused) return
        this.#handOver(engine.resume(this.#now()))
        this.#poll()
      })
  }

  #now(): number {
    return this.#session.host.now()
  }
}

/** How many updates may wait for the program, unless the host says otherwise. As many again and more wait in the engine. */
const HIGH_WATER = 1_000

const isDifference = (method: string): method is Method =>
  method === 'updates.getDifference' ||
  method === 'updates.getChannelDifference' ||
  method === 'updates.getState'

export type { GapDelivery }
