/**
 * Drives the gap engine of one account: what the server sends and answers goes in, its requests are made, its deliveries are
 * handed to the program one after the other, and the position is saved when the program has finished with each.
 */
import { Timer } from '@telegram-mt/net'
import type { Method, tl } from '../layer.ts'
import type { SessionContext } from '../session/context.ts'
import { sleep } from '../session/sleep.ts'
import { UpdateEngine } from '../updates/engine.ts'
import { NO_ACCESS_HASH } from '../updates/failures.ts'
import type { Delivery, DifferenceRequest, DifferenceResult, UpdateState } from '../updates/types.ts'
import { Deliverer } from './deliverer.ts'
import type { MessageHandler, UpdateHandler } from './handlers.ts'

export class UpdateLoop {
  readonly #session: SessionContext
  readonly #fault: (error: unknown, where: string) => void
  readonly #deliverer: Deliverer
  readonly #timer: Timer
  #engine: UpdateEngine | undefined
  /** What came before the saved position was read. */
  #early: tl.Updates[] = []
  #starting: Promise<void> | undefined
  #stopped = false

  constructor(session: SessionContext, fault: (error: unknown, where: string) => void) {
    this.#session = session
    this.#fault = fault
    this.#deliverer = new Deliverer(session, fault)
    this.#timer = new Timer(() => this.#poll())
  }

  onUpdate(handler: UpdateHandler): void {
    this.#deliverer.onUpdate = handler
  }

  onMessage(handler: MessageHandler): void {
    this.#deliverer.onMessage = handler
  }

  /** Begins to follow the account's updates from the saved position; does nothing if it does so already. */
  start(): void {
    if (this.#engine !== undefined || this.#starting !== undefined) return
    this.#stopped = false
    this.#starting = this.#begin()
      .catch((error: unknown) => this.#fault(error, 'reading the update position'))
      .finally(() => {
        this.#starting = undefined
      })
  }

  /**
   * Ends it; resolves when the handler under way has finished and its position is saved. One that takes longer than
   * `HANDLER_GRACE` is left to itself: its update was not handled, and comes again.
   */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#engine = undefined
    this.#early = []
    const { wheel } = this.#session.host.connections
    wheel.cancel(this.#timer)
    const stopped = new AbortController()
    const grace = sleep(wheel, HANDLER_GRACE, stopped.signal).catch(() => {})
    await Promise.race([this.#deliverer.stop(), grace])
    // A wait that nobody needs any more would keep a program from ending.
    stopped.abort()
  }

  receive(updates: tl.Updates): void {
    if (this.#engine === undefined) {
      if (this.#starting !== undefined) this.#early.push(updates)
      return
    }
    this.#handOver(this.#engine.receive(updates, this.#now()))
    this.#poll()
  }

  ownResult(call: { _: string }, result: unknown): void {
    if (this.#engine === undefined || isDifference(call._)) return
    this.#handOver(this.#engine.ownResult(call, result, this.#now()))
    this.#poll()
  }

  /** The server has lost the MTProto session: updates may be missing. */
  newSession(): void {
    if (this.#engine === undefined) return
    this.#engine.newSession()
    this.#poll()
  }

  async #begin(): Promise<void> {
    const { host, stored, peers } = this.#session
    const { state, channels } = await host.storage.updatePositions(stored.id)
    if (this.#stopped) return
    const saved: UpdateState | undefined = state && { ...state, channels }
    this.#deliverer.start(saved)
    this.#engine = new UpdateEngine(
      saved,
      {
        selfId: stored.userId,
        knows: (kind, id) => peers.knows(kind, id),
        spread: host.connections.random(),
      },
      this.#now(),
    )
    const early = this.#early
    this.#early = []
    for (const updates of early) this.#handOver(this.#engine.receive(updates, this.#now()))
    this.#poll()
  }

  #poll(): void {
    const engine = this.#engine
    if (engine === undefined) return
    const { requests, deliveries, wakeAt } = engine.poll(this.#now())
    this.#handOver(deliveries)
    for (const request of requests) void this.#fetch(engine, request)
    const { wheel } = this.#session.host.connections
    if (wakeAt === Number.POSITIVE_INFINITY) wheel.cancel(this.#timer)
    else wheel.start(this.#timer, wakeAt - this.#now())
  }

  async #fetch(engine: UpdateEngine, request: DifferenceRequest): Promise<void> {
    let deliveries: Delivery[]
    try {
      const result = await this.#ask(request)
      if (this.#engine !== engine) return
      deliveries = engine.difference(request, result, this.#now())
    } catch (error) {
      if (this.#engine !== engine) return
      deliveries = engine.differenceFailed(request, error, this.#now())
    }
    this.#handOver(deliveries)
    this.#poll()
  }

  async #ask(request: DifferenceRequest): Promise<DifferenceResult> {
    const { invoke, peers } = this.#session
    if (request.type === 'state') return await invoke(request.params)
    if (request.type === 'account') return await invoke(request.params)
    const channel = await peers.resolve({ kind: 'channel', id: request.channelId }).catch(() => undefined)
    if (channel?._ !== 'inputPeerChannel') throw { code: NO_ACCESS_HASH }
    return await invoke({
      _: 'updates.getChannelDifference',
      channel: { _: 'inputChannel', channelId: channel.channelId, accessHash: channel.accessHash },
      filter: { _: 'channelMessagesFilterEmpty' },
      pts: request.pts,
      limit: request.limit,
    })
  }

  #handOver(deliveries: readonly Delivery[]): void {
    for (const { users, chats } of deliveries) {
      if (users.length > 0 || chats.length > 0) this.#session.peers.learn(users, chats)
    }
    this.#deliverer.add(deliveries)
    const engine = this.#engine
    if (engine === undefined) return
    if (this.#deliverer.waiting > MOST_WAITING && !engine.paused) {
      engine.pause()
      this.#deliverer.whenBelow(MOST_WAITING / 2, () => {
        if (this.#engine !== engine) return
        this.#handOver(engine.resume(this.#now()))
        this.#poll()
      })
    }
  }

  #now(): number {
    return this.#session.host.now()
  }
}

/** How long the end of a session waits for a handler that is under way, milliseconds. */
const HANDLER_GRACE = 3_000
/** Deliveries that may wait for a slow handler before the engine stops asking for more. */
const MOST_WAITING = 1_000

const isDifference = (method: string): method is Method =>
  method === 'updates.getDifference' ||
  method === 'updates.getChannelDifference' ||
  method === 'updates.getState'
