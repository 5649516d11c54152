/**
 * Calls to a peer that survive a wrong memory of it: usernames move to others, access hashes go stale. What Telegram refuses
 * as unknown is asked for anew, once, and the calls are made again if the answer is another one.
 */
import type { tl } from '../layer.ts'
import { RpcError } from '../rpc/rpc-error.ts'
import type { SessionContext } from '../session/context.ts'
import type { PeerLike } from './directory.ts'

const STALE = new Set([
  'PEER_ID_INVALID',
  'USER_ID_INVALID',
  'CHANNEL_INVALID',
  'CHAT_ID_INVALID',
  'MSG_ID_INVALID',
  'USERNAME_NOT_OCCUPIED',
  'USERNAME_INVALID',
])

/** @throws PeerError the peer is not known; whatever the calls throw otherwise. */
export async function withPeer<T>(
  session: SessionContext,
  to: PeerLike,
  calls: (peer: tl.InputPeer) => Promise<T>,
): Promise<T> {
  const peer = await session.peers.resolve(to)
  try {
    return await calls(peer)
  } catch (error) {
    if (!isStalePeer(error)) throw error
    const fresh = await session.peers.resolveAnew(to)
    if (fresh === undefined || isSamePeer(fresh, peer)) throw error
    return await calls(fresh)
  }
}

/** Whether Telegram does not know the peer under what we remember of it. */
export function isStalePeer(error: unknown): boolean {
  return error instanceof RpcError && STALE.has(error.pattern)
}

export function isSamePeer(a: tl.InputPeer, b: tl.InputPeer): boolean {
  if (a._ !== b._) return false
  if ('accessHash' in a && 'accessHash' in b && a.accessHash !== b.accessHash) return false
  if ('userId' in a && 'userId' in b) return a.userId === b.userId
  if ('channelId' in a && 'channelId' in b) return a.channelId === b.channelId
  return true
}
