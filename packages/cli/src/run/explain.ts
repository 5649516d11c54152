/** Any thrown value as one line for a person: what went wrong, what to do next, and the exit code that says so to a script. */
import {
  ConfigurationError,
  FloodWaitError,
  MediaError,
  PeerError,
  RpcError,
  ServerKeyUnknownError,
  SessionStateError,
  SessionStringError,
  StorageError,
  TelegramError,
} from 'telegram-mt'
import { CliError } from '../errors.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { printable } from '../terminal/printable.ts'

export interface Explained {
  /** Stable name of the error, for programs. */
  code: string
  message: string
  exit: ExitCode
  /** How long Telegram wants the caller to wait. */
  seconds?: number
}

export function explain(error: unknown): Explained {
  const { code, message, exit, seconds } = sort(error)
  const line = printable(message).replaceAll('\n', ' ')
  return { code, message: line, exit, ...(seconds === undefined ? {} : { seconds }) }
}

function sort(error: unknown): Explained {
  if (error instanceof CliError) return error
  if (error instanceof RpcError) return refusal(error)
  if (error instanceof StorageError) return storageTrouble(error)
  if (error instanceof ConfigurationError) return configuration(error)
  if (error instanceof SessionStateError && error.code === 'SESSION_DEAD') {
    return from(error, exitCodes.notSignedIn, 'use signin to sign in anew')
  }
  if (error instanceof PeerError) {
    return from(error, error.code === 'PEER_INVALID' ? exitCodes.usage : exitCodes.failed)
  }
  if (error instanceof MediaError && aboutTheSource.has(error.code)) return from(error, exitCodes.usage)
  if (error instanceof TelegramError && error.code === 'LOGIN_URL_INVALID')
    return from(error, exitCodes.usage)
  if (error instanceof SessionStringError) {
    return from(error, exitCodes.usage, 'export prints one')
  }
  if (error instanceof TelegramError && error.code === 'CONNECT_TIMEOUT') {
    return from(error, exitCodes.network, 'is there a network, and does it let you through?')
  }
  if (error instanceof ServerKeyUnknownError) return from(error, exitCodes.network)
  if (error instanceof Error) {
    const code = codeOf(error) ?? 'FAILED'
    return { code, message: error.message || error.name, exit: exitOfCode(code) }
  }
  return { code: 'FAILED', message: String(error), exit: exitCodes.failed }
}

/** The file that was named to be sent. */
const aboutTheSource = new Set(['FILE_MISSING', 'FILE_EMPTY', 'FILE_TOO_LARGE', 'NOT_A_FILE'])

function refusal(error: RpcError): Explained {
  if (error instanceof FloodWaitError) {
    const { code, method, seconds } = error
    const message = `${method}: Telegram wants you to wait ${seconds} seconds before you try this again`
    return { code, message, exit: exitCodes.refused, seconds }
  }
  // "401 UNAUTHORIZED: there was an unauthorized attempt to use functionality available only to authorized users"
  const exit = error.status === 401 ? exitCodes.notSignedIn : exitCodes.refused
  return from(error, exit, nextStep[error.pattern])
}

const nextStep: Record<string, string> = {
  API_ID_INVALID: 'see https://my.telegram.org/apps for your api id and hash',
  AUTH_KEY_UNREGISTERED: 'nobody is signed in on this session; use signin',
  SESSION_PASSWORD_NEEDED: 'the account has a password; use signin again',
  SESSION_REVOKED: 'the session was ended from another device; use signin',
  PHONE_NUMBER_INVALID: 'Telegram knows no such number; write it with its country code, as in +41123456789',
  PHONE_NUMBER_BANNED: 'Telegram has banned this number; https://telegram.org/support',
  PHONE_NUMBER_OCCUPIED: 'the number has an account already; use signin',
  PHONE_CODE_INVALID: 'the code is wrong; try again',
  PHONE_CODE_EXPIRED: 'the code is no longer good; ask for a new one by signing in again',
  PASSWORD_HASH_INVALID: 'the password is wrong; try again',
  USERNAME_NOT_OCCUPIED: 'nobody has this username',
  USERNAME_INVALID: 'this is no username',
  PHONE_NOT_OCCUPIED: 'nobody with this number lets you find them; use addcontact first',
  PEER_ID_INVALID: 'there is no such peer for this account',
  MESSAGE_EMPTY: 'a message needs a text',
  MESSAGE_TOO_LONG: 'a message has at most 4096 characters',
  CHAT_WRITE_FORBIDDEN: 'the account may not write in this chat',
  USERS_TOO_FEW: 'a group needs members besides yourself',
}

function storageTrouble(error: StorageError): Explained {
  return from(error, exitCodes.storage, storageStep[error.code])
}

const storageStep: Partial<Record<StorageError['code'], string>> = {
  STORAGE_LOCKED: 'end that process, or name another file with --storage',
  STORAGE_KEY_MISSING: 'set TELEGRAM_MT_STORAGE_KEY',
  STORAGE_KEY_WRONG: 'TELEGRAM_MT_STORAGE_KEY is not the one it was sealed with',
  STORAGE_FOREIGN: 'name another file with --storage',
  STORAGE_NOT_DATABASE: 'name another file with --storage',
}

function configuration(error: ConfigurationError): Explained {
  if (error.code === 'API_ID_MISSING' || error.code === 'API_HASH_MISSING') {
    const message =
      'Telegram wants to know your application: give --api-id and --api-hash, or set TELEGRAM_API_ID and ' +
      'TELEGRAM_API_HASH (https://my.telegram.org/apps); to try without, use --box'
    return { code: error.code, message, exit: exitCodes.usage }
  }
  return from(error, exitCodes.usage)
}

function from(error: Error, exit: ExitCode, next?: string): Explained {
  const message = next === undefined ? error.message : `${error.message}: ${next}`
  return { code: codeOf(error) ?? 'FAILED', message, exit }
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** Errors of the rooms below, known here by their codes only. */
const network =
  /^(CONNECT_|STREAM_|LINK_|PROXY_|TRANSPORT_|KEY_EXCHANGE_TIMEOUT|CALL_TIMEOUT|CONNECTION_CLOSED|SERVER_UNPROVEN)/

const exitOfCode = (code: string): ExitCode => (network.test(code) ? exitCodes.network : exitCodes.failed)
