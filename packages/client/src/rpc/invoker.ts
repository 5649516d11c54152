/** Makes calls by the rules of `policy.ts`: waits out floods in sight of the program, follows redirects, retries faults. */
import { SparseMap } from '@telegram-mt/mtproto'
import { CallTimeout, type TimerWheel } from '@telegram-mt/net'
import { TelegramError } from '../errors.ts'
import type { Call, Method, Result } from '../layer.ts'
import { manyListeners, stopForMany } from '../many-listeners.node.ts'
import type { RpcCallOptions } from './caller.ts'
import { FloodLines, type FloodNews, type LineCall } from './flood-lines.ts'
import type { FloodWait, OngoingWait } from './flood-wait.ts'
import { Invocation, type Outcome } from './invocation.ts'
import type { InvokeOptions, Where } from './invoke.ts'
import { Patience } from './patience.ts'
import { nextStep } from './policy.ts'
import type { LogoutReason } from './rpc-error.ts'
import { slowModePeer } from './slow-mode-peer.ts'

/** What the invoker needs of its session. */
export interface InvokerSession {
  readonly wheel: TimerWheel
  signedIn(): boolean
  /** Seconds. */
  readonly floodWaitLimit: number
  /** 0 ≤ x < 1 */
  jitter(): number
  call<M extends Method>(call: Call<M>, options: RpcCallOptions, where: Where): Promise<Result<M>>
  /** Whether that is another datacenter than the account's home. */
  isElsewhere(where: Where): boolean
  moveTo(dc: number): Promise<void>
  /** The other datacenter does not know the account. */
  authorizationLost(where: Where): void
  forgetInitialization(where: Where): void
  /** True for errors that only say that the connection was exchanged for another. */
  isMoved(error: unknown): boolean
  /** Telegram wants a wait, or a call waits one out that was only thrown before. */
  onFloodWait(wait: FloodWait, news: FloodNews): void
  onDead(reason: LogoutReason): void
  /** A call is made again after so many ms, because of a fault of Telegram's. */
  onPause(method: string, milliseconds: number, error: unknown): void
  /** A call is about to be made again. */
  onRetry(): void
  /** A call has ended, that many ms after it was made; `error` if it ended badly, `aborted` if by its caller's signal. */
  onEnd(method: string, milliseconds: number, error: unknown, aborted: boolean): void
  /** A call has its result: before whoever made it gets it. */
  onResult<M extends Method>(call: Call<M>, result: Result<M>): void
}

/** "a redirect … at most a few times": a ring of redirects must end. */
const MAX_MOVES = 5
/** How often a call brings a connection up to date that the server does not take for what it is. */
const MAX_REPAIRS = 2

export class Invoker {
  readonly #session: InvokerSession
  readonly #lines: FloodLines
  /** Calls that have not ended, by what their callers hold. */
  readonly #running = new SparseMap<Promise<unknown>, Invocation>()
  /** Those that have ended badly, for calls that are yet to follow them; made when first needed. */
  #endedBadly: WeakMap<Promise<unknown>, Outcome> | undefined
  #order = 0
  #closing: AbortController | undefined

  constructor(session: InvokerSession) {
    this.#session = session
    this.#lines = new FloodLines(session.wheel, (wait, news) => session.onFloodWait(wait, news))
  }

  /** Calls that have not ended. */
  get running(): number {
    return this.#running.size
  }

  /** Calls that wait for the end of a flood wait. */
  get waiting(): number {
    return this.#lines.waiting
  }

  /** The flood waits going on. */
  waits(): OngoingWait[] {
    return this.#lines.waits()
  }

  /** Ends what only waits here with this error. What has been sent ends with its connection. */
  close(error: Error): void {
    this.#lines.close(error)
    this.#closing?.abort(error)
    this.#closing = undefined
  }

