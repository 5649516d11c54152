// The queries behind the reads of a store.

import type { Kysely } from 'kysely'
import { usernameKey } from '../check.ts'
import { StorageError } from '../error.ts'
import type {
  DeadLetter,
  LogConsumer,
  LogRecord,
  MessageRecord,
  OutboxRecord,
  PeerKey,
  PeerRecord,
  SessionRecord,
  UpdatePositions,
} from '../records.ts'
import { byDcAndKind } from '../records.ts'
import type { Sealer } from '../sealer.ts'
import type { LogRange, OnDamaged, SessionEntry } from '../storage.ts'
import type { Pacer } from './pacer.ts'
import { deadLetter, logRecord, outboxRecord, peerKind, peerRecord, Row, sessionRecord } from './rows.ts'
import type { AuthKeyTable, PeerTable, SaltsTable, SessionTable, Tables } from './schema.ts'

type Db = Kysely<Tables>

const PORTION = 200

export async function readSession(db: Db, id: string, sealer: Sealer): Promise<SessionRecord | undefined> {
  const row = await db.selectFrom('session').selectAll().where('id', '=', id).executeTakeFirst()
  if (row === undefined || !hasAccount(row)) return undefined
  const keys = await db.selectFrom('auth_key').selectAll().where('session', '=', id).execute()
  const salts = await db.selectFrom('salts').selectAll().where('session', '=', id).execute()
  return sessionRecord(row, keys.sort(byDcAndKind), salts.sort(byDcAndKind), sealer)
}

/** Where a portion cannot be read as a whole (a damaged page), its sessions are read one by one. */
export async function readSessions(
  db: Db,
  sealer: Sealer,
  pacer: Pacer,
  storageError: (error: unknown) => StorageError,
): Promise<SessionEntry[]> {
  const ids = (await db.selectFrom('session').select('id').orderBy('id').execute()).map(({ id }) => id)
  const entries: SessionEntry[] = []
  for (let start = 0; start < ids.length; start += PORTION) {
    const portion = ids.slice(start, start + PORTION)
    try {
      entries.push(...(await readPortion(db, portion, sealer, pacer)))
    } catch (error) {
      if (storageError(error).code !== 'STORAGE_CORRUPT') throw error
      for (const id of portion) entries.push(...(await readAlone(db, id, sealer, storageError)))
    }
  }
  return entries
}

async function readPortion(db: Db, ids: string[], sealer: Sealer, pacer: Pacer): Promise<SessionEntry[]> {
  const rows = await db.selectFrom('session').selectAll().where('id', 'in', ids).orderBy('id').execute()
  const keys = bySession(await db.selectFrom('auth_key').selectAll().where('session', 'in', ids).execute())
  const salts = bySession(await db.selectFrom('salts').selectAll().where('session', 'in', ids).execute())
  const entries: SessionEntry[] = []
  for (const row of rows) {
    if (hasAccount(row)) entries.push(entry(row, keys.get(row.id) ?? [], salts.get(row.id) ?? [], sealer))
    await pacer.breathe()
  }
  return entries
}

function entry(
  row: SessionTable & { dc: number },
  keys: AuthKeyTable[],
  salts: SaltsTable[],
  sealer: Sealer,
): SessionEntry {
  const { id } = row
  try {
    return { id, record: sessionRecord(row, keys.sort(byDcAndKind), salts.sort(byDcAndKind), sealer) }
  } catch (error) {
    if (error instanceof StorageError) return { id, error }
    throw error
  }
}

async function readAlone(
  db: Db,
  id: string,
  sealer: Sealer,
  storageError: (error: unknown) => StorageError,
): Promise<SessionEntry[]> {
  try {
    const record = await readSession(db, id, sealer)
    return record === undefined ? [] : [{ id, record }]
  } catch (cause) {
    const error = storageError(cause)
    if (error.code !== 'STORAGE_CORRUPT' && error.code !== 'STORAGE_RECORD_CORRUPT') throw error
    const message = `the record of session "${id}" is on a damaged part of the store`
    return [{ id, error: new StorageError('STORAGE_RECORD_CORRUPT', message, { session: id, cause }) }]
  }
}

