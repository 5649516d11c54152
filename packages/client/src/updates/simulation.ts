/**
 * Runs the gap engine against a model of the server in virtual time: pushes get lost, doubled and reordered, answers are
 * late, refused, cut into slices or too long, the session is dropped, the program is slow, crashes and starts again from
 * what it saved. In the end, once the network is good again, the program must see what the server has.
 *
 * All of it follows from one seed, so a failure can be played again.
 */
import type { tl } from '../layer.ts'
import { UpdateEngine } from './engine.ts'
import { NO_ACCESS_HASH } from './failures.ts'
import { Faults } from './simulation/faults.ts'
import { type Happening, Happenings } from './simulation/happenings.ts'
import { BrokenPromise, ModelProgram } from './simulation/model-program.ts'
import { CHANNELS, ModelServer, SELF_ID } from './simulation/model-server.ts'
import { checkAll, checkBuffer } from './simulation/proof.ts'
import { Random } from './simulation/random.ts'
import { Timeline } from './simulation/timeline.ts'
import type { Delivery, DifferenceRequest } from './types.ts'

export interface SimulationReport {
  readonly seed: number
  readonly events: number
  readonly handled: number
  readonly repeats: number
  readonly gaps: number
  readonly requests: number
  readonly crashes: number
}

const START = 1_700_000_000_000
/** After the last fault: long enough for every retry, and too short for the check after silence … */
const RETRIES = 10 * 60_000
/** … and long enough for every check that goes by the clock. */
const CHECKS = 3 * 3_600_000

/** Plays one history. Throws {@link BrokenPromise}, naming the seed, if the engine broke a promise. */
export function simulate(seed: number, trace?: (line: string) => void): SimulationReport {
  try {
    return new Simulation(seed, trace).run()
  } catch (error) {
    if (error instanceof Error) error.message = `seed ${seed}: ${error.message}`
    throw error
  }
}

class Simulation {
  readonly #seed: number
  readonly #trace: ((line: string) => void) | undefined
  readonly #random: Random
  readonly #faults: Faults
  readonly #time = new Timeline(START)
  readonly #server: ModelServer
  readonly #happenings: Happenings
  readonly #program: ModelProgram
  #engine: UpdateEngine
  /** Counts the engine's lives: what was under way for an earlier one is void. */
  #life = 0
  /** Counts the sessions: pushes to an earlier one are lost. */
  #session = 0
  #pollAt = Number.POSITIVE_INFINITY
  #working = false
  #requests = 0
  #crashes = 0
  /** Unnumbered updates that the engine was given in its present life. */
  #marksGiven = new Set<number>()
  /** Those that came in a container with a number of its own: a repeat of it is known. */
  readonly #marksOnce = new Set<number>()

  constructor(seed: number, trace: ((line: string) => void) | undefined) {
    this.#seed = seed
    this.#trace = trace
    this.#random = new Random(seed)
    this.#faults = new Faults(this.#random)
    this.#server = new ModelServer(this.#random, this.#faults)
    this.#happenings = new Happenings(this.#random, this.#faults, this.#server, () => this.#date())
    this.#program = new ModelProgram(this.#server, this.#faults)
    for (const channelId of CHANNELS.slice(0, 3)) this.#server.box(channelId)
    for (let count = 0; count < 10; count++) this.#happenings.newMessage()
    this.#engine = this.#newEngine()
  }

