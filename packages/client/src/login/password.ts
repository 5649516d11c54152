/** The second factor: a password proven by SRP, without ever sending it (https://core.telegram.org/api/srp). */
import { srpProof } from '@telegram-mt/crypto'
import type { tl } from '../layer.ts'
import { RpcError } from '../rpc/rpc-error.ts'
import type { SessionContext } from '../session/context.ts'
import { LoginUnsupportedError } from './errors.ts'
import { refuseSignedIn } from './refuse-signed-in.ts'

/**
 * Ends a login that asked for the account's password.
 * @throws RpcError `PASSWORD_HASH_INVALID` if it is wrong; try again with another one. SessionStateError `ALREADY_SIGNED_IN`.
 */
export async function checkPassword(session: SessionContext, password: string): Promise<tl.user> {
  // What Telegram says to it then is not documented, and must not be taken for the end of the key.
  refuseSignedIn(session, 'checkPassword')
  const answer = await withPassword(session, password, (proof) =>
    session.invoke({ _: 'auth.checkPassword', password: proof }),
  )
  if (answer._ !== 'auth.authorization') throw new LoginUnsupportedError('a sign-up after the password')
  return await session.signedIn(answer.user)
}

/**
 * Makes a call that needs the account's password; without one, for accounts that have none. "SRP_ID_INVALID: … re-fetch the
 * parameters and try again": a proof is good for one challenge, and another device may have asked for the next.
 */
export async function withPassword<T>(
  session: SessionContext,
  password: string | undefined,
  call: (proof: tl.InputCheckPasswordSRP, settings: tl.account.Password) => Promise<T>,
): Promise<T> {
  const attempt = async () => {
    const settings = await session.invoke({ _: 'account.getPassword' })
    const proof: tl.InputCheckPasswordSRP =
      password === undefined
        ? { _: 'inputCheckPasswordEmpty' }
        : await passwordProof(session, settings, password)
    return await call(proof, settings)
  }
  try {
    return await attempt()
  } catch (error) {
    if (RpcError.is(error, 'SRP_ID_INVALID') || RpcError.is(error, 'SRP_PASSWORD_CHANGED')) {
      return await attempt()
    }
    throw error
  }
}

/** The proof that whoever calls knows the password, for these settings only. */
export async function passwordProof(
  session: SessionContext,
  settings: tl.account.Password,
  password: string,
): Promise<tl.InputCheckPasswordSRP> {
  const { currentAlgo, srpB, srpId } = settings
  if (currentAlgo === undefined || srpB === undefined || srpId === undefined)
    return { _: 'inputCheckPasswordEmpty' }
  const { A, M1 } = await srpProof({
    algo: knownAlgo(currentAlgo),
    srpB,
    password,
    random: session.host.random,
  })
  return { _: 'inputCheckPasswordSRP', srpId, A, M1 }
}

/** "unknown KDF algorithm → a clear error": a guess could give the password away. */
export function knownAlgo(
  algo: tl.PasswordKdfAlgo,
): tl.passwordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow {
  if (algo._ === 'passwordKdfAlgoUnknown') throw new LoginUnsupportedError('a newer password algorithm')
  return algo
}
