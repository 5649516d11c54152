/** Makes calls by the rules of `policy.ts`: waits out floods in sight of the program, follows redirects, retries faults. */
import { type CallOptions, CallTimeout } from '@telegram-mt/net'
import type { Call, Method, Result } from '../layer.ts'
import type { InvokeOptions } from './invoke.ts'
import { nextStep } from './policy.ts'
import type { LogoutReason, RpcError } from './rpc-error.ts'

/** A wait that Telegram has asked for and that the call now waits out. */
export interface FloodWait {
  method: string
  /** Milliseconds since the epoch when the call is made again. */
  until: number
  seconds: number
}

/** What the invoker needs of its session. */
export interface InvokerSession {
  readonly signedIn: boolean
  readonly floodWaitLimit: number
  now(): number
  /** 0 ≤ x < 1 */
  jitter(): number
  call<M extends Method>(call: Call<M>, options: CallOptions): Promise<Result<M>>
  moveTo(dc: number): Promise<void>
  forgetInitialization(): void
  /** True for errors that only say that the connection was exchanged for another. */
  isMoved(error: unknown): boolean
  onFloodWait(wait: FloodWait): void
  onDead(reason: LogoutReason): void
  /** Waits, unless the signal is aborted first: then it rejects with its reason. */
  sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void>
}

/** "a redirect … at most a few times": a ring of redirects must end. */
const MAX_MOVES = 5

export async function invoke<M extends Method>(
  session: InvokerSession,
  call: Call<M>,
  options: InvokeOptions = {},
): Promise<Result<M>> {
  const { signal } = options
  const deadline = options.timeout === undefined ? undefined : session.now() + options.timeout
  let faults = 0
  let moves = 0
  let initializations = 0
  for (;;) {
    signal?.throwIfAborted()
    const left = deadline === undefined ? undefined : deadline - session.now()
    if (left !== undefined && left <= 0) throw new CallTimeout(options.timeout ?? 0)
    try {
      return await session.call(call, { signal, deadline: left })
    } catch (error) {
      if (session.isMoved(error) && moves++ < MAX_MOVES) continue
      const step = nextStep(error, {
        faults,
        floodWaitLimit: options.floodWaitLimit ?? session.floodWaitLimit,
        signedIn: session.signedIn,
        random: session.jitter(),
      })
      switch (step.type) {
        case 'wait': {
          const until = session.now() + step.milliseconds
          if (deadline !== undefined && until > deadline) throw error
          if (step.why === 'flood') {
            session.onFloodWait({ method: call._, until, seconds: (error as RpcError).value ?? 0 })
          } else {
            faults++
          }
          await session.sleep(step.milliseconds, signal)
          continue
        }
        case 'move':
          if (moves++ >= MAX_MOVES) throw error
          await session.moveTo(step.dc)
          continue
        case 'initialize':
          if (initializations++ > 0) throw error
          session.forgetInitialization()
          continue
        case 'dead':
          session.onDead(step.reason)
          throw error
        case 'throw':
          throw error
      }
    }
  }
}
