import { SessionStateError } from '../errors.ts'
import type { tl } from '../layer.ts'
import type { SessionContext } from '../session/context.ts'
import { LoginUnsupportedError } from './errors.ts'
import { refuseSignedIn } from './refuse-signed-in.ts'

/**
 * Signs a bot in with the token that @BotFather gave.
 * @throws RpcError `ACCESS_TOKEN_INVALID`, `ACCESS_TOKEN_EXPIRED`; SessionStateError `ALREADY_SIGNED_IN`.
 */
export async function signInBot(session: SessionContext, token: string): Promise<tl.user> {
  refuseSignedIn(session, 'signInBot')
  const botAuthToken = token.trim()
  if (!/^[0-9]+:[\w-]{10,}$/.test(botAuthToken)) {
    throw new SessionStateError(
      'BOT_TOKEN_INVALID',
      'a bot token looks like 123456:ABC-DEF…, as @BotFather gives it',
    )
  }
  const { apiId, apiHash } = session.host
  const answer = await session.invoke({
    _: 'auth.importBotAuthorization',
    flags: 0,
    apiId,
    apiHash,
    botAuthToken,
  })
  if (answer._ !== 'auth.authorization') throw new LoginUnsupportedError('a sign-up of a bot')
  return await session.signedIn(answer.user)
}
