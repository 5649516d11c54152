/**
 * What to do about a refused call, as a pure decision: who waits, who moves, who gives up.
 * Rules: https://core.telegram.org/api/errors and https://core.telegram.org/api/datacenter
 */
import type { Where } from './invoke.ts'
import { FloodWaitError, type LogoutReason, logoutReason, RpcError } from './rpc-error.ts'

export interface PolicyContext {
  /** How often this call was refused with a server fault already. */
  faults: number
  /** Whether an account is signed in on this key: only then do 401 errors mean that the key is dead. */
  signedIn: boolean
  /** Whether another datacenter than the account's home has refused. */
  elsewhere: boolean
  /** 0 ≤ x < 1, for jitter. */
  random: number
}

export type PolicyStep =
  | { type: 'throw' }
  /** Telegram wants a wait: the lines decide whether the call waits it out. */
  | { type: 'flood'; error: FloodWaitError }
  /** The server's own trouble: try again after so many milliseconds. */
  | { type: 'retry'; milliseconds: number }
  /** The account or the number lives on another datacenter: move the session there and call again. */
  | { type: 'move'; dc: number }
  /** What is asked for lies on another datacenter: ask there. The account stays where it is. */
  | { type: 'redirect'; where: Where }
  /** The other datacenter does not know the account: show it the authorization again. */
  | { type: 'authorize' }
  /** The server does not know this connection's layer yet. */
  | { type: 'initialize' }
  | { type: 'dead'; reason: LogoutReason }

/** "500 INTERNAL: an internal server error occurred … collect as much information as possible": retried a few times. */
const MAX_FAULTS = 5
const MOVES = new Set(['PHONE_MIGRATE_%d', 'USER_MIGRATE_%d', 'NETWORK_MIGRATE_%d'])
const UNINITIALIZED = new Set(['CONNECTION_NOT_INITED', 'CONNECTION_LAYER_INVALID'])

export function nextStep(error: unknown, context: PolicyContext): PolicyStep {
  if (!(error instanceof RpcError)) return { type: 'throw' }
  if (error instanceof FloodWaitError) return { type: 'flood', error }
  if (error.status === 303 && error.value !== undefined) {
    const dc = error.value
    if (MOVES.has(error.pattern) && !context.elsewhere && mayMove(error, context.signedIn))
      return { type: 'move', dc }
    if (error.pattern === 'FILE_MIGRATE_%d') return { type: 'redirect', where: { dc, media: true } }
    if (error.pattern === 'STATS_MIGRATE_%d') return { type: 'redirect', where: { dc } }
  }
  if (UNINITIALIZED.has(error.pattern)) return { type: 'initialize' }
  if (isServerFault(error) && context.faults < MAX_FAULTS) {
    const ceiling = Math.min(500 * 2 ** context.faults, 16_000)
    return { type: 'retry', milliseconds: ceiling * (0.5 + context.random / 2) }
  }
  const reason = logoutReason(error)
  if (reason !== undefined && context.elsewhere)
    return context.signedIn ? { type: 'authorize' } : { type: 'throw' }
  // Before a login, "the key belongs to nobody" is what every call that needs a user is told.
  if (reason !== undefined && (context.signedIn || reason === 'duplicated')) return { type: 'dead', reason }
  return { type: 'throw' }
}

/**
 * An account that is signed in moves only for its own sake: the datacenter of a number, or of a login that is about to begin, is
 * no reason to take it away from where its key is known. Nor is the refusal to send it on, which the move itself would ask for.
 */
function mayMove({ pattern, method }: RpcError, signedIn: boolean): boolean {
  return !signedIn || (pattern === 'USER_MIGRATE_%d' && method !== 'auth.exportAuthorization')
}

/** 500 and −503 are the server's own trouble; RANDOM_ID_DUPLICATE comes with 500 too but says something about the call. */
function isServerFault(error: RpcError): boolean {
  return (
    (error.status === 500 || error.status === -503 || error.status === -500) &&
    error.pattern !== 'RANDOM_ID_DUPLICATE'
  )
}
