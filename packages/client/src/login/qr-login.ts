/**
 * Login by QR code (https://core.telegram.org/api/qr-login): a token is shown as a picture, a device that is signed in accepts
 * it, and the next look at the token signs this session in, on the datacenter where the account lives.
 */
import { fromBase64Url, toBase64Url } from '../base64url.ts'
import { SessionStateError, TelegramError } from '../errors.ts'
import type { tl } from '../layer.ts'
import { PasswordNeededError } from '../rpc/rpc-error.ts'
import type { SessionContext } from '../session/context.ts'
import { checkPassword } from './password.ts'
import { refuseSignedIn } from './refuse-signed-in.ts'

/** A token to be shown; it replaces the one before. */
export interface QrToken {
  /** What the picture says: `tg://login?token=…`. */
  url: string
  token: Uint8Array
  /** When the next one comes, milliseconds since the epoch. */
  expiresAt: number
}

/** Options of `session.qrLogin`. */
export interface QrLoginOptions {
  /** The account's second factor, asked for only if it has one. Without it a PasswordNeededError ends the iteration. */
  password?: string | (() => string | Promise<string>) | undefined
  /** Accounts that are here already, and are not to be signed in again. */
  exceptIds?: readonly number[] | undefined
  signal?: AbortSignal | undefined
}

/** However soon the server says that a token expires, no sooner than this is the next one asked for (ms). */
const SHORTEST_WAIT = 1_000

/**
 * Tokens to show, each until the next one; the iteration ends when the session is signed in, and its return value is the user.
 *
 * ```ts
 * for await (const { url } of session.qrLogin()) drawQrCode(url)
 * ```
 * @throws PasswordNeededError the account has a second factor: call `checkPassword`; SessionStateError `ALREADY_SIGNED_IN`; the
 * signal's reason.
 */
export async function* qrLogin(
  session: SessionContext,
  options: QrLoginOptions = {},
): AsyncGenerator<QrToken, tl.user, undefined> {
  refuseSignedIn(session, 'qrLogin')
  const accepted = new Flag()
  const stop = session.onLoginToken(() => accepted.raise())
  try {
    for (;;) {
      options.signal?.throwIfAborted()
      accepted.lower()
      const answer = await redeemable(session, options)
      if (answer._ !== 'auth.loginToken') return await entered(session, answer)
      const wait = Math.max(
        SHORTEST_WAIT,
        answer.expires * 1000 - session.host.now() - session.stored.timeOffset,
      )
      const expiresAt = Math.floor(session.host.now() + wait)
      yield { url: loginUrl(answer.token), token: answer.token, expiresAt }
      await accepted.raised(session, Math.max(0, expiresAt - session.host.now()), options.signal)
    }
  } catch (error) {
    if (!(error instanceof PasswordNeededError)) throw error
    await session.stored.saveLogin({ step: 'password' })
    if (options.password === undefined) throw error
    const password = typeof options.password === 'function' ? await options.password() : options.password
    return await checkPassword(session, password)
  } finally {
    stop()
  }
}

/** `tg://login?token=…`, as the picture says it. */
export function loginUrl(token: Uint8Array): string {
  return `tg://login?token=${toBase64Url(token)}`
}

/**
 * Lets another device in that shows a token: this account is signed in there.
 * @throws TelegramError `LOGIN_URL_INVALID`; RpcError `AUTH_TOKEN_EXPIRED`, `AUTH_TOKEN_ALREADY_ACCEPTED`, `AUTH_TOKEN_INVALID`.
 */
export async function acceptLogin(
  session: SessionContext,
  urlOrToken: string | Uint8Array,
): Promise<tl.authorization> {
  const token = typeof urlOrToken === 'string' ? tokenIn(urlOrToken) : urlOrToken
  return await session.invoke({ _: 'auth.acceptLoginToken', token })
}

function tokenIn(url: string): Uint8Array {
  const token = fromBase64Url(url.trim().replace(/^tg:\/\/login\?token=/, ''))
  if (token === undefined || token.length === 0) {
    throw new TelegramError('LOGIN_URL_INVALID', 'a login code says tg://login?token=…')
  }
  return token
}

type Redeemed = tl.auth.loginTokenSuccess

/** The token as it stands: not accepted yet, or followed to the account's datacenter and redeemed there. */
async function redeemable(
  session: SessionContext,
  { exceptIds = [], signal }: QrLoginOptions,
): Promise<tl.auth.loginToken | Redeemed> {
  const { apiId, apiHash } = session.host
  let answer = await session.invoke(
    { _: 'auth.exportLoginToken', apiId, apiHash, exceptIds: [...exceptIds] },
    { signal },
  )
  // "loginTokenMigrateTo: repeat the query to the specified DC", which may only be said once more.
  for (let moves = 0; answer._ === 'auth.loginTokenMigrateTo'; moves++) {
    if (moves > 2) throw new TelegramError('LOGIN_MOVES', 'the login is sent from one datacenter to the next')
    await session.moveTo(answer.dcId)
    answer = await session.invoke({ _: 'auth.importLoginToken', token: answer.token }, { signal })
  }
  return answer
}

async function entered(session: SessionContext, { authorization }: Redeemed): Promise<tl.user> {
  if (authorization._ !== 'auth.authorization') {
    throw new SessionStateError('SIGN_UP_NEEDED', 'a QR code was accepted by an account that does not exist')
  }
  return await session.signedIn(authorization.user)
}

/** Something that happened, perhaps before anybody waited for it. */
class Flag {
  #up = false
  #waiter: (() => void) | undefined

  raise(): void {
    this.#up = true
    this.#waiter?.()
  }

  lower(): void {
    this.#up = false
  }

  /** Resolves when it is up, or after so many milliseconds. @throws the signal's reason. */
  raised(session: SessionContext, milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
    if (this.#up) return Promise.resolve()
    const { wheel } = session.host.connections
    return new Promise((resolve, reject) => {
      const settle = (end: () => void) => {
        wheel.cancel(timer)
        signal?.removeEventListener('abort', abort)
        this.#waiter = undefined
        end()
      }
      const abort = () => settle(() => reject(signal?.reason))
      const timer = wheel.after(milliseconds, () => settle(resolve))
      this.#waiter = () => settle(resolve)
      signal?.addEventListener('abort', abort)
      if (signal?.aborted) abort()
    })
  }
}
