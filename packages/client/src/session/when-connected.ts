/** Waits for a session to be connected, for those who want to know when that is, and why not. */
import type { TimerWheel } from '@telegram-mt/net'
import { type ServerKeyUnknownError, SessionStateError, TelegramError } from '../errors.ts'
import type { Lifecycle } from './lifecycle.ts'

export interface WhenConnectedOptions {
  readonly session: string
  readonly dc: number
  /** Milliseconds. */
  readonly timeout: number
  readonly signal: AbortSignal | undefined
}

/** What is the host's: its timers, and the line of those that wait for their turn to connect. */
export interface WaitingHost {
  readonly wheel: TimerWheel
  readonly limiter: { readonly waiting: number }
}

/**
 * Resolves when the datacenter has answered.
 * @throws ServerKeyUnknownError when every address was tried; TelegramError `CONNECT_TIMEOUT` with the last reason why not;
 * SessionStateError `SESSION_CLOSED`, `SESSION_DEAD`; the signal's reason.
 */
export function whenConnected(
  lifecycle: Lifecycle,
  { wheel, limiter }: WaitingHost,
  { session, dc, timeout, signal }: WhenConnectedOptions,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void) => {
      wheel.cancel(timer)
      lifecycle.off('state', look)
      lifecycle.off('stranger', refuse)
      signal?.removeEventListener('abort', aborted)
      end()
    }
    let last = 'no answer yet'
    const look = () => {
      const { state } = lifecycle
      if (state.name === 'online' || state.name === 'authorizing') settle(resolve)
      else if (state.name === 'waiting') last = state.reason
      else if (state.name === 'closed') ended('SESSION_CLOSED', 'was closed')
      else if (state.name === 'loggedOut') ended('SESSION_DEAD', `was logged out (${state.reason})`)
    }
    const ended = (code: string, what: string) =>
      settle(() => reject(new SessionStateError(code, `session ${session} ${what} while it connected`)))
    // Trying again cures neither a wrong list of keys nor an attack; whoever connects is to know at once.
    const refuse = (error: ServerKeyUnknownError) => settle(() => reject(error))
    const aborted = () => settle(() => reject(signal?.reason))
    const timer = wheel.after(timeout, () => {
      const held = limiter.waiting
      // Who brings up many at once mostly waits for the host itself, and can help it.
      const line =
        held === 0
          ? ''
          : `; ${held} of this host's connects wait for their turn, which the option connectLimit gives them`
      const message = `no connection to datacenter ${dc} in ${timeout} ms: ${last}${line}`
      settle(() => reject(new TelegramError('CONNECT_TIMEOUT', message)))
    })
    lifecycle.on('state', look)
    lifecycle.on('stranger', refuse)
    signal?.addEventListener('abort', aborted)
    if (signal?.aborted) aborted()
    else look()
  })
}