function hasAccount(row: SessionTable): row is SessionTable & { dc: number } {
  return row.dc !== null
}

function bySession<Row extends { session: string }>(rows: readonly Row[]): Map<string, Row[]> {
  const map = new Map<string, Row[]>()
  for (const row of rows) {
    const list = map.get(row.session)
    if (list === undefined) map.set(row.session, [row])
    else list.push(row)
  }
  return map
}

export async function readPositions(db: Db, session: string): Promise<UpdatePositions> {
  const state = await db
    .selectFrom('update_state')
    .select(['pts', 'qts', 'seq', 'date', 'top', 'user_id'])
    .where('session', '=', session)
    .executeTakeFirst()
  const channels = await db
    .selectFrom('channel_state')
    .select(['channel_id', 'pts', 'top', 'unverified'])
    .where('session', '=', session)
    .execute()
  const points = new Map(
    channels.map(({ channel_id, pts, top, unverified }) => [
      channel_id,
      { pts, top, unverified: unverified === 1 },
    ]),
  )
  if (state === undefined) return { state, channels: points }
  const { user_id, ...position } = state
  return { state: { ...position, userId: user_id ?? undefined }, channels: points }
}

export async function readPeers(
  db: Db,
  session: string,
  keys: readonly PeerKey[],
  pacer: Pacer,
): Promise<PeerRecord[]> {
  const records: PeerRecord[] = []
  for (let start = 0; start < keys.length; start += PORTION) {
    const portion = keys.slice(start, start + PORTION)
    const rows = await db
      .selectFrom('peer')
      .selectAll()
      .where('session', '=', session)
      .where((eb) => eb.or(portion.map(({ kind, id }) => eb.and({ kind, id }))))
      .execute()
    records.push(...(await withUsernames(db, session, rows)))
    await pacer.breathe()
  }
  return records
}

async function withUsernames(db: Db, session: string, rows: readonly PeerTable[]): Promise<PeerRecord[]> {
  if (rows.length === 0) return []
  const names = await db
    .selectFrom('peer_username')
    .select(['kind', 'id', 'shown'])
    .where('session', '=', session)
    .where((eb) => eb.or(rows.map(({ kind, id }) => eb.and({ kind, id }))))
    .orderBy('place')
    .execute()
  const byPeer = new Map<string, string[]>()
  for (const { kind, id, shown } of names) {
    const list = byPeer.get(`${kind} ${id}`)
    if (list === undefined) byPeer.set(`${kind} ${id}`, [shown])
    else list.push(shown)
  }
  return rows.map((row) => peerRecord(row, byPeer.get(`${row.kind} ${row.id}`) ?? []))
}

export async function readPeerByUsername(
  db: Db,
  session: string,
  username: string,
): Promise<PeerRecord | undefined> {
  const row = await db
    .selectFrom('peer_username as name')
    .innerJoin('peer', (join) =>
      join
        .onRef('peer.session', '=', 'name.session')
        .onRef('peer.kind', '=', 'name.kind')
        .onRef('peer.id', '=', 'name.id'),
    )
    .selectAll('peer')
    .where('name.session', '=', session)
    .where('name.username', '=', usernameKey(username))
    .executeTakeFirst()
  return row === undefined ? undefined : (await withUsernames(db, session, [row]))[0]
}

