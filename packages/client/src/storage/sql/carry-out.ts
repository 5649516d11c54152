// Carries a plan out inside a transaction.

import type { Transaction } from 'kysely'
import { logConflict } from '../error.ts'
import type { Sealer } from '../sealer.ts'
import type { SessionWrite } from '../storage.ts'
import { type Pacer, paced } from './pacer.ts'
import type { Cell, Plan } from './plan.ts'
import * as put from './row-statements.ts'
import {
  authKeyPlace,
  callPlace,
  eventPlace,
  letterPlace,
  loginBytes,
  loginPlace,
  proxyPlace,
  saltsText,
} from './rows.ts'
import type { ChannelStateTable, MessageTable, PeerTable, SessionTable, Tables } from './schema.ts'
import type { Statements } from './statements.ts'
import { clearAccount, trimLog, trimMessages } from './trim.ts'

type Write<T extends SessionWrite['type']> = Extract<SessionWrite, { type: T }>

export interface Means {
  readonly statements: Statements
  readonly sealer: Sealer
  readonly pacer: Pacer
  readonly now: number
}

/** Throws `STORAGE_CONFLICT` if the log holds another event at one of the cursors. */
export async function carryOut(tx: Transaction<Tables>, plan: Plan, means: Means): Promise<void> {
  const { statements, sealer, pacer, now } = means
  for (const session of plan.clears) await clearAccount(tx, session, pacer)
  for (const cell of plan.accounts.values()) await updateAccount(tx, cell, sealer, now)
  for (const { session, write } of plan.messageTrims.values()) {
    await trimMessages(tx, session, write.channelId ?? 0, write.below, pacer)
  }
  for (const [session, through] of plan.logTrims) await trimLog(tx, session, through, pacer)

  const keys = split(plan.authKeys, 'authKey', 'authKeyRemove')
  await statements.run(
    tx,
    put.putAuthKeys,
    keys.put.map(({ session, write }) => ({
      session,
      dc: write.dc,
      kind: write.kind,
      key: sealer.seal(write.key, authKeyPlace(session, write.dc, write.kind)),
      expires_at: write.expiresAt ?? null,
      authorized: write.authorized === true ? 1 : 0,
      fingerprint: write.fingerprint === undefined ? null : String(write.fingerprint),
    })),
    pacer,
  )
  const keyName = ({ session, write }: Cell<Write<'authKeyRemove'>>) => ({
    session,
    dc: write.dc,
    kind: write.kind,
  })
  await statements.run(tx, put.removeAuthKeys, keys.remove.map(keyName), pacer)

  const salts = split(plan.salts, 'salts', 'authKeyRemove')
  await statements.run(
    tx,
    put.putSalts,
    salts.put.map(({ session, write }) => ({
      session,
      dc: write.dc,
      kind: write.kind,
      salts: saltsText(write.salts),
    })),
    pacer,
  )
  await statements.run(tx, put.removeSalts, salts.remove.map(keyName), pacer)

  await putPositions(tx, plan, means)
  await putPeers(tx, plan, means)
  await putMessages(tx, plan, means)
  await putOutbox(tx, plan, means)
  await putLog(tx, plan, means)
}

async function updateAccount(
  tx: Transaction<Tables>,
  { session, write }: Cell<Write<'account'>>,
  sealer: Sealer,
  now: number,
): Promise<void> {
  const change: Partial<SessionTable> = { updated_at: now }
  if (write.dc !== undefined) change.dc = write.dc
  if (write.test !== undefined) change.test = write.test ? 1 : 0
  if (write.userId !== undefined) change.user_id = write.userId
  if (write.username !== undefined) change.username = write.username
  if (write.phone !== undefined) change.phone = write.phone
  if (write.timeOffset !== undefined) change.time_offset = write.timeOffset
  if (write.mark !== undefined) {
    change.dead_reason = write.mark.state === 'dead' ? write.mark.reason : null
    change.dead_at = write.mark.state === 'dead' ? write.mark.at : null
  }
  if (write.login === null) change.login = null
  else if (write.login !== undefined) change.login = sealer.seal(loginBytes(write.login), loginPlace(session))
  if (write.proxy === null) change.proxy = null
  else if (write.proxy !== undefined)
    change.proxy = sealer.seal(new TextEncoder().encode(write.proxy), proxyPlace(session))
  await tx.updateTable('session').set(change).where('id', '=', session).execute()
}

