/** Whose auth key it is: for keys that came from elsewhere, and for logins whose answer was lost. */
import type { tl } from '../layer.ts'
import type { Invoke, InvokeOptions } from '../rpc/invoke.ts'
import { RpcError } from '../rpc/rpc-error.ts'
import type { SessionContext } from './context.ts'

/** The account that is signed in under the key; undefined if nobody is. @throws RpcError for any other refusal. */
export async function whoseKey(invoke: Invoke, options: InvokeOptions): Promise<tl.User | undefined> {
  try {
    const [self] = await invoke({ _: 'users.getUsers', id: [{ _: 'inputUserSelf' }] }, options)
    return self
  } catch (error) {
    if (RpcError.is(error, 'AUTH_KEY_UNREGISTERED')) return undefined
    throw error
  }
}

type Learner = Pick<SessionContext, 'stored' | 'invoke' | 'signedIn'> & { keyIsForeign: boolean }

/** A key that came from elsewhere may be nobody's, or its account known by id only. */
export async function learnWhoseKey(session: Learner, options: InvokeOptions): Promise<void> {
  const { invoke, stored } = session
  const { userId, username, phone } = stored
  if (userId === undefined) {
    if (!session.keyIsForeign) return
    const self = await whoseKey(invoke, options)
    if (self !== undefined) await session.signedIn(self)
    session.keyIsForeign = false
  } else if (username === undefined && phone === undefined) {
    // Nice to know, no more: what goes wrong here shows with the next call.
    const self = await whoseKey(invoke, options).catch(() => undefined)
    if (self?._ === 'user' && self.id === userId) await stored.saveUser(self)
  }
}
