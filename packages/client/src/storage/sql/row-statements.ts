// The statements that write rows: insert or overwrite, and delete by key.

import { sql } from 'kysely'
import type {
  AuthKeyTable,
  ChannelStateTable,
  DeadLetterTable,
  LogConsumerTable,
  MessageTable,
  OutboxTable,
  PeerTable,
  SaltsTable,
  UpdateLogTable,
  UpdateStateTable,
  UsernameTable,
} from './schema.ts'
import type { RowStatement } from './statements.ts'

export const putAuthKeys: RowStatement<AuthKeyTable> = {
  name: 'put auth_key',
  columns: ['session', 'dc', 'kind', 'key', 'expires_at', 'authorized', 'fingerprint'],
  build: (db, rows) =>
    db
      .insertInto('auth_key')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['session', 'dc', 'kind']).doUpdateSet((eb) => ({
          key: eb.ref('excluded.key'),
          expires_at: eb.ref('excluded.expires_at'),
          authorized: eb.ref('excluded.authorized'),
          fingerprint: eb.ref('excluded.fingerprint'),
        })),
      ),
}

type KeyName = Pick<AuthKeyTable, 'session' | 'dc' | 'kind'>

export const removeAuthKeys: RowStatement<KeyName> = {
  name: 'remove auth_key',
  columns: ['session', 'dc', 'kind'],
  build: (db, rows) =>
    db
      .deleteFrom('auth_key')
      .where((eb) => eb.or(rows.map(({ session, dc, kind }) => eb.and({ session, dc, kind })))),
}

export const putSalts: RowStatement<SaltsTable> = {
  name: 'put salts',
  columns: ['session', 'dc', 'kind', 'salts'],
  build: (db, rows) =>
    db
      .insertInto('salts')
      .values(rows)
      .onConflict((conflict) =>
        conflict
          .columns(['session', 'dc', 'kind'])
          .doUpdateSet((eb) => ({ salts: eb.ref('excluded.salts') })),
      ),
}

export const removeSalts: RowStatement<KeyName> = {
  name: 'remove salts',
  columns: ['session', 'dc', 'kind'],
  build: (db, rows) =>
    db
      .deleteFrom('salts')
      .where((eb) => eb.or(rows.map(({ session, dc, kind }) => eb.and({ session, dc, kind })))),
}

export const putUpdateStates: RowStatement<UpdateStateTable> = {
  name: 'put update_state',
  columns: ['session', 'pts', 'qts', 'seq', 'date', 'top', 'user_id'],
  build: (db, rows) =>
    db
      .insertInto('update_state')
      .values(rows)
      .onConflict((conflict) =>
        conflict.column('session').doUpdateSet((eb) => ({
          pts: eb.ref('excluded.pts'),
          qts: eb.ref('excluded.qts'),
          seq: eb.ref('excluded.seq'),
          date: eb.ref('excluded.date'),
          top: eb.ref('excluded.top'),
          user_id: eb.ref('excluded.user_id'),
        })),
      ),
}

export const putChannels: RowStatement<ChannelStateTable> = {
  name: 'put channel_state',
  columns: ['session', 'channel_id', 'pts', 'top', 'unverified'],
  build: (db, rows) =>
    db
      .insertInto('channel_state')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['session', 'channel_id']).doUpdateSet((eb) => ({
          pts: eb.ref('excluded.pts'),
          top: eb.ref('excluded.top'),
          unverified: eb.ref('excluded.unverified'),
        })),
      ),
}

export const removeChannels: RowStatement<Pick<ChannelStateTable, 'session' | 'channel_id'>> = {
  name: 'remove channel_state',
  columns: ['session', 'channel_id'],
  build: (db, rows) =>
    db
      .deleteFrom('channel_state')
      .where((eb) => eb.or(rows.map(({ session, channel_id }) => eb.and({ session, channel_id })))),
}

/** The rule of `mergePeer`, in SQL: what is absent stays, and a min hash does not replace a full one. */
/** Peers with their usernames. */
export const putPeers: RowStatement<PeerTable> = peerStatement('put peer', 'nothing')

/** Peers of which something else was told: their usernames are as old as they were. */
export const putPeersKeepingDate: RowStatement<PeerTable> = peerStatement('put peer keeping date', 'date')

function peerStatement(name: string, keep: 'date' | 'nothing'): RowStatement<PeerTable> {
  return {
    name,
    columns: [
      'session',
      'kind',
      'id',
      'access_hash',
      'hash_min',
      'phone',
      'name',
      'seen_kind',
      'seen_id',
      'seen_message',
      'updated_at',
    ],
    build: (db, rows) =>
      db
        .insertInto('peer')
        .values(rows)
        .onConflict((conflict) =>
          conflict.columns(['session', 'kind', 'id']).doUpdateSet((eb) => ({
            access_hash: sql<string>`case
              when excluded.access_hash is null then peer.access_hash
              when excluded.hash_min = 1 and peer.hash_min = 0 and peer.access_hash is not null then peer.access_hash
              else excluded.access_hash end`,
            hash_min: sql<number>`case
              when excluded.access_hash is null and peer.access_hash is not null then peer.hash_min
              when excluded.access_hash is null then peer.hash_min * excluded.hash_min
              when excluded.hash_min = 1 and peer.hash_min = 0 and peer.access_hash is not null then 0
              else excluded.hash_min end`,
            phone: sql<string>`coalesce(excluded.phone, peer.phone)`,
            name: sql<string>`coalesce(excluded.name, peer.name)`,
            seen_kind: sql<string>`coalesce(excluded.seen_kind, peer.seen_kind)`,
            seen_id: sql<number>`coalesce(excluded.seen_id, peer.seen_id)`,
            seen_message: sql<number>`coalesce(excluded.seen_message, peer.seen_message)`,
            updated_at: eb.ref(keep === 'date' ? 'peer.updated_at' : 'excluded.updated_at'),
          })),
        ),
  }
}

