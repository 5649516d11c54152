/** Which chat a call sends to, for the chats that can be slowed down: supergroups and channels. */

/** Every way of sending counts for a chat's slow mode. */
const SENDS = new Set<string>([
  'messages.sendMessage',
  'messages.sendMedia',
  'messages.sendMultiMedia',
  'messages.sendInlineBotResult',
  'messages.forwardMessages',
])

/** The chat, e.g. `channel 42`; undefined for calls that send nothing to a supergroup or channel. */
export function slowModePeer(call: { _: string }): string | undefined {
  if (!SENDS.has(call._)) return undefined
  const peer: unknown = 'toPeer' in call ? call.toPeer : 'peer' in call ? call.peer : undefined
  if (typeof peer !== 'object' || peer === null || !('channelId' in peer)) return undefined
  return `channel ${peer.channelId}`
}
