/**
 * Where somebody was seen. A `min` user or channel has no access hash of its own: "clients must use
 * inputPeerUserFromMessage …, with the chat and the id of a message in which it was seen" (https://core.telegram.org/api/min).
 */
import type { tl } from '../layer.ts'
import type { SeenIn } from '../storage/records.ts'
import { visitPeers } from '../updates/missing-peers.ts'
import type { PeerKey, PeerKind } from './marked-id.ts'
import { keyOfPeer } from './peer-key.ts'

/** The messages by which these peers can be addressed: the latest one for each that is in any of them. */
export function seenIn(peers: readonly PeerKey[], messages: readonly tl.Message[]): Map<string, SeenIn> {
  const wanted = new Set(peers.map(({ kind, id }) => `${kind} ${id}`))
  const found = new Map<string, SeenIn>()
  for (const message of messages) {
    if (message._ === 'messageEmpty') continue
    const peer = keyOfPeer(message.peerId)
    visitPeers({ _: 'updateNewMessage', message, pts: 0, ptsCount: 0 }, (kind: PeerKind, id: number) => {
      const name = `${kind} ${id}`
      // A private chat names nobody but those whom the account knows.
      if (!wanted.has(name) || peer.kind === 'user' || (peer.kind === kind && peer.id === id)) return
      const before = found.get(name)
      if (before === undefined || before.messageId < message.id) {
        found.set(name, { peer, messageId: message.id })
      }
    })
  }
  return found
}

/** The messages in an answer, in the updates that came as one, or in a delivery of one update. */
export function messagesIn(result: unknown): tl.Message[] {
  if (typeof result !== 'object' || result === null) return []
  const { messages, updates, update } = result as { messages?: unknown; updates?: unknown; update?: unknown }
  if (Array.isArray(messages)) return messages.filter(isMessage)
  if (!Array.isArray(updates)) return messageIn(update)
  return updates.flatMap(messageIn)
}

function messageIn(update: unknown): tl.Message[] {
  const message =
    typeof update === 'object' && update !== null && 'message' in update ? update.message : undefined
  return isMessage(message) ? [message] : []
}

function isMessage(value: unknown): value is tl.Message {
  return (
    typeof value === 'object' &&
    value !== null &&
    '_' in value &&
    (value._ === 'message' || value._ === 'messageService')
  )
}
