/**
 * Marked ids: one number that names a user, a basic group or a channel without ambiguity, as the Bot API writes them
 * (https://core.telegram.org/api/bots/ids). A bare id does not: a user and a channel may well share one.
 *
 * user 42 → 42, basic group 42 → -42, channel or supergroup 42 → -1000000000042
 */
import { PeerError } from '../errors.ts'

/** What a peer is; a supergroup is a `channel`. */
export type PeerKind = 'user' | 'chat' | 'channel'

/** A peer by kind and bare id. */
export interface PeerKey {
  kind: PeerKind
  id: number
}

const CHANNEL_MARK = 1_000_000_000_000
/** "a user id is a positive number below 2^40": the bounds of https://core.telegram.org/api/bots/ids. */
const MAX_USER_ID = 1_099_511_627_775
const MAX_CHAT_ID = 999_999_999_999
const MAX_CHANNEL_ID = 997_852_516_352

/** The marked id of a peer: 42, -42 or -1000000000042. */
export function toMarkedId({ kind, id }: PeerKey): number {
  switch (kind) {
    case 'user':
      return id
    case 'chat':
      return -id
    case 'channel':
      return -CHANNEL_MARK - id
  }
}

/**
 * The peer that a marked id names.
 * @throws PeerError `PEER_INVALID` for zero, fractions and numbers outside of every range.
 */
export function fromMarkedId(marked: number): PeerKey {
  if (Number.isSafeInteger(marked)) {
    if (marked > 0 && marked <= MAX_USER_ID) return { kind: 'user', id: marked }
    if (marked < 0 && marked >= -MAX_CHAT_ID) return { kind: 'chat', id: -marked }
    const channel = -marked - CHANNEL_MARK
    if (channel > 0 && channel <= MAX_CHANNEL_ID) return { kind: 'channel', id: channel }
  }
  throw new PeerError(
    'PEER_INVALID',
    `${marked} is no peer id: expected a user's (42), a group's (-42) or a channel's (-1000000000042)`,
  )
}