  run(): SimulationReport {
    this.#poll()
    let at = START
    for (let count = this.#random.between(20, 150); count > 0; count--) {
      at += this.#random.chance(0.6) ? this.#random.below(200) : this.#random.below(20_000)
      this.#time.at(at, () => this.#happen(this.#happenings.next()))
    }
    this.#time.runUntil(at)
    // What is kept over a death must do for all that comes after it, also if everything works from then on.
    if (this.#faults.dieAtEnd) this.#crash()
    this.#faults.heal()
    // Each way to hear of what was missed must do by itself.
    const recovery = this.#faults.recovery
    if (recovery === 'newSession') this.#dropSession()
    this.#time.runUntil(at + (recovery === 'silence' ? CHECKS : RETRIES))
    // A check that goes by the clock may just be under way.
    for (
      let tries = 0;
      tries < 5 && (this.#engine.status().requests > 0 || this.#program.queue.length > 0);
      tries++
    ) {
      this.#time.runUntil(this.#time.now + 10_000)
    }
    checkAll({
      engine: this.#engine,
      server: this.#server,
      program: this.#program,
      faults: this.#faults,
      marksGiven: this.#marksGiven,
      marksOnce: this.#marksOnce,
    })
    const { handled, repeats, gaps } = this.#program
    const { events } = this.#happenings
    const [requests, crashes] = [this.#requests, this.#crashes]
    return { seed: this.#seed, events, handled, repeats, gaps, requests, crashes }
  }

  #happen(happening: Happening): void {
    switch (happening.type) {
      case 'push':
        this.#deliverPush(this.#contain([...happening.updates]))
        break
      case 'tooLong':
        this.#deliverPush({ _: 'updatesTooLong' })
        break
      case 'answer':
        this.#answer(happening.call, happening.result)
        break
      case 'dropSession':
        this.#dropSession()
        break
      case 'crash':
        this.#crash()
    }
  }

  // ---------------------------------------------------------------------------------------------- the network

  #answer(call: tl.RpcCall, result: unknown): void {
    const life = this.#life
    this.#time.after(this.#faults.delay(), () => {
      if (life !== this.#life) return
      this.#trace?.(`answer to ${call._}: ${show(result)}`)
      if (call._ === 'messages.getDialogs') for (const id of CHANNELS) this.#program.dialogs.add(id)
      this.#handOut(this.#engine.ownResult(call, result, this.#time.now))
    })
  }

  #deliverPush(updates: tl.Updates): void {
    const session = this.#session
    const times = this.#random.chance(this.#faults.loss)
      ? 0
      : this.#random.chance(this.#faults.double)
        ? 2
        : 1
    for (let time = 0; time < times; time++) {
      this.#time.after(this.#faults.delay(), () => {
        if (session !== this.#session) return
        this.#trace?.(`push ${show(updates)}`)
        this.#noteMarks(updates)
        this.#handOut(this.#engine.receive(updates, this.#time.now))
      })
    }
  }

  #contain(updates: tl.Update[]): tl.Updates {
    const date = this.#date()
    const [first] = updates
    if (updates.length === 1 && first !== undefined && this.#random.chance(0.4)) {
      return shortForm(first, date) ?? { _: 'updateShort', update: first, date }
    }
    const users = this.#server.usersOf(updates, false)
    const channelIds = updates.map(channelIdOf)
    const chats = this.#random.chance(0.8) ? this.#server.chatsOf(channelIds) : []
    if (this.#random.chance(0.3)) return { _: 'updates', updates, users, chats, date, seq: 0 }
    const seqStart = ++this.#server.seq
    if (this.#random.chance(0.5)) return { _: 'updates', updates, users, chats, date, seq: seqStart }
    this.#server.seq += this.#random.below(2)
    return { _: 'updatesCombined', updates, users, chats, date, seqStart, seq: this.#server.seq }
  }

  /** The server drops the session and all that was on its way, and says so. */
  #dropSession(): void {
    this.#session++
    if (this.#random.chance(0.5)) this.#server.seq = 0
    this.#trace?.('new session')
    this.#engine.newSession()
    this.#poll()
  }

  #ask(request: DifferenceRequest): void {
    const life = this.#life
    this.#requests++
    this.#trace?.(`ask ${show(request)}`)
    this.#time.after(this.#faults.delay(), () => {
      const answer = this.#serve(request)
      this.#time.after(this.#faults.delay(), () => {
        if (life !== this.#life) return
        this.#trace?.(`told ${show(answer)}`)
        const { now } = this.#time
        if ('code' in answer) this.#handOut(this.#engine.differenceFailed(request, answer, now))
        else this.#handOut(this.#engine.difference(request, answer, now))
      })
    })
  }

  #serve(request: DifferenceRequest): ReturnType<ModelServer['answer']> {
    if (this.#random.chance(this.#faults.refuse)) {
      return {
        code: this.#random.pick(['INTERNAL', 'FLOOD_WAIT_3', 'TIMEOUT', 'PERSISTENT_TIMESTAMP_OUTDATED']),
      }
    }
    if (request.type === 'channel' && !this.#program.knownChannels.has(request.channelId)) {
      return { code: NO_ACCESS_HASH }
    }
    return this.#server.answer(request, this.#date())
  }

  // ---------------------------------------------------------------------------------------------- the program

  #newEngine(): UpdateEngine {
    const { knownUsers, knownChannels, saved } = this.#program
    return new UpdateEngine(
      saved.state(),
      {
        selfId: SELF_ID,
        knows: (kind, id) =>
          kind === 'chat' || id === SELF_ID || (kind === 'user' ? knownUsers : knownChannels).has(id),
        channelLimit: this.#faults.channelLimit,
        channelsAtOnce: this.#faults.channelsAtOnce,
        bufferLimit: this.#faults.bufferLimit,
        spread: this.#random.next(),
      },
      this.#time.now,
    )
  }

  #handOut(deliveries: readonly Delivery[]): void {
    if (this.#trace !== undefined) for (const delivery of deliveries) this.#trace(`  -> ${show(delivery)}`)
    this.#program.take(deliveries)
    if (this.#program.queue.length > this.#faults.queueHigh) this.#engine.pause()
    this.#work()
    this.#poll()
  }

  #poll(): void {
    const { requests, deliveries, wakeAt } = this.#engine.poll(this.#time.now)
    checkBuffer(this.#engine, this.#faults)
    for (const request of requests) this.#ask(request)
    if (deliveries.length > 0) this.#program.take(deliveries)
    if (wakeAt === this.#pollAt || wakeAt === Number.POSITIVE_INFINITY) return
    if (wakeAt <= this.#time.now) throw new BrokenPromise('the engine wants to be woken in the past')
    const life = this.#life
    this.#pollAt = wakeAt
    this.#time.at(wakeAt, () => {
      if (life !== this.#life || this.#pollAt !== wakeAt) return
      this.#pollAt = Number.POSITIVE_INFINITY
      this.#poll()
    })
  }

  /** Handles deliveries one after the other, each in its time. */
  #work(): void {
    if (this.#working || this.#program.queue.length === 0) return
    this.#working = true
    const life = this.#life
    this.#time.after(this.#faults.handling(), () => {
      if (life !== this.#life) return
      this.#working = false
      this.#program.handleNext(true)
      if (this.#engine.paused && this.#program.queue.length <= this.#faults.queueLow) {
        this.#handOut(this.#engine.resume(this.#time.now))
      }
      this.#work()
    })
  }

  /** The process dies, perhaps between handling an update and saving the position, and starts again. */
  #crash(): void {
    this.#trace?.('crash')
    this.#crashes++
    if (this.#random.chance(0.5)) this.#program.handleNext(false)
    this.#program.crash()
    this.#life++
    this.#session++
    this.#working = false
    this.#pollAt = Number.POSITIVE_INFINITY
    this.#marksGiven = new Set()
    this.#engine = this.#newEngine()
    this.#poll()
  }

  // ---------------------------------------------------------------------------------------------- the proof

  #noteMarks(updates: tl.Updates): void {
    if (!('updates' in updates)) return
    for (const update of updates.updates) {
      if (update._ !== 'updateMessageReactions') continue
      if (!this.#engine.paused) this.#marksGiven.add(update.msgId)
      if (updates.seq > 0) this.#marksOnce.add(update.msgId)
    }
  }

  #date(): number {
    return Math.floor(this.#time.now / 1000)
  }
}

function channelIdOf(update: tl.Update): number {
  if ('channelId' in update && typeof update.channelId === 'number') return update.channelId
  if (update._ !== 'updateNewChannelMessage' && update._ !== 'updateEditChannelMessage') return 0
  return update.message.peerId?._ === 'peerChannel' ? update.message.peerId.channelId : 0
}

/** The short form of a message that has one. */
function shortForm(update: tl.Update, date: number): tl.Updates | undefined {
  if (update._ !== 'updateNewMessage' || update.message._ !== 'message') return undefined
  const { id, message, peerId, fromId, out } = update.message
  const { pts, ptsCount } = update
  if (peerId._ === 'peerUser' && fromId?._ === 'peerUser' && fromId.userId === peerId.userId) {
    return { _: 'updateShortMessage', out, id, userId: peerId.userId, message, pts, ptsCount, date }
  }
  if (peerId._ === 'peerChat' && fromId?._ === 'peerUser') {
    const { chatId } = peerId
    return {
      _: 'updateShortChatMessage',
      out,
      id,
      fromId: fromId.userId,
      chatId,
      message,
      pts,
      ptsCount,
      date,
    }
  }
  return undefined
}

function show(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) => (typeof one === 'bigint' ? `${one}n` : one))
}
