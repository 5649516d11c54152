// The schema's history. A migration that was ever released is never changed; a new one is added at the end. A database
// that knows a migration this list does not was written by a newer version and is refused, unchanged.

import { type Kysely, type Migration, Migrator, sql } from 'kysely'
import { StorageError } from '../error.ts'
import type { Flavour } from './flavour.ts'
import type { Tables } from './schema.ts'

const MIGRATION_TABLE = 'schema_migration'

const history: Record<string, (flavour: Flavour) => string[]> = {
  '0001_records': records,
  '0002_tops_and_messages': topsAndMessages,
  '0003_unverified_channels': unverifiedChannels,
  '0004_session_proxy': sessionProxy,
  '0005_key_fingerprints': keyFingerprints,
}

/** Throws `STORAGE_SCHEMA_NEWER` or `STORAGE_MIGRATION`. */
export async function migrate(db: Kysely<Tables>, flavour: Flavour): Promise<void> {
  const known = Object.keys(history)
  const applied = await appliedMigrations(db, flavour)
  const unknown = applied.find((name) => !known.includes(name))
  if (unknown !== undefined) {
    const message = `${flavour.name} has schema "${unknown}", this version knows up to "${known.at(-1)}"; nothing was changed`
    throw new StorageError('STORAGE_SCHEMA_NEWER', message)
  }
  if (applied.length === known.length) return
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => migrations(flavour) },
    migrationTableName: MIGRATION_TABLE,
    migrationLockTableName: `${MIGRATION_TABLE}_lock`,
    ...(flavour.schema === undefined ? {} : { migrationTableSchema: flavour.schema }),
  })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) throw flavour.storageError(error, 'STORAGE_MIGRATION')
}

async function appliedMigrations(db: Kysely<Tables>, flavour: Flavour): Promise<string[]> {
  if (!(await flavour.hasTable(db, MIGRATION_TABLE))) return []
  const table = sql.raw(flavour.table(MIGRATION_TABLE))
  const { rows } = await sql<{ name: string }>`select name from ${table} order by name`.execute(db)
  return rows.map(({ name }) => name)
}

function migrations(flavour: Flavour): Record<string, Migration> {
  const entries = Object.entries(history).map(([name, statements]): [string, Migration] => [
    name,
    {
      async up(db) {
        for (const statement of statements(flavour)) await sql.raw(statement).execute(db)
      },
    },
  ])
  return Object.fromEntries(entries)
}

function records({ table, types: { text, int, bytes }, tableEnd: { narrow, wide } }: Flavour): string[] {
  const session = `session ${text} not null references ${table('session')} (id) on delete cascade`
  return [
    `create table ${table('meta')} ("key" ${text} primary key not null, value ${text} not null) ${wide}`,

    `create table ${table('app')} (
      "key" ${text} primary key not null, value ${bytes} not null, updated_at ${int} not null
    ) ${wide}`,

    `create table ${table('session')} (
      id ${text} primary key not null, owner ${int} not null, dc ${int}, test ${int} not null default 0,
      user_id ${int}, username ${text}, phone ${text}, time_offset ${int} not null default 0,
      dead_reason ${text}, dead_at ${int}, login ${bytes}, log_trimmed ${int} not null default 0,
      created_at ${int} not null, updated_at ${int} not null
    ) ${wide}`,

    `create table ${table('auth_key')} (
      ${session}, dc ${int} not null, kind ${text} not null, "key" ${bytes} not null, expires_at ${int},
      authorized ${int} not null, primary key (session, dc, kind)
    ) ${wide}`,

    `create table ${table('salts')} (
      ${session}, dc ${int} not null, kind ${text} not null, salts ${text} not null, primary key (session, dc, kind)
    ) ${wide}`,

    `create table ${table('update_state')} (
      ${session}, pts ${int} not null, qts ${int} not null, seq ${int} not null, "date" ${int} not null,
      primary key (session)
    ) ${narrow}`,

    `create table ${table('channel_state')} (
      ${session}, channel_id ${int} not null, pts ${int} not null, primary key (session, channel_id)
    ) ${narrow}`,

    `create table ${table('peer')} (
      ${session}, kind ${text} not null, id ${int} not null, access_hash ${text}, hash_min ${int} not null,
      phone ${text}, name ${text}, seen_kind ${text}, seen_id ${int}, seen_message ${int}, updated_at ${int} not null,
      primary key (session, kind, id)
    ) ${narrow}`,
    `create index peer_phone on ${table('peer')} (session, phone) where phone is not null`,

    `create table ${table('peer_username')} (
      ${session}, username ${text} not null, shown ${text} not null, kind ${text} not null, id ${int} not null,
      place ${int} not null, primary key (session, username)
    ) ${narrow}`,
    `create index peer_username_peer on ${table('peer_username')} (session, kind, id)`,

    `create table ${table('message_peer')} (
      ${session}, message_id ${int} not null, kind ${text} not null, id ${int} not null,
      primary key (session, message_id)
    ) ${narrow}`,

    `create table ${table('outbox')} (
      ${session}, random_id ${text} not null, peer_kind ${text} not null, peer_id ${int} not null,
      "call" ${bytes} not null, state ${text} not null, send_order ${int} not null, attempts ${int} not null,
      message_id ${int}, not_before ${int}, created_at ${int} not null, primary key (session, random_id)
    ) ${wide}`,

    `create table ${table('update_log')} (
      ${session}, "cursor" ${int} not null, event_id ${text} not null, event ${bytes} not null, at ${int} not null,
      primary key (session, "cursor")
    ) ${wide}`,

    `create table ${table('log_consumer')} (
      ${session}, name ${text} not null, "cursor" ${int} not null, primary key (session, name)
    ) ${narrow}`,

    `create table ${table('dead_letter')} (
      ${session}, id ${text} not null, event ${bytes} not null, error ${text} not null, attempts ${int} not null,
      at ${int} not null, primary key (session, id)
    ) ${wide}`,
  ]
}

function topsAndMessages({ table, types: { text, int }, tableEnd: { narrow } }: Flavour): string[] {
  const index = table('message_index')
  return [
    `alter table ${table('update_state')} add column "top" ${int} not null default 0`,
    `alter table ${table('update_state')} add column user_id ${int}`,
    `alter table ${table('channel_state')} add column "top" ${int} not null default 0`,
    // Channels number their messages themselves, so a message's name takes both numbers.
    `create table ${index} (
      session ${text} not null references ${table('session')} (id) on delete cascade,
      channel_id ${int} not null, message_id ${int} not null, kind ${text} not null, id ${int} not null,
      content ${text}, primary key (session, channel_id, message_id)
    ) ${narrow}`,
    `insert into ${index} select session, 0, message_id, kind, id, null from ${table('message_peer')}`,
    `drop table ${table('message_peer')}`,
  ]
}

function unverifiedChannels({ table, types: { int } }: Flavour): string[] {
  return [`alter table ${table('channel_state')} add column unverified ${int} not null default 0`]
}

function sessionProxy({ table, types: { bytes } }: Flavour): string[] {
  return [`alter table ${table('session')} add column proxy ${bytes}`]
}

function keyFingerprints({ table, types: { text } }: Flavour): string[] {
  return [`alter table ${table('auth_key')} add column fingerprint ${text}`]
}
