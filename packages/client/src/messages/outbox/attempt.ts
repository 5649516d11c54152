/** Hands a send to Telegram, again and again under its random id until Telegram has had its say. */
import { ConnectError, ConnectionClosed, ServerUnproven } from '@telegram-mt/net'
import { ServerKeyUnknownError } from '../../errors.ts'
import type { Call, tl } from '../../layer.ts'
import { RpcError } from '../../rpc/rpc-error.ts'
import type { OutboxSession } from './outbox-session.ts'
import type { PendingSend } from './pending-send.ts'
import type { SendMethod } from './send-call.ts'
import type { UsedIds } from './used-ids.ts'

/** Telegram's own faults are waited out for so long, ms. */
const PATIENCE_WITH_FAULTS = 15 * 60_000
const FIRST_RETRY = 500
const LONGEST_RETRY = 60_000

/** @throws what Telegram said last; `RANDOM_ID_OF_OTHER_CHAT`; the signal's reason. */
export async function attempt(
  send: PendingSend,
  session: OutboxSession,
  used: UsedIds,
  signal: AbortSignal,
): Promise<tl.Updates> {
  for (let failures = 0; ; failures++) {
    signal.throwIfAborted()
    send.attempts++
    try {
      const { floodWaitLimit } = send
      return await session.invoke(send.call as Call<SendMethod>, { signal, floodWaitLimit })
    } catch (error) {
      signal.throwIfAborted()
      const refusal = used.refusal(send, error)
      if (refusal !== undefined) throw refusal
      if (!isPassing(send, error, session.now())) throw error
      const wait = Math.min(FIRST_RETRY * 2 ** failures, LONGEST_RETRY) * (0.5 + session.jitter() / 2)
      const until = Math.ceil(session.now() + wait)
      send.retry = { reason: error.code, until }
      const { randomId, attempts } = send
      session.post({ type: 'outboxPatch', randomId, attempts, notBefore: until })
      await sleep(wait, session, signal)
      send.retry = undefined
    }
  }
}

/**
 * Nobody was reached, Telegram has trouble of its own, or the earlier attempt is being executed still. What it says otherwise
 * is its last word.
 */
function isPassing(send: PendingSend, error: unknown, now: number): error is Error & { code: string } {
  // What was sent before may have been executed: only Telegram can say so, and so long as it takes it is asked.
  if (error instanceof ConnectionClosed || error instanceof ConnectError) return true
  if (error instanceof ServerUnproven || error instanceof ServerKeyUnknownError) return true
  if (!(error instanceof RpcError)) return false
  if (error.status !== 500 && error.status !== -500 && error.status !== -503) return false
  send.faultsSince ??= now
  return now - send.faultsSince < PATIENCE_WITH_FAULTS
}

function sleep(milliseconds: number, { wheel }: OutboxSession, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      wheel.cancel(timer)
      reject(signal.reason)
    }
    const timer = wheel.after(milliseconds, () => {
      signal.removeEventListener('abort', abort)
      resolve()
    })
    signal.addEventListener('abort', abort, { once: true })
  })
}
