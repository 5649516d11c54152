/** Whose auth key it is: for keys that came from elsewhere, and for records that another account has left. */
import type { Host } from '../host/host.ts'
import type { tl } from '../layer.ts'
import type { PeerDirectory } from '../peers/directory.ts'
import type { Invoke, InvokeOptions } from '../rpc/invoke.ts'
import { RpcError } from '../rpc/rpc-error.ts'
import type { StoredSession } from './stored-session.ts'

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

/** What is stored of another account that was signed in before is of no use to this one. */
export async function clearOthers(
  host: Host,
  stored: StoredSession,
  peers: PeerDirectory,
  userId: number,
): Promise<void> {
  const { state } = await host.storage.updatePositions(stored.id)
  if (state?.userId === undefined || state.userId === userId) return
  await stored.write({ type: 'accountClear' })
  peers.clear()
}