async function putPositions(
  tx: Transaction<Tables>,
  plan: Plan,
  { statements, pacer }: Means,
): Promise<void> {
  const states = [...plan.updateStates.values()].map(({ session, write }) => {
    const { pts, qts, seq, date, top = 0, userId: user_id = null } = write
    return { session, pts, qts, seq, date, top, user_id }
  })
  await statements.run(tx, put.putUpdateStates, states, pacer)
  const kept: ChannelStateTable[] = []
  const left: { session: string; channel_id: number }[] = []
  for (const { session, write } of plan.channels.values()) {
    const { channelId: channel_id, pts, top = 0 } = write
    if (pts === null) left.push({ session, channel_id })
    else kept.push({ session, channel_id, pts, top, unverified: write.unverified === true ? 1 : 0 })
  }
  await statements.run(tx, put.putChannels, kept, pacer)
  await statements.run(tx, put.removeChannels, left, pacer)
}

async function putPeers(tx: Transaction<Tables>, plan: Plan, { statements, pacer }: Means): Promise<void> {
  const named: PeerTable[] = []
  const others: PeerTable[] = []
  for (const { session, write } of plan.peers.values()) {
    const row: PeerTable = {
      session,
      kind: write.kind,
      id: write.id,
      access_hash: write.accessHash === undefined ? null : String(write.accessHash),
      hash_min: write.min ? 1 : 0,
      phone: write.phone === null ? '' : (write.phone ?? null),
      name: write.name ?? null,
      seen_kind: write.seenIn?.peer.kind ?? null,
      seen_id: write.seenIn?.peer.id ?? null,
      seen_message: write.seenIn?.messageId ?? null,
      updated_at: write.updatedAt,
    }
    if (write.usernames === undefined) others.push(row)
    else named.push(row)
  }
  await statements.run(tx, put.putPeers, named, pacer)
  await statements.run(tx, put.putPeersKeepingDate, others, pacer)
  await statements.run(tx, put.removeUsernamesOf, [...plan.renamed.values()], pacer)
  const usernames = [...plan.usernames.values()]
  await statements.run(
    tx,
    put.removeUsernames,
    usernames.filter(({ holder }) => holder === undefined),
    pacer,
  )
  const held = usernames.flatMap(({ session, username, holder }) =>
    holder === undefined ? [] : { session, username, ...holder },
  )
  await statements.run(tx, put.putUsernames, held, pacer)
}

async function putMessages(tx: Transaction<Tables>, plan: Plan, { statements, pacer }: Means): Promise<void> {
  const kept: MessageTable[] = []
  const gone: Pick<MessageTable, 'session' | 'channel_id' | 'message_id'>[] = []
  for (const { session, write } of plan.messages.values()) {
    const { channelId: channel_id = 0, messageId: message_id, peer, content = null } = write
    if (peer === null) gone.push({ session, channel_id, message_id })
    else kept.push({ session, channel_id, message_id, kind: peer.kind, id: peer.id, content })
  }
  await statements.run(tx, put.putMessages, kept, pacer)
  await statements.run(tx, put.removeMessages, gone, pacer)
}

