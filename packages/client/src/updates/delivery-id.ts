/**
 * Ids by which a program drops an update that came twice. They are made of what stays the same when an update comes by
 * another way: a pushed message has a pts, the same message in a difference has none, so a message goes by its own id.
 */
import type { tl } from '../layer.ts'

/** The id of an update that can come again, or `undefined` if nothing in it can name it. */
export function numberedId(
  update: tl.Update,
  channelId: number,
  pts: number,
  qts: number,
): string | undefined {
  switch (update._) {
    case 'updateNewMessage':
    case 'updateNewChannelMessage':
      // Of the account's own, which most are: one text is made, not three.
      return channelId === 0 ? `m0.${update.message.id}` : `m${channelId}.${update.message.id}`
    case 'updateEditMessage':
    case 'updateEditChannelMessage':
      return pts === 0 ? undefined : `e${channelId}.${update.message.id}.${pts}`
    case 'updateDeleteMessages':
    case 'updateDeleteChannelMessages':
      // A message is deleted once, whatever the numbering.
      return `d${channelId}.${update.messages[0] ?? 0}.${update.messages.at(-1) ?? 0}.${update.messages.length}`
    case 'updateNewEncryptedMessage':
      return `s${update.message.chatId}.${update.message.randomId}`
    default:
      if (pts !== 0) return `p${channelId}.${pts}.${update._}`
      return qts === 0 ? undefined : `q${qts}.${update._}`
  }
}

/** A digest of an update's content. */
export function contentDigest(update: tl.Update): string {
  return digest(update)
}

/** A digest of any value, not cryptographic: 13 hex digits or fewer. `without` names fields that do not count. */
export function digest(value: unknown, without?: (name: string) => boolean): string {
  const text = JSON.stringify(value, (name, field: unknown) => {
    if (without?.(name) === true) return undefined
    if (typeof field === 'bigint') return `${field}n`
    return field instanceof Uint8Array ? Array.from(field) : field
  })
  // Two FNV-1a hashes side by side: one of 32 bits would confuse two updates among some ten thousands.
  let a = 0x811c9dc5
  let b = 0x1234567
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    a = Math.imul(a ^ unit, 0x01000193)
    b = Math.imul(b ^ unit, 0x5bd1e995)
  }
  b ^= b >>> 15
  return ((a >>> 0) * 0x100000 + ((b >>> 0) & 0xfffff)).toString(16)
}
