/** What a session counts of its own doings. Numbers only: nothing here says what was said, or to whom. */
import { SecurityError, SessionError } from '@telegram-mt/mtproto'
import { TlError } from '@telegram-mt/tl'
import { TelegramError } from '../errors.ts'
import { RpcError } from '../rpc/rpc-error.ts'

/** The calls of one method. */
export interface MethodMetrics {
  /** Calls that have ended, well or badly. */
  count: number
  /** Milliseconds from each call's making to its end, waits included, all added up. */
  milliseconds: number
  /**
   * How many ended with which error, by its code; numbers in the name of one of Telegram's are written `%d`. `ABORTED`: by the
   * caller's signal; `OTHER`: with an error that has no code.
   */
  errors: { [error: string]: number }
}

export class SessionCounters {
  /** Connections that were made. */
  connects = 0
  /** Connections that were lost. */
  drops = 0
  /** Attempts to connect that failed. */
  failedConnects = 0
  /** Auth keys that were made. */
  keyExchanges = 0
  /** Pings that were answered. */
  pings = 0
  /** Milliseconds from each such ping to its answer, all added up. */
  pingMilliseconds = 0
  /** Calls that had to be sent again within a session of the protocol. */
  resends = 0
  /** Calls that were made again: after a wait, a redirect, or trouble of the server's own. */
  retries = 0
  /** Waits that Telegram asked for, waited out or thrown. */
  floodWaits = 0
  /** Things that went wrong inside the session and were contained there. */
  faults = 0
  /** Updates that the program has finished with. */
  updatesHandled = 0
  /** Updates that the program could not handle, and that were put aside. */
  updatesParked = 0
  readonly methods = new Map<string, MethodMetrics>()

  /** A call has ended. */
  called(method: string, milliseconds: number, error?: unknown, aborted = false): void {
    let metrics = this.methods.get(method)
    if (metrics === undefined) {
      metrics = { count: 0, milliseconds: 0, errors: NO_ERRORS }
      this.methods.set(method, metrics)
    }
    metrics.count++
    metrics.milliseconds += milliseconds
    if (error === undefined) return
    const name = aborted ? 'ABORTED' : errorName(error)
    if (metrics.errors === NO_ERRORS) metrics.errors = {}
    metrics.errors[name] = (metrics.errors[name] ?? 0) + 1
  }

  /** Takes over what another session has counted. */
  add(other: SessionCounters): void {
    for (const name of NUMBERS) this[name] += other[name]
    for (const [method, { count, milliseconds, errors }] of other.methods) {
      const metrics = this.methods.get(method) ?? { count: 0, milliseconds: 0, errors: {} }
      this.methods.set(method, metrics)
      metrics.count += count
      metrics.milliseconds += milliseconds
      for (const [error, times] of Object.entries(errors))
        metrics.errors[error] = (metrics.errors[error] ?? 0) + times
    }
  }
}

/** Shared by all methods that never failed. */
const NO_ERRORS: MethodMetrics['errors'] = Object.freeze({})

/** The plain numbers among the counters. */
export const NUMBERS = [
  'connects',
  'drops',
  'failedConnects',
  'keyExchanges',
  'pings',
  'pingMilliseconds',
  'resends',
  'retries',
  'floodWaits',
  'faults',
  'updatesHandled',
  'updatesParked',
] as const

/** A name that is one of few: an error's text might be anything. */
function errorName(error: unknown): string {
  if (error instanceof RpcError) return error.pattern
  if (error instanceof TelegramError || error instanceof TlError) return error.code
  return error instanceof SessionError || error instanceof SecurityError ? error.code : 'OTHER'
}
