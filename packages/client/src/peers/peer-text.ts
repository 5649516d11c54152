/** What people write to name a peer: `me`, `@username`, a t.me link, a phone number, or an id. */
import { PeerError } from '../errors.ts'
import { fromMarkedId, type PeerKey } from './marked-id.ts'

export type PeerText =
  | { by: 'self' }
  | { by: 'id'; peer: PeerKey }
  | { by: 'username'; username: string }
  | { by: 'phone'; phone: string }

/** "Usernames … a-z, 0-9 and underscores, 5..32 characters"; collectible ones have 4 and up. */
const USERNAME = /^[a-z][a-z0-9_]{2,31}$/i
const PHONE = /^\+[0-9]{5,15}$/
const LINK = /^(?:https?:\/\/)?(?:www\.)?(?:t|telegram)\.(?:me|dog)\/(.+)$/i
const SUBDOMAIN_LINK = /^(?:https?:\/\/)?([a-z0-9_]+)\.t\.me\/?$/i

const accepted =
  "expected 'me', '@username', a t.me link, a phone number with its country code ('+41…') or an id ('42', '-42', '-1000000000042')"

/**
 * Reads how a person named a peer.
 * @throws PeerError `PEER_INVALID` saying what was given and what is accepted.
 */
export function parsePeerText(text: string): PeerText {
  const trimmed = text.trim()
  if (trimmed === 'me' || trimmed === 'self') return { by: 'self' }
  if (/^[0-9]{13,15}$/.test(trimmed)) {
    const asPhone = `if it is a phone number, write it with its plus: +${trimmed}`
    throw new PeerError('PEER_INVALID', `${trimmed} is more than any id of a user: ${asPhone}`)
  }
  if (/^-?[0-9]+$/.test(trimmed)) return { by: 'id', peer: fromMarkedId(Number(trimmed)) }
  const compact = trimmed.replace(/[\s()-]/g, '')
  if (PHONE.test(compact)) return { by: 'phone', phone: compact.slice(1) }
  // "t.me/+<digits>" is a phone number link, any other "t.me/+…" an invite (https://core.telegram.org/api/links).
  const phone = /\.me\/(\+[0-9]+)$/.exec(compact)?.[1]
  if (phone !== undefined && PHONE.test(phone)) return { by: 'phone', phone: phone.slice(1) }
  const name = nameOf(trimmed)
  if (name !== undefined && USERNAME.test(name)) return { by: 'username', username: name }
  throw new PeerError('PEER_INVALID', `${JSON.stringify(shorten(text))} names no peer: ${accepted}`)
}

function nameOf(text: string): string | undefined {
  if (text.startsWith('@')) return text.slice(1)
  const subdomain = SUBDOMAIN_LINK.exec(text)?.[1]
  if (subdomain !== undefined) return subdomain
  const path = LINK.exec(text)?.[1]
  if (path === undefined) return text
  const [first = '', second] = path.split(/[/?#]/)
  if (first === 's') return second
  if (first.startsWith('+') || first === 'joinchat') {
    throw new PeerError(
      'PEER_IS_INVITE',
      'an invite link names no peer before it is joined: import it with messages.importChatInvite',
    )
  }
  if (first === 'c') {
    const channel = Number(second)
    throw new PeerError(
      'PEER_INVALID',
      `a private link names a channel by id: give ${-1_000_000_000_000 - channel}`,
    )
  }
  return first
}

const shorten = (text: string): string => (text.length > 64 ? `${text.slice(0, 61)}...` : text)
