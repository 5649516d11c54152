/** Tells when what we remember of a peer is out of date. */
import type { tl } from '../layer.ts'
import { RpcError } from '../rpc/rpc-error.ts'

const STALE = new Set([
  'PEER_ID_INVALID',
  'USER_ID_INVALID',
  'CHANNEL_INVALID',
  'CHAT_ID_INVALID',
  'MSG_ID_INVALID',
  'USERNAME_NOT_OCCUPIED',
  'USERNAME_INVALID',
])

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
