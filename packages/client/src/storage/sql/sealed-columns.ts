// Which columns are sealed, and the place each value is bound to.

import type { Place } from '../sealer.ts'
import { authKeyPlace, callPlace, eventPlace, letterPlace, loginPlace, proxyPlace } from './rows.ts'

export interface SealedColumn {
  readonly table: string
  readonly column: string
  /** The primary key. */
  readonly keys: readonly string[]
  readonly place: (row: Readonly<Record<string, unknown>>) => Place
}

export const sealedColumns: readonly SealedColumn[] = [
  { table: 'session', column: 'login', keys: ['id'], place: ({ id }) => loginPlace(String(id)) },
  { table: 'session', column: 'proxy', keys: ['id'], place: ({ id }) => proxyPlace(String(id)) },
  {
    table: 'auth_key',
    column: 'key',
    keys: ['session', 'dc', 'kind'],
    place: ({ session, dc, kind }) => authKeyPlace(String(session), Number(dc), String(kind)),
  },
  {
    table: 'outbox',
    column: 'call',
    keys: ['session', 'random_id'],
    place: ({ session, random_id: randomId }) => callPlace(String(session), String(randomId)),
  },
  {
    table: 'update_log',
    column: 'event',
    keys: ['session', 'cursor'],
    place: ({ session, cursor }) => eventPlace(String(session), Number(cursor)),
  },
  {
    table: 'dead_letter',
    column: 'event',
    keys: ['session', 'id'],
    place: ({ session, id }) => letterPlace(String(session), String(id)),
  },
]
