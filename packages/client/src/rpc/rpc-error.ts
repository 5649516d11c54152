/**
 * Errors that Telegram answers a call with (https://core.telegram.org/api/errors). Their text is a name that may carry
 * a number, as in `FLOOD_WAIT_42`; here it is split into the pattern `FLOOD_WAIT_%d` and the value 42.
 */
import { TelegramError } from '../errors.ts'
import type { RpcErrorName } from '../layer.ts'

/** `number` if the pattern has a place for one, else `undefined`. */
export type RpcErrorValue<Pattern extends string> = Pattern extends `${string}%d${string}`
  ? number
  : undefined

/** Telegram refused a call. */
export class RpcError extends TelegramError {
  /** The status: 303 wrong datacenter, 400 bad request, 401 unauthorized, 403 forbidden, 406 not acceptable, 420 flood, 500 internal. */
  readonly status: number
  /** The error's name with numbers written as `%d`: compare with this. */
  readonly pattern: string
  /** The number in the name, if it has one: seconds to wait, a datacenter's id, … */
  readonly value: number | undefined
  /** The method that was refused, e.g. `messages.sendMessage`. */
  readonly method: string

  constructor(status: number, text: string, method: string) {
    super(text, `${method}: ${status} ${text}`)
    this.status = status
    this.method = method
    const { pattern, value } = splitErrorText(text)
    this.pattern = pattern
    this.value = value
  }

  /**
   * Whether `error` is Telegram's refusal by this name; numbers are written `%d`. Names that the API documents are completed by
   * editors; any other is taken as well, since Telegram has more than it documents.
   *
   * ```ts
   * if (RpcError.is(error, 'FLOOD_WAIT_%d')) await sleep(error.value * 1000)
   * ```
   */
  static is<const Pattern extends RpcErrorName | (string & {})>(
    error: unknown,
    pattern: Pattern,
  ): error is RpcError & { readonly pattern: Pattern; readonly value: RpcErrorValue<Pattern> } {
    return error instanceof RpcError && error.pattern === pattern
  }
}

/** Telegram wants the caller to wait: `FLOOD_WAIT_X`, `SLOWMODE_WAIT_X`, `FLOOD_PREMIUM_WAIT_X`, `TAKEOUT_INIT_DELAY_X`. */
export class FloodWaitError extends RpcError {
  /** How long to wait before the same call may be tried again. */
  readonly seconds: number

  constructor(status: number, text: string, method: string, seconds: number) {
    super(status, text, method)
    this.seconds = seconds
  }
}

/** The account is signed in with a password as well: call `checkPassword` next. */
export class PasswordNeededError extends RpcError {}

const WAITS = new Set([
  'FLOOD_WAIT_%d',
  'SLOWMODE_WAIT_%d',
  'FLOOD_PREMIUM_WAIT_%d',
  'TAKEOUT_INIT_DELAY_%d',
  'FLOOD_TEST_PHONE_WAIT_%d',
])

/** Splits an error's text at its number; names such as `PHONE_NUMBER_INVALID` have none. */
export function splitErrorText(text: string): { pattern: string; value: number | undefined } {
  const match = /^([A-Z0-9][A-Z0-9_]*_)([0-9]+)((?:_[A-Z0-9_]+)?)$/.exec(text)
  if (match === null) return { pattern: text, value: undefined }
  return { pattern: `${match[1]}%d${match[3] ?? ''}`, value: Number(match[2]) }
}

/** The error class that fits what Telegram said. */
export function rpcErrorFrom(status: number, text: string, method: string): RpcError {
  const { pattern, value } = splitErrorText(text)
  if (WAITS.has(pattern) && value !== undefined) return new FloodWaitError(status, text, method, value)
  if (pattern === 'SESSION_PASSWORD_NEEDED') return new PasswordNeededError(status, text, method)
  return new RpcError(status, text, method)
}

/** Refusals after which an auth key is of no more use; trying again can only make it worse. */
const DEAD = new Map<string, LogoutReason>([
  ['AUTH_KEY_UNREGISTERED', 'unregistered'],
  ['AUTH_KEY_INVALID', 'unregistered'],
  ['SESSION_REVOKED', 'revoked'],
  ['SESSION_EXPIRED', 'expired'],
  ['USER_DEACTIVATED', 'deactivated'],
  ['USER_DEACTIVATED_BAN', 'banned'],
  ['AUTH_KEY_DUPLICATED', 'duplicated'],
])

/** Why a session can no longer be used. `signedOut` is the program's own doing. */
export type LogoutReason =
  | 'signedOut'
  | 'unregistered'
  | 'revoked'
  | 'expired'
  | 'deactivated'
  | 'banned'
  | 'duplicated'

/** The reason why the session is dead, if the error says so (401 and 406 only). */
export function logoutReason(error: RpcError): LogoutReason | undefined {
  return error.status === 401 || error.status === 406 ? DEAD.get(error.pattern) : undefined
}
