// The tables, as both SQL drivers see them. 64-bit integers beyond JavaScript's exact range (access hashes, random ids)
// are kept as decimal text, so that no driver rounds them and a person can read them; all other integers fit a number.

export interface MetaTable {
  key: string
  value: string
}

export interface AppTable {
  key: string
  value: Uint8Array
  updated_at: number
}

export interface SessionTable {
  id: string
  owner: number
  /** Null until the first account record: claimed, not yet written. */
  dc: number | null
  test: number
  user_id: number | null
  username: string | null
  phone: string | null
  time_offset: number
  /** Null while active. */
  dead_reason: string | null
  dead_at: number | null
  /** Sealed JSON. */
  login: Uint8Array | null
  /** Sealed JSON. */
  proxy: Uint8Array | null
  log_trimmed: number
  created_at: number
  updated_at: number
}

export interface AuthKeyTable {
  session: string
  dc: number
  kind: string
  /** Sealed. */
  key: Uint8Array
  expires_at: number | null
  authorized: number
  /** Decimal, signed. */
  fingerprint: string | null
}

export interface SaltsTable {
  session: string
  dc: number
  kind: string
  /** JSON: [[salt, validSince, validUntil], …], the salt as decimal text. */
  salts: string
}

export interface UpdateStateTable {
  session: string
  pts: number
  qts: number
  seq: number
  date: number
  top: number
  user_id: number | null
}

export interface ChannelStateTable {
  session: string
  channel_id: number
  pts: number
  top: number
  unverified: number
}

export interface PeerTable {
  session: string
  kind: string
  id: number
  access_hash: string | null
  hash_min: number
  /** Empty: known to have none. Null: not known. */
  phone: string | null
  name: string | null
  seen_kind: string | null
  seen_id: number | null
  seen_message: number | null
  updated_at: number
}

export interface UsernameTable {
  session: string
  /** Lower case. */
  username: string
  shown: string
  kind: string
  id: number
  /** Place in the peer's list. */
  place: number
}

export interface MessageTable {
  session: string
  /** Whose series of ids: a channel's, or 0 for private chats and basic groups together. */
  channel_id: number
  message_id: number
  kind: string
  id: number
  content: string | null
}

export interface OutboxTable {
  session: string
  random_id: string
  peer_kind: string
  peer_id: number
  /** Sealed. */
  call: Uint8Array
  state: string
  send_order: number
  attempts: number
  message_id: number | null
  not_before: number | null
  created_at: number
}

export interface UpdateLogTable {
  session: string
  cursor: number
  event_id: string
  /** Sealed. */
  event: Uint8Array
  at: number
}

export interface LogConsumerTable {
  session: string
  name: string
  cursor: number
}

export interface DeadLetterTable {
  session: string
  id: string
  /** Sealed. */
  event: Uint8Array
  error: string
  attempts: number
  at: number
}

export interface Tables {
  meta: MetaTable
  app: AppTable
  session: SessionTable
  auth_key: AuthKeyTable
  salts: SaltsTable
  update_state: UpdateStateTable
  channel_state: ChannelStateTable
  peer: PeerTable
  peer_username: UsernameTable
  message_index: MessageTable
  outbox: OutboxTable
  update_log: UpdateLogTable
  log_consumer: LogConsumerTable
  dead_letter: DeadLetterTable
}
