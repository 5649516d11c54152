// Records to rows and back. What comes out of a table is checked: a value that no code of ours wrote is reported as a
// damaged record of its session, it never becomes a wrong record.

import { StorageError } from '../error.ts'
import type {
  AuthKeyKind,
  AuthKeyRecord,
  DeadLetter,
  LoginProgress,
  LogRecord,
  OutboxRecord,
  PeerKind,
  PeerRecord,
  SaltsRecord,
  SessionRecord,
  StoredSalt,
} from '../records.ts'
import type { Place, Sealer } from '../sealer.ts'
import type {
  AuthKeyTable,
  DeadLetterTable,
  OutboxTable,
  PeerTable,
  SaltsTable,
  SessionTable,
  UpdateLogTable,
} from './schema.ts'

export const authKeyPlace = (session: string, dc: number, kind: string): Place => ({
  table: 'auth_key',
  session,
  column: 'key',
  row: `${kind} ${dc}`,
})
export const loginPlace = (session: string): Place => ({
  table: 'session',
  session,
  column: 'login',
  row: '',
})
export const callPlace = (session: string, randomId: string): Place => ({
  table: 'outbox',
  session,
  column: 'call',
  row: randomId,
})
export const eventPlace = (session: string, cursor: number): Place => ({
  table: 'update_log',
  session,
  column: 'event',
  row: String(cursor),
})
export const letterPlace = (session: string, id: string): Place => ({
  table: 'dead_letter',
  session,
  column: 'event',
  row: id,
})

export function sessionRecord(
  row: SessionTable & { dc: number },
  keys: readonly AuthKeyTable[],
  salts: readonly SaltsTable[],
  sealer: Sealer,
): SessionRecord {
  return {
    id: row.id,
    owner: row.owner,
    dc: row.dc,
    test: row.test === 1,
    userId: row.user_id ?? undefined,
    username: row.username ?? undefined,
    phone: row.phone ?? undefined,
    authKeys: keys.map((key) => authKeyRecord(key, sealer)),
    salts: salts.map(saltsRecord),
    timeOffset: row.time_offset,
    mark:
      row.dead_reason === null
        ? { state: 'active' }
        : { state: 'dead', reason: row.dead_reason, at: row.dead_at ?? 0 },
    login: row.login === null ? undefined : loginProgress(row.id, sealer.open(row.login, loginPlace(row.id))),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

export function loginBytes(login: LoginProgress): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(login))
}

function loginProgress(session: string, bytes: Uint8Array): LoginProgress {
  const value = json(new TextDecoder().decode(bytes), 'session.login', session)
  if (typeof value === 'object' && value !== null && 'step' in value && typeof value.step === 'string') {
    return value as LoginProgress
  }
  throw damaged('session.login', session)
}

function authKeyRecord(row: AuthKeyTable, sealer: Sealer): AuthKeyRecord {
  const { session, dc, kind } = row
  const key = sealer.open(row.key, authKeyPlace(session, dc, kind))
  if (key.length !== 256) throw damaged('auth_key.key', session)
  return {
    dc,
    kind: authKeyKind(kind, session),
    key,
    expiresAt: row.expires_at ?? undefined,
    authorized: row.authorized === 1,
  }
}

function authKeyKind(kind: string, session: string): AuthKeyKind {
  if (kind === 'permanent' || kind === 'temporary' || kind === 'mediaTemporary') return kind
  throw damaged('auth_key.kind', session)
}

export function saltsText(salts: readonly StoredSalt[]): string {
  return JSON.stringify(
    salts.map(({ salt, validSince, validUntil }) => [String(salt), validSince, validUntil]),
  )
}

function saltsRecord(row: SaltsTable): SaltsRecord {
  const { session } = row
  const list = json(row.salts, 'salts.salts', session)
  if (!Array.isArray(list)) throw damaged('salts.salts', session)
  const salts = list.map((item: unknown): StoredSalt => {
    const [salt, validSince, validUntil] = Array.isArray(item) ? (item as unknown[]) : []
    if (typeof validSince !== 'number' || typeof validUntil !== 'number')
      throw damaged('salts.salts', session)
    return { salt: long(salt, 'salts.salts', session), validSince, validUntil }
  })
  return { dc: row.dc, kind: authKeyKind(row.kind, session), salts }
}

export function peerRecord(row: PeerTable, usernames: readonly string[]): PeerRecord {
  const { session } = row
  return {
    kind: peerKind(row.kind, 'peer.kind', session),
    id: row.id,
    accessHash: row.access_hash === null ? undefined : long(row.access_hash, 'peer.access_hash', session),
    min: row.hash_min === 1,
    usernames,
    phone: row.phone || undefined,
    name: row.name ?? undefined,
    seenIn:
      row.seen_kind === null || row.seen_id === null || row.seen_message === null
        ? undefined
        : {
            peer: { kind: peerKind(row.seen_kind, 'peer.seen_kind', session), id: row.seen_id },
            messageId: row.seen_message,
          },
    updatedAt: row.updated_at,
  }
}

export function outboxRecord(row: OutboxTable, sealer: Sealer): OutboxRecord {
  const { session } = row
  if (row.state !== 'pending' && row.state !== 'sent') throw damaged('outbox.state', session)
  return {
    randomId: long(row.random_id, 'outbox.random_id', session),
    peer: { kind: peerKind(row.peer_kind, 'outbox.peer_kind', session), id: row.peer_id },
    call: sealer.open(row.call, callPlace(session, row.random_id)),
    state: row.state,
    order: row.send_order,
    attempts: row.attempts,
    messageId: row.message_id ?? undefined,
    notBefore: row.not_before ?? undefined,
    createdAt: row.created_at,
  }
}

export function logRecord(row: UpdateLogTable, sealer: Sealer): LogRecord {
  const event = sealer.open(row.event, eventPlace(row.session, row.cursor))
  return { cursor: row.cursor, id: row.event_id, event, at: row.at }
}

export function deadLetter(row: DeadLetterTable, sealer: Sealer): DeadLetter {
  const event = sealer.open(row.event, letterPlace(row.session, row.id))
  return { id: row.id, event, error: row.error, attempts: row.attempts, at: row.at }
}

export function peerKind(kind: string, field: string, session: string): PeerKind {
  if (kind === 'user' || kind === 'chat' || kind === 'channel') return kind
  throw damaged(field, session)
}

function long(text: unknown, field: string, session: string): bigint {
  if (typeof text === 'string' && /^-?\d{1,19}$/.test(text)) {
    const value = BigInt(text)
    if (BigInt.asIntN(64, value) === value) return value
  }
  throw damaged(field, session)
}

function json(text: string, field: string, session: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw damaged(field, session)
  }
}

function damaged(field: string, session: string): StorageError {
  return new StorageError('STORAGE_RECORD_CORRUPT', `${field} of session "${session}" is damaged`, {
    session,
  })
}