  invoke<M extends Method>(call: Call<M>, options: InvokeOptions = {}): Promise<Result<M>> {
    const { after, signal } = options
    if (signal !== undefined) manyListeners(signal)
    const invocation = new Invocation(after && this.#earlier(after))
    const promise = this.#run(call, options, invocation)
    invocation.promise = promise
    if (invocation.outcome === undefined) this.#running.set(promise, invocation)
    else this.#remember(invocation)
    return promise
  }

  #earlier(after: Promise<unknown>): Invocation {
    const running = this.#running.get(after)
    if (running !== undefined) return running
    const outcome = this.#endedBadly?.get(after)
    return outcome === undefined ? Invocation.of(after) : Invocation.ended(outcome)
  }

  #remember({ promise, outcome = 'well' }: Invocation): void {
    if (promise === undefined || outcome === 'well') return
    this.#endedBadly ??= new WeakMap()
    this.#endedBadly.set(promise, outcome)
  }

  async #run<M extends Method>(
    call: Call<M>,
    options: InvokeOptions,
    invocation: Invocation,
  ): Promise<Result<M>> {
    const session = this.#session
    const patience = new Patience(session.wheel, this.#whenClosing, options)
    const { signal, timeout, deadline } = patience
    const place: LineCall = {
      order: ++this.#order,
      method: call._,
      dc: session.isElsewhere(options) ? options.dc : undefined,
      peer: slowModePeer(call),
      limit: options.floodWaitLimit ?? session.floodWaitLimit,
      deadline,
      timeout,
      signal,
    }
    let where: Where = options
    let faults = 0
    let moves = 0
    let repairs = 0
    let failure: unknown
    let outcome: Outcome = 'failed'
    let aborted = false
    const startedAt = session.wheel.now()
    try {
      for (let again = false; ; again = true) {
        if (again) session.onRetry()
        patience.left()
        if (this.#lines.any) await this.#lines.pass(place)
        const after = options.after && (await invocation.follow(call._, patience))
        try {
          const attempt = { signal, deadline: patience.left(), after, attempts: invocation }
          const result = await session.call(call, attempt, where)
          session.onResult(call, result)
          outcome = 'well'
          return result
        } catch (error) {
          invocation.turnedBack()
          if (session.isMoved(error) && moves++ < MAX_MOVES) continue
          if (await invocation.mayFollowAnew(error, patience)) continue
          const elsewhere = session.isElsewhere(where)
          const signedIn = session.signedIn()
          const step = nextStep(error, { faults, signedIn, elsewhere, random: session.jitter() })
          switch (step.type) {
            case 'flood':
              await this.#lines.wait(place, step.error)
              continue
            case 'retry':
              faults++
              if (deadline !== undefined && session.wheel.now() + step.milliseconds > deadline) throw error
              session.onPause(call._, step.milliseconds, error)
              await patience.sleep(step.milliseconds)
              continue
            case 'move':
              if (moves++ >= MAX_MOVES) throw error
              await patience.result(session.moveTo(step.dc))
              continue
            case 'redirect':
              if (moves++ >= MAX_MOVES) throw error
              where = step.where
              this.#lines.ended(place)
              place.dc = session.isElsewhere(where) ? where.dc : undefined
              continue
            case 'authorize':
              if (repairs++ >= MAX_REPAIRS) throw error
              session.authorizationLost(where)
              continue
            case 'initialize':
              if (repairs++ >= MAX_REPAIRS) throw error
              session.forgetInitialization(where)
              continue
            case 'dead':
              session.onDead(step.reason)
              throw error
            case 'throw':
              throw error
          }
        }
      }
    } catch (error) {
      failure = error
      aborted = isAborted(error, signal)
      if (aborted || error instanceof CallTimeout) outcome = 'givenUp'
      throw error
    } finally {
      session.onEnd(call._, session.wheel.now() - startedAt, failure, aborted)
      if (this.#lines.any) this.#lines.ended(place)
      if (invocation.promise !== undefined) this.#running.delete(invocation.promise)
      invocation.end(outcome)
      this.#remember(invocation)
    }
  }

  readonly #whenClosing = (): AbortSignal => {
    this.#closing ??= stopForMany()
    return this.#closing.signal
  }
}

/** Whether a call ended because its caller's signal was aborted, with whatever reason. */
function isAborted(error: unknown, signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true && (error === signal.reason || !(error instanceof TelegramError))
}
