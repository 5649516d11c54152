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
export const proxyPlace = (session: string): Place => ({
  table: 'session',
  session,
  column: 'proxy',
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
  const is = new Row('session', row.id)
  return {
    id: row.id,
    owner: is.int('owner', row.owner),
    dc: is.int('dc', row.dc),
    test: row.test === 1,
    userId: is.intIfAny('user_id', row.user_id),
    username: is.textIfAny('username', row.username),
    phone: is.textIfAny('phone', row.phone),
    authKeys: keys.map((key) => authKeyRecord(key, sealer)),
    salts: salts.map(saltsRecord),
    timeOffset: is.int('time_offset', row.time_offset),
    mark:
      row.dead_reason === null
        ? { state: 'active' }
        : {
            state: 'dead',
            reason: is.text('dead_reason', row.dead_reason),
            at: is.int('dead_at', row.dead_at),
          },
    login: row.login === null ? undefined : loginProgress(row.id, sealer.open(row.login, loginPlace(row.id))),
    proxy:
      row.proxy === null ? undefined : new TextDecoder().decode(sealer.open(row.proxy, proxyPlace(row.id))),
    createdAt: is.int('created_at', row.created_at),
    updatedAt: is.int('updated_at', row.updated_at),
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
  const { session } = row
  const is = new Row('auth_key', session)
  const dc = is.int('dc', row.dc)
  const kind = authKeyKind(row.kind, session)
  const key = sealer.open(row.key, authKeyPlace(session, dc, kind))
  if (key.length !== 256) throw damaged('auth_key.key', session)
  const expiresAt = is.intIfAny('expires_at', row.expires_at)
  const fingerprint =
    row.fingerprint === null ? undefined : long(row.fingerprint, 'auth_key.fingerprint', session)
  return { dc, kind, key, expiresAt, authorized: row.authorized === 1, fingerprint }
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
  return { dc: new Row('salts', session).int('dc', row.dc), kind: authKeyKind(row.kind, session), salts }
}

export function peerRecord(row: PeerTable, usernames: readonly string[]): PeerRecord {
  const { session } = row
  const is = new Row('peer', session)
  return {
    kind: peerKind(row.kind, 'peer.kind', session),
    id: is.int('id', row.id),
    accessHash: row.access_hash === null ? undefined : long(row.access_hash, 'peer.access_hash', session),
    min: row.hash_min === 1,
    usernames: usernames.map((username) => is.text('username', username)),
    phone: is.textIfAny('phone', row.phone) || undefined,
    name: is.textIfAny('name', row.name),
    seenIn:
      row.seen_kind === null
        ? undefined
        : {
            peer: {
              kind: peerKind(row.seen_kind, 'peer.seen_kind', session),
              id: is.int('seen_id', row.seen_id),
            },
            messageId: is.int('seen_message', row.seen_message),
          },
    updatedAt: is.int('updated_at', row.updated_at),
  }
}

export function outboxRecord(row: OutboxTable, sealer: Sealer): OutboxRecord {
  const { session } = row
  const is = new Row('outbox', session)
  if (row.state !== 'pending' && row.state !== 'sent') throw damaged('outbox.state', session)
  return {
    randomId: long(row.random_id, 'outbox.random_id', session),
    peer: { kind: peerKind(row.peer_kind, 'outbox.peer_kind', session), id: is.int('peer_id', row.peer_id) },
    call: sealer.open(row.call, callPlace(session, row.random_id)),
    state: row.state,
    order: is.int('send_order', row.send_order),
    attempts: is.int('attempts', row.attempts),
    messageId: is.intIfAny('message_id', row.message_id),
    notBefore: is.intIfAny('not_before', row.not_before),
    createdAt: is.int('created_at', row.created_at),
  }
}

export function logRecord(row: UpdateLogTable, sealer: Sealer): LogRecord {
  const is = new Row('update_log', row.session)
  const cursor = is.int('cursor', row.cursor)
  const event = sealer.open(row.event, eventPlace(row.session, cursor))
  return { cursor, id: is.text('event_id', row.event_id), event, at: is.int('at', row.at) }
}

export function deadLetter(row: DeadLetterTable, sealer: Sealer): DeadLetter {
  const is = new Row('dead_letter', row.session)
  const id = is.text('id', row.id)
  const event = sealer.open(row.event, letterPlace(row.session, id))
  return {
    id,
    event,
    error: is.text('error', row.error),
    attempts: is.int('attempts', row.attempts),
    at: is.int('at', row.at),
  }
}

/** Looks whether a value is of the type that its column has: in a damaged file it need not be. */
export class Row {
  readonly #table: string
  readonly #session: string

  constructor(table: string, session: string) {
    this.#table = table
    this.#session = session
  }

  int(column: string, value: unknown): number {
    if (typeof value === 'number' && Number.isSafeInteger(value)) return value
    throw damaged(`${this.#table}.${column}`, this.#session)
  }

  intIfAny(column: string, value: unknown): number | undefined {
    return value === null ? undefined : this.int(column, value)
  }

  text(column: string, value: unknown): string {
    if (typeof value === 'string') return value
    throw damaged(`${this.#table}.${column}`, this.#session)
  }

  textIfAny(column: string, value: unknown): string | undefined {
    return value === null ? undefined : this.text(column, value)
  }
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
