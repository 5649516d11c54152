// What a store keeps, as plain values. Times are milliseconds since the epoch unless a field says otherwise; an absent
// optional field means "not known".

/** A server salt and the time it is good for, in seconds of server time. https://core.telegram.org/constructor/future_salt */
export interface StoredSalt {
  readonly salt: bigint
  readonly validSince: number
  readonly validUntil: number
}

/**
 * Which key of a datacenter: the permanent one, or a temporary one bound to it (perfect forward secrecy), where media
 * connections have their own. https://core.telegram.org/api/pfs
 */
export type AuthKeyKind = 'permanent' | 'temporary' | 'mediaTemporary'

/** An auth key of a session with a datacenter. */
export interface AuthKeyRecord {
  readonly dc: number
  readonly kind: AuthKeyKind
  /** 256 bytes. */
  readonly key: Uint8Array
  /** When a temporary key stops being accepted. */
  readonly expiresAt?: number | undefined
  /** True once this datacenter knows the account under this key (signed in there, or an imported authorization). */
  readonly authorized?: boolean | undefined
  /** Of the RSA key by which the server proved itself when this key was made; absent if that is not known. */
  readonly fingerprint?: bigint | undefined
}

/** The salts of a datacenter. */
export interface SaltsRecord {
  readonly dc: number
  readonly kind: AuthKeyKind
  readonly salts: readonly StoredSalt[]
}

/** Whether the session can be used. A dead key (revoked, duplicated, unregistered, banned) is never tried again. */
export type SessionMark =
  | { readonly state: 'active' }
  | { readonly state: 'dead'; readonly reason: string; readonly at: number }

/** How far a login got, so that it can go on after a restart. Sealed like a key. */
export interface LoginProgress {
  readonly step: string
  readonly phone?: string | undefined
  readonly phoneCodeHash?: string | undefined
  /** Whatever else the login steps need. */
  readonly more?: { readonly [name: string]: string | number | boolean } | undefined
}

/** A session: its account, home datacenter and mark. */
export interface SessionRecord {
  readonly id: string
  /** The owner number that the last accepted write carried. */
  readonly owner: number
  /** Home datacenter, 1 to 5. */
  readonly dc: number
  /** True for Telegram's test datacenters. */
  readonly test: boolean
  readonly userId?: number | undefined
  readonly username?: string | undefined
  readonly phone?: string | undefined
  readonly authKeys: readonly AuthKeyRecord[]
  readonly salts: readonly SaltsRecord[]
  /** Server time minus local time. */
  readonly timeOffset: number
  readonly mark: SessionMark
  readonly login?: LoginProgress | undefined
  /** The session's own proxy, as JSON. Sealed like a key, for there may be a password in it. */
  readonly proxy?: string | undefined
  readonly createdAt: number
  readonly updatedAt: number
}

/** Position in the account's own update sequences. https://core.telegram.org/api/updates */
export interface UpdateState {
  readonly pts: number
  readonly qts: number
  readonly seq: number
  /** Seconds of server time, as the protocol gives it. */
  readonly date: number
  /** The newest message id handled in private chats and basic groups; 0 or absent: none yet. */
  readonly top?: number | undefined
  /** Whose positions these are: a session may be signed in to another account later. */
  readonly userId?: number | undefined
}

/** Position in a channel's update sequence. */
export interface ChannelPoint {
  readonly pts: number
  /** The newest message id handled there; 0 or absent: none yet. */
  readonly top?: number | undefined
  /** What happened right after it may be missing: ask at the next start. */
  readonly unverified?: boolean | undefined
}

/** How far updates were followed. */
export interface UpdatePositions {
  /** Absent for an account that has none yet. */
  readonly state?: UpdateState | undefined
  /** By channel id. */
  readonly channels: ReadonlyMap<number, ChannelPoint>
}

/** What is remembered of a message: Telegram names deleted ones by their number only, and calls much an edit that is none. */
export interface MessageRecord {
  readonly peer: PeerKey
  /** A digest of text and attachment as they were last told to the program. */
  readonly content?: string | undefined
}

export type PeerKind = 'user' | 'chat' | 'channel'

/** Ids of users and of channels overlap, so a peer is always named by both. */
export interface PeerKey {
  readonly kind: PeerKind
  readonly id: number
}

/** Where a peer was seen, so that one known only from a `min` constructor can be named through the message. */
export interface SeenIn {
  readonly peer: PeerKey
  readonly messageId: number
}

/** A peer that the account has met, with what it is addressed by. */
export interface PeerRecord extends PeerKey {
  readonly accessHash?: bigint | undefined
  /** The access hash comes from a `min` constructor: good for photos only. https://core.telegram.org/api/min */
  readonly min: boolean
  /** Active usernames as shown, the main one first. Looked up without regard to case. */
  readonly usernames: readonly string[]
  /** Digits only. */
  readonly phone?: string | undefined
  readonly name?: string | undefined
  readonly seenIn?: SeenIn | undefined
  readonly updatedAt: number
}

/** How far a send is. */
export type OutboxState = 'pending' | 'sent'

/** A send that is under way. */
export interface OutboxRecord {
  readonly randomId: bigint
  readonly peer: PeerKey
  /** The encoded call. Sealed. */
  readonly call: Uint8Array
  readonly state: OutboxState
  /** Sends of one chat leave in this order. */
  readonly order: number
  readonly attempts: number
  /** Id of the message that came of it, once sent. */
  readonly messageId?: number | undefined
  /** Not to be tried before. */
  readonly notBefore?: number | undefined
  readonly createdAt: number
}

/** An update in the log. */
export interface LogRecord {
  /** Increasing within the session; gaps are possible. */
  readonly cursor: number
  /** Stable: the same update that comes twice has the same id. */
  readonly id: string
  /** Sealed. */
  readonly event: Uint8Array
  readonly at: number
}

/** A reader of the log, and its place. */
export interface LogConsumer {
  readonly name: string
  /** Everything up to and including this cursor was handled. */
  readonly cursor: number
}

/** An update that a handler refused for good, kept for reading. */
export interface DeadLetter {
  readonly id: string
  /** Sealed. */
  readonly event: Uint8Array
  readonly error: string
  readonly attempts: number
  readonly at: number
}

/** The order in which a session's keys and salts are listed. */
export function byDcAndKind(a: { dc: number; kind: string }, b: { dc: number; kind: string }): number {
  return a.dc - b.dc || (a.kind < b.kind ? -1 : 1)
}