export const removeUsernamesOf: RowStatement<Pick<UsernameTable, 'session' | 'kind' | 'id'>> = {
  name: 'remove peer_username of peer',
  columns: ['session', 'kind', 'id'],
  build: (db, rows) =>
    db
      .deleteFrom('peer_username')
      .where((eb) => eb.or(rows.map(({ session, kind, id }) => eb.and({ session, kind, id })))),
}

export const removeUsernames: RowStatement<Pick<UsernameTable, 'session' | 'username'>> = {
  name: 'remove peer_username',
  columns: ['session', 'username'],
  build: (db, rows) =>
    db
      .deleteFrom('peer_username')
      .where((eb) => eb.or(rows.map(({ session, username }) => eb.and({ session, username })))),
}

export const putUsernames: RowStatement<UsernameTable> = {
  name: 'put peer_username',
  columns: ['session', 'username', 'shown', 'kind', 'id', 'place'],
  build: (db, rows) =>
    db
      .insertInto('peer_username')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['session', 'username']).doUpdateSet((eb) => ({
          shown: eb.ref('excluded.shown'),
          kind: eb.ref('excluded.kind'),
          id: eb.ref('excluded.id'),
          place: eb.ref('excluded.place'),
        })),
      ),
}

export const putMessages: RowStatement<MessageTable> = {
  name: 'put message_index',
  columns: ['session', 'channel_id', 'message_id', 'kind', 'id', 'content'],
  build: (db, rows) =>
    db
      .insertInto('message_index')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['session', 'channel_id', 'message_id']).doUpdateSet((eb) => ({
          kind: eb.ref('excluded.kind'),
          id: eb.ref('excluded.id'),
          content: eb.ref('excluded.content'),
        })),
      ),
}

export const removeMessages: RowStatement<Pick<MessageTable, 'session' | 'channel_id' | 'message_id'>> = {
  name: 'remove message_index',
  columns: ['session', 'channel_id', 'message_id'],
  build: (db, rows) =>
    db
      .deleteFrom('message_index')
      .where((eb) =>
        eb.or(rows.map(({ session, channel_id, message_id }) => eb.and({ session, channel_id, message_id }))),
      ),
}

export const putOutbox: RowStatement<OutboxTable> = {
  name: 'put outbox',
  columns: [
    'session',
    'random_id',
    'peer_kind',
    'peer_id',
    'call',
    'state',
    'send_order',
    'attempts',
    'message_id',
    'not_before',
    'created_at',
  ],
  build: (db, rows) =>
    db
      .insertInto('outbox')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['session', 'random_id']).doUpdateSet((eb) => ({
          peer_kind: eb.ref('excluded.peer_kind'),
          peer_id: eb.ref('excluded.peer_id'),
          call: eb.ref('excluded.call'),
          state: eb.ref('excluded.state'),
          send_order: eb.ref('excluded.send_order'),
          attempts: eb.ref('excluded.attempts'),
          message_id: eb.ref('excluded.message_id'),
          not_before: eb.ref('excluded.not_before'),
          created_at: eb.ref('excluded.created_at'),
        })),
      ),
}

export const removeOutbox: RowStatement<Pick<OutboxTable, 'session' | 'random_id'>> = {
  name: 'remove outbox',
  columns: ['session', 'random_id'],
  build: (db, rows) =>
    db
      .deleteFrom('outbox')
      .where((eb) => eb.or(rows.map(({ session, random_id }) => eb.and({ session, random_id })))),
}

/** An event that is there already stays; the number of rows changed tells. */
export const appendLog: RowStatement<UpdateLogTable> = {
  name: 'append update_log',
  columns: ['session', 'cursor', 'event_id', 'event', 'at'],
  build: (db, rows) =>
    db
      .insertInto('update_log')
      .values(rows)
      .onConflict((conflict) => conflict.columns(['session', 'cursor']).doNothing()),
}

export const putConsumers: RowStatement<LogConsumerTable> = {
  name: 'put log_consumer',
  columns: ['session', 'name', 'cursor'],
  build: (db, rows) =>
    db
      .insertInto('log_consumer')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['session', 'name']).doUpdateSet((eb) => ({ cursor: eb.ref('excluded.cursor') })),
      ),
}

export const removeConsumers: RowStatement<Pick<LogConsumerTable, 'session' | 'name'>> = {
  name: 'remove log_consumer',
  columns: ['session', 'name'],
  build: (db, rows) =>
    db
      .deleteFrom('log_consumer')
      .where((eb) => eb.or(rows.map(({ session, name }) => eb.and({ session, name })))),
}

export const putDeadLetters: RowStatement<DeadLetterTable> = {
  name: 'put dead_letter',
  columns: ['session', 'id', 'event', 'error', 'attempts', 'at'],
  build: (db, rows) =>
    db
      .insertInto('dead_letter')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['session', 'id']).doUpdateSet((eb) => ({
          event: eb.ref('excluded.event'),
          error: eb.ref('excluded.error'),
          attempts: eb.ref('excluded.attempts'),
          at: eb.ref('excluded.at'),
        })),
      ),
}

export const removeDeadLetters: RowStatement<Pick<DeadLetterTable, 'session' | 'id'>> = {
  name: 'remove dead_letter',
  columns: ['session', 'id'],
  build: (db, rows) =>
    db.deleteFrom('dead_letter').where((eb) => eb.or(rows.map(({ session, id }) => eb.and({ session, id })))),
}
