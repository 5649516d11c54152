// Deletions of many rows, in portions between which the event loop turns.

import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { Pacer } from './pacer.ts'
import type { Tables } from './schema.ts'

const PORTION = 500

type SessionTableName = Exclude<keyof Tables, 'meta' | 'app' | 'session'>

export async function trimMessages(
  db: Kysely<Tables>,
  session: string,
  channelId: number,
  below: number,
  pacer: Pacer,
): Promise<void> {
  const series = { column: 'channel_id', value: channelId }
  await deleteInPortions(db, 'message_index', 'message_id', session, below - 1, pacer, series)
}

export async function trimLog(
  db: Kysely<Tables>,
  session: string,
  through: number,
  pacer: Pacer,
): Promise<void> {
  await deleteInPortions(db, 'update_log', 'cursor', session, through, pacer)
  await db
    .updateTable('session')
    .set({ log_trimmed: through })
    .where('id', '=', session)
    .where('log_trimmed', '<', through)
    .execute()
}

/** What belongs to the account, and not to the session or the program. */
export async function clearAccount(db: Kysely<Tables>, session: string, pacer: Pacer): Promise<void> {
  await deleteMessages(db, session, pacer)
  for (const kind of ['user', 'chat', 'channel']) {
    await deleteInPortions(db, 'peer', 'id', session, undefined, pacer, { column: 'kind', value: kind })
  }
  await deleteInPortions(db, 'peer_username', 'username', session, undefined, pacer)
  await deleteInPortions(db, 'channel_state', 'channel_id', session, undefined, pacer)
  await deleteInPortions(db, 'outbox', 'random_id', session, undefined, pacer)
  await deleteInPortions(db, 'dead_letter', 'id', session, undefined, pacer)
  await db.deleteFrom('update_state').where('session', '=', session).execute()
}

/** Everything that belongs to the session, then the session itself. */
export async function deleteSession(db: Kysely<Tables>, session: string, pacer: Pacer): Promise<void> {
  await clearAccount(db, session, pacer)
  await deleteInPortions(db, 'update_log', 'cursor', session, undefined, pacer)
  await db.deleteFrom('session').where('id', '=', session).execute()
}

/** One series of ids after the other: they are the portions' measure. */
async function deleteMessages(db: Kysely<Tables>, session: string, pacer: Pacer): Promise<void> {
  for (;;) {
    const series = await db
      .selectFrom('message_index')
      .select('channel_id')
      .where('session', '=', session)
      .limit(1)
      .executeTakeFirst()
    if (series === undefined) return
    const part = { column: 'channel_id', value: series.channel_id }
    await deleteInPortions(db, 'message_index', 'message_id', session, undefined, pacer, part)
  }
}

async function deleteInPortions(
  db: Kysely<Tables>,
  table: SessionTableName,
  column: string,
  session: string,
  last: number | undefined,
  pacer: Pacer,
  part?: { readonly column: string; readonly value: string | number },
): Promise<void> {
  const place = sql.ref<string | number>(column)
  for (;;) {
    const bound = await db
      .selectFrom(table)
      .select(place.as('at'))
      .where('session', '=', session)
      .$if(part !== undefined, (query) => query.where(sql.ref(part?.column ?? ''), '=', part?.value ?? ''))
      .$if(last !== undefined, (query) => query.where(place, '<=', last ?? 0))
      .orderBy(place)
      .offset(PORTION)
      .limit(1)
      .executeTakeFirst()
    const through = bound?.at ?? last
    await db
      .deleteFrom(table)
      .where('session', '=', session)
      .$if(part !== undefined, (query) => query.where(sql.ref(part?.column ?? ''), '=', part?.value ?? ''))
      .$if(through !== undefined, (query) => query.where(place, '<=', through ?? 0))
      .execute()
    await pacer.breathe()
    if (bound === undefined) return
  }
}
