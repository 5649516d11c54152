/** The account's password, its second factor (https://core.telegram.org/api/srp): set, change, remove, and its recovery address. */
import { passwordVerifier } from '@telegram-mt/crypto'
import { TelegramError } from '../errors.ts'
import type { tl } from '../layer.ts'
import { knownAlgo, withPassword } from '../login/password.ts'
import { RpcError } from '../rpc/rpc-error.ts'
import type { SessionContext } from '../session/context.ts'

/** What Telegram tells of the second factor. */
export interface PasswordInfo {
  hasPassword: boolean
  hint: string | undefined
  /** A recovery address is set. */
  hasRecovery: boolean
  /** An address that waits for its code, with most of it hidden. */
  unconfirmedEmail: string | undefined
  /** The address to which login codes go, with most of it hidden. */
  loginEmail: string | undefined
  /** When a reset that was asked for can be made, seconds since the epoch. */
  resetDate: number | undefined
}

/** Options of `account.setPassword`. */
export interface SetPasswordOptions {
  /** The password as it is; needed if there is one. */
  current?: string | undefined
  hint?: string | undefined
  /** Where a code is sent if the password is forgotten. It counts once it is confirmed. */
  email?: string | undefined
  /** The code that was sent to the address: if absent, call `confirmRecoveryEmail` with it later. */
  emailCode?: ((length: number) => string | Promise<string>) | undefined
}

/** Digits of the code that waits to be confirmed, if an address was given and is not confirmed yet. */
export interface PasswordChange {
  emailCodeLength: number | undefined
}

export async function getPasswordInfo(session: SessionContext): Promise<PasswordInfo> {
  const settings = await session.invoke({ _: 'account.getPassword' })
  return {
    hasPassword: settings.hasPassword === true,
    hint: settings.hint,
    hasRecovery: settings.hasRecovery === true,
    unconfirmedEmail: settings.emailUnconfirmedPattern,
    loginEmail: settings.loginEmailPattern,
    resetDate: settings.pendingResetDate,
  }
}

/**
 * Sets the password, or puts another in its place.
 *
 * ```ts
 * await session.account.setPassword('correct horse', { hint: 'battery', email: 'me@example.org', emailCode: () => ask('Code?') })
 * ```
 * @throws RpcError `PASSWORD_HASH_INVALID` `current` is wrong or missing; `EMAIL_INVALID`, …
 */
export async function setPassword(
  session: SessionContext,
  password: string,
  options: SetPasswordOptions = {},
): Promise<PasswordChange> {
  if (password === '') {
    throw new TelegramError(
      'PASSWORD_EMPTY',
      'a password has at least one character; removePassword takes it away',
    )
  }
  return await change(session, options, async (settings) => ({
    ...(await newPasswordSettings(session, settings, password, options.hint)),
    email: options.email,
  }))
}

/** Takes the password away. @throws RpcError `PASSWORD_HASH_INVALID`. */
export async function removePassword(session: SessionContext, current: string): Promise<void> {
  await change(session, { current }, () =>
    Promise.resolve({
      _: 'account.passwordInputSettings',
      newAlgo: { _: 'passwordKdfAlgoUnknown' },
      newPasswordHash: new Uint8Array(),
      hint: '',
    }),
  )
}

/** Sets where a code is sent if the password is forgotten. */
export async function setRecoveryEmail(
  session: SessionContext,
  email: string,
  options: Pick<SetPasswordOptions, 'current' | 'emailCode'>,
): Promise<PasswordChange> {
  return await change(session, options, () =>
    Promise.resolve({ _: 'account.passwordInputSettings', email: email.trim() }),
  )
}

/** Confirms the recovery address with the code sent to it. @throws RpcError `CODE_INVALID`, `EMAIL_HASH_EXPIRED`. */
export async function confirmRecoveryEmail(session: SessionContext, code: string): Promise<void> {
  await session.invoke({ _: 'account.confirmPasswordEmail', code: code.trim() })
}

export async function resendRecoveryEmail(session: SessionContext): Promise<void> {
  await session.invoke({ _: 'account.resendPasswordEmail' })
}

/** Forgets the address that waits for its code. */
export async function cancelRecoveryEmail(session: SessionContext): Promise<void> {
  await session.invoke({ _: 'account.cancelPasswordEmail' })
}

/** The recovery address, shown to who knows the password. */
export async function getRecoveryEmail(
  session: SessionContext,
  password: string,
): Promise<string | undefined> {
  const settings = await withPassword(session, password, (proof) =>
    session.invoke({ _: 'account.getPasswordSettings', password: proof }),
  )
  return settings.email
}

/**
 * Asks for the password to be taken away without any proof, as whoever has forgotten it and has no recovery address: Telegram
 * does so after a week. Gives when it will, or was refused until, in seconds since the epoch; undefined once it is done.
 */
export async function resetPassword(session: SessionContext): Promise<number | undefined> {
  const answer = await session.invoke({ _: 'account.resetPassword' })
  if (answer._ === 'account.resetPasswordOk') return undefined
  return answer._ === 'account.resetPasswordFailedWait' ? answer.retryDate : answer.untilDate
}

/** Takes back a reset that was asked for. */
export async function declinePasswordReset(session: SessionContext): Promise<void> {
  await session.invoke({ _: 'account.declinePasswordReset' })
}

/** "new_algo.salt1 … append 32 sufficiently random bytes", so that no server can choose the salt by itself. */
export async function newPasswordSettings(
  session: SessionContext,
  settings: tl.account.Password,
  password: string,
  hint = '',
): Promise<tl.account.passwordInputSettings> {
  const offered = knownAlgo(settings.newAlgo)
  const own = session.host.random(32)
  const salt1 = new Uint8Array(offered.salt1.length + own.length)
  salt1.set(offered.salt1)
  salt1.set(own, offered.salt1.length)
  const newAlgo = { ...offered, salt1 }
  return {
    _: 'account.passwordInputSettings',
    newAlgo,
    newPasswordHash: await passwordVerifier(password, newAlgo),
    hint,
  }
}

async function change(
  session: SessionContext,
  options: Pick<SetPasswordOptions, 'current' | 'emailCode'>,
  to: (settings: tl.account.Password) => Promise<tl.account.passwordInputSettings>,
): Promise<PasswordChange> {
  try {
    await withPassword(session, options.current, async (password, settings) =>
      session.invoke({ _: 'account.updatePasswordSettings', password, newSettings: await to(settings) }),
    )
    return { emailCodeLength: undefined }
  } catch (error) {
    // "EMAIL_UNCONFIRMED_X": all went well, and a code of X digits is on its way to the address.
    if (!RpcError.is(error, 'EMAIL_UNCONFIRMED_%d')) throw error
    if (options.emailCode === undefined) return { emailCodeLength: error.value }
    await confirmRecoveryEmail(session, await options.emailCode(error.value))
    return { emailCodeLength: undefined }
  }
}
