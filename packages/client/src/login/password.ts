/** The second factor: a password proven by SRP, without ever sending it (https://core.telegram.org/api/srp). */
import { srpProof } from '@telegram-mt/crypto'
import type { tl } from '../layer.ts'
import type { SessionContext } from '../session/context.ts'
import { LoginUnsupportedError } from './errors.ts'

/**
 * Ends a login that asked for the account's password.
 * @throws RpcError `PASSWORD_HASH_INVALID` if it is wrong; try again with another one.
 */
export async function checkPassword(session: SessionContext, password: string): Promise<tl.user> {
  const settings = await session.invoke({ _: 'account.getPassword' })
  const proof = await passwordProof(session, settings, password)
  const answer = await session.invoke({ _: 'auth.checkPassword', password: proof })
  if (answer._ !== 'auth.authorization') throw new LoginUnsupportedError('a sign-up after the password')
  return await session.signedIn(answer.user)
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
  // "unknown KDF algorithm → a clear error": a guess could give the password away.
  if (currentAlgo._ !== 'passwordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow') {
    throw new LoginUnsupportedError('a newer password algorithm')
  }
  const { A, M1 } = await srpProof({ algo: currentAlgo, srpB, password, random: session.host.random })
  return { _: 'inputCheckPasswordSRP', srpId, A, M1 }
}
