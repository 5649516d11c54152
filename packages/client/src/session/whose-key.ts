/** Whose auth key it is: for keys that came from elsewhere, and for logins whose answer was lost. */
import type { tl } from '../layer.ts'
import type { Invoke, InvokeOptions } from '../rpc/invoke.ts'
import { RpcError } from '../rpc/rpc-error.ts'

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