export async function readPeerByPhone(
  db: Db,
  session: string,
  phone: string,
): Promise<PeerRecord | undefined> {
  const row = await db
    .selectFrom('peer')
    .selectAll()
    .where('session', '=', session)
    .where('phone', '=', phone)
    .orderBy('updated_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row === undefined ? undefined : (await withUsernames(db, session, [row]))[0]
}

export async function readMessages(
  db: Db,
  session: string,
  channelId: number,
  messageIds: readonly number[],
): Promise<Map<number, MessageRecord>> {
  const is = new Row('message_index', session)
  const found = new Map<number, MessageRecord>()
  for (let start = 0; start < messageIds.length; start += PORTION) {
    const rows = await db
      .selectFrom('message_index')
      .select(['message_id', 'kind', 'id', 'content'])
      .where('session', '=', session)
      .where('channel_id', '=', channelId)
      .where('message_id', 'in', messageIds.slice(start, start + PORTION))
      .execute()
    for (const { message_id, kind, id, content } of rows) {
      const peer = { kind: peerKind(kind, 'message_index.kind', session), id: is.int('id', id) }
      const record = { peer, content: is.textIfAny('content', content) }
      found.set(is.int('message_id', message_id), record)
    }
  }
  return found
}

export async function readOutbox(
  db: Db,
  session: string,
  sealer: Sealer,
  pacer: Pacer,
  onDamaged: OnDamaged | undefined,
): Promise<OutboxRecord[]> {
  const rows = await db
    .selectFrom('outbox')
    .selectAll()
    .where('session', '=', session)
    .orderBy('send_order')
    .execute()
  const records: OutboxRecord[] = []
  for (const row of rows) {
    const record = readable(() => outboxRecord(row, sealer), onDamaged, row.random_id)
    if (record !== undefined) records.push(record)
    await pacer.breathe()
  }
  return records
}

export async function readOutboxEntry(
  db: Db,
  session: string,
  randomId: bigint,
  sealer: Sealer,
): Promise<OutboxRecord | undefined> {
  const row = await db
    .selectFrom('outbox')
    .selectAll()
    .where('session', '=', session)
    .where('random_id', '=', String(randomId))
    .executeTakeFirst()
  return row === undefined ? undefined : outboxRecord(row, sealer)
}

export async function readLog(
  db: Db,
  session: string,
  after: number,
  limit: number,
  sealer: Sealer,
): Promise<LogRecord[]> {
  const rows = await db
    .selectFrom('update_log')
    .selectAll()
    .where('session', '=', session)
    .where('cursor', '>', after)
    .orderBy('cursor')
    .limit(limit)
    .execute()
  return rows.map((row) => logRecord(row, sealer))
}

export async function readLogRange(db: Db, session: string): Promise<LogRange> {
  const ends = await db
    .selectFrom('update_log')
    .select(({ fn }) => [fn.min('cursor').as('first'), fn.max('cursor').as('last')])
    .where('session', '=', session)
    .executeTakeFirst()
  const row = await db
    .selectFrom('session')
    .select('log_trimmed')
    .where('id', '=', session)
    .executeTakeFirst()
  const is = new Row('update_log', session)
  const last = is.intIfAny('cursor', ends?.last ?? null) ?? 0
  const trimmed = is.intIfAny('log_trimmed', row?.log_trimmed ?? null) ?? 0
  return { first: is.intIfAny('cursor', ends?.first ?? null), last: Math.max(last, trimmed) }
}

export async function readConsumers(db: Db, session: string): Promise<LogConsumer[]> {
  const rows = await db
    .selectFrom('log_consumer')
    .select(['name', 'cursor'])
    .where('session', '=', session)
    .execute()
  const is = new Row('log_consumer', session)
  return rows.map(({ name, cursor }) => ({ name: is.text('name', name), cursor: is.int('cursor', cursor) }))
}

export async function readDeadLetters(
  db: Db,
  session: string,
  limit: number,
  sealer: Sealer,
  onDamaged: OnDamaged | undefined,
): Promise<DeadLetter[]> {
  const rows = await db
    .selectFrom('dead_letter')
    .selectAll()
    .where('session', '=', session)
    .orderBy('at')
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.flatMap((row) => readable(() => deadLetter(row, sealer), onDamaged, row.id) ?? [])
}

/** A record, or `undefined` if it is damaged and somebody hears of it. */
function readable<T>(read: () => T, onDamaged: OnDamaged | undefined, id: unknown): T | undefined {
  if (onDamaged === undefined) return read()
  try {
    return read()
  } catch (error) {
    if (!(error instanceof StorageError) || error.code !== 'STORAGE_RECORD_CORRUPT') throw error
    onDamaged(error, String(id))
    return undefined
  }
}
