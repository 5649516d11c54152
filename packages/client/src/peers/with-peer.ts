/**
 * Calls to a peer that survive a wrong memory of it: usernames move to others, access hashes go stale. What Telegram refuses
 * as unknown is asked for anew, once, and the calls are made again if the answer is another one.
 */
import type { tl } from '../layer.ts'
import type { SessionContext } from '../session/context.ts'
import type { PeerLike } from './directory.ts'
import { isSamePeer, isStalePeer } from './stale-peer.ts'

/** @throws PeerError the peer is not known; whatever the calls throw otherwise. */
export async function withPeer<T>(
  session: SessionContext,
  to: PeerLike,
  calls: (peer: tl.InputPeer) => Promise<T>,
): Promise<T> {
  return await withPeerLater(session, to, async (peer) => await calls(await peer()))
}

/** Like `withPeer`, for calls that begin before the peer is looked up. */
export async function withPeerLater<T>(
  session: SessionContext,
  to: PeerLike,
  calls: (peer: () => Promise<tl.InputPeer>) => Promise<T>,
): Promise<T> {
  let peer: tl.InputPeer | undefined
  const look = async () => {
    peer = await session.peers.resolve(to)
    return peer
  }
  try {
    return await calls(look)
  } catch (error) {
    if (peer === undefined || !isStalePeer(error)) throw error
    const fresh = await session.peers.resolveAnew(to)
    if (fresh === undefined || isSamePeer(fresh, peer)) throw error
    return await calls(() => Promise.resolve(fresh))
  }
}