async function putOutbox(
  tx: Transaction<Tables>,
  plan: Plan,
  { statements, sealer, pacer }: Means,
): Promise<void> {
  const { put: entries, remove } = split(plan.outbox, 'outbox', 'outboxRemove')
  const rows = await paced(entries, pacer, ({ session, write }) => ({
    session,
    random_id: String(write.randomId),
    peer_kind: write.peer.kind,
    peer_id: write.peer.id,
    call: sealer.seal(write.call, callPlace(session, String(write.randomId))),
    state: write.state,
    send_order: write.order,
    attempts: write.attempts,
    message_id: write.messageId ?? null,
    not_before: write.notBefore ?? null,
    created_at: write.createdAt,
  }))
  await statements.run(tx, put.putOutbox, rows, pacer)
  const gone = remove.map(({ session, write }) => ({ session, random_id: String(write.randomId) }))
  await statements.run(tx, put.removeOutbox, gone, pacer)
  for (const { session, write } of plan.outbox.values()) {
    if (write.type !== 'outboxPatch') continue
    const change = {
      ...(write.state === undefined ? {} : { state: write.state }),
      ...(write.attempts === undefined ? {} : { attempts: write.attempts }),
      ...(write.messageId === undefined ? {} : { message_id: write.messageId }),
      ...(write.notBefore === undefined ? {} : { not_before: write.notBefore }),
    }
    if (Object.keys(change).length === 0) continue
    await tx
      .updateTable('outbox')
      .set(change)
      .where('session', '=', session)
      .where('random_id', '=', String(write.randomId))
      .execute()
    await pacer.breathe()
  }
}

async function putLog(
  tx: Transaction<Tables>,
  plan: Plan,
  { statements, sealer, pacer }: Means,
): Promise<void> {
  const events = await paced([...plan.log.values()], pacer, ({ session, write }) => ({
    session,
    cursor: write.cursor,
    event_id: write.id,
    event: sealer.seal(write.event, eventPlace(session, write.cursor)),
    at: write.at,
  }))
  const appended = await statements.run(tx, put.appendLog, events, pacer)
  if (appended !== events.length) await checkLog(tx, plan)

  const kept: { session: string; name: string; cursor: number }[] = []
  const gone: { session: string; name: string }[] = []
  for (const { session, write } of plan.consumers.values()) {
    if (write.cursor === null) gone.push({ session, name: write.name })
    else kept.push({ session, name: write.name, cursor: write.cursor })
  }
  await statements.run(tx, put.putConsumers, kept, pacer)
  await statements.run(tx, put.removeConsumers, gone, pacer)

  const letters = split(plan.deadLetters, 'deadLetter', 'deadLetterRemove')
  const rows = await paced(letters.put, pacer, ({ session, write }) => ({
    session,
    id: write.id,
    event: sealer.seal(write.event, letterPlace(session, write.id)),
    error: write.error,
    attempts: write.attempts,
    at: write.at,
  }))
  await statements.run(tx, put.putDeadLetters, rows, pacer)
  const removed = letters.remove.map(({ session, write }) => ({ session, id: write.id }))
  await statements.run(tx, put.removeDeadLetters, removed, pacer)
}

/** Some cursors were taken already: by the same events, or by others? */
async function checkLog(tx: Transaction<Tables>, plan: Plan): Promise<void> {
  for (const { session, write } of plan.log.values()) {
    const stored = await tx
      .selectFrom('update_log')
      .select('event_id')
      .where('session', '=', session)
      .where('cursor', '=', write.cursor)
      .executeTakeFirst()
    if (stored?.event_id !== write.id) throw logConflict(session, write.cursor)
  }
}

function split<P extends SessionWrite['type'], R extends SessionWrite['type']>(
  cells: ReadonlyMap<string, Cell<SessionWrite>>,
  putType: P,
  removeType: R,
): { put: Cell<Write<P>>[]; remove: Cell<Write<R>>[] } {
  const isA =
    <T extends SessionWrite['type']>(type: T) =>
    (cell: Cell<SessionWrite>): cell is Cell<Write<T>> =>
      cell.write.type === type
  const all = [...cells.values()]
  return { put: all.filter(isA(putType)), remove: all.filter(isA(removeType)) }
}
