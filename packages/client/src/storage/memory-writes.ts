// What a write does to what the memory driver holds. The plainest statement of what it does in every driver.

import { logConflict } from './error.ts'
import { MemoryMessages } from './memory-messages.ts'
import { atCursor, type MemorySession, placeAfter, without } from './memory-session.ts'
import { patchOutbox } from './merge.ts'
import type { SessionWrite } from './storage.ts'

/** Conflicts are looked for before anything is changed, so that a batch stays atomic. What is trimmed cannot conflict. */
export function checkAppends(session: string, stored: MemorySession, writes: readonly SessionWrite[]): void {
  const added = new Map<number, string>()
  let trimmed = 0
  for (const write of writes) {
    if (write.type === 'logTrim') {
      trimmed = Math.max(trimmed, write.through)
      for (const cursor of added.keys()) if (cursor <= write.through) added.delete(cursor)
    }
    if (write.type !== 'logAppend') continue
    if ((added.get(write.cursor) ?? write.id) !== write.id) throw logConflict(session, write.cursor)
    added.set(write.cursor, write.id)
  }
  for (const [cursor, id] of added) {
    if (cursor > trimmed && (atCursor(stored.log, cursor)?.id ?? id) !== id)
      throw logConflict(session, cursor)
  }
}

export function apply(stored: MemorySession, write: SessionWrite, now: () => number): void {
  switch (write.type) {
    case 'account': {
      const { type: _, ...patch } = write
      for (const [field, value] of Object.entries(patch)) {
        if (value !== undefined) Object.assign(stored.account, { [field]: value ?? undefined })
      }
      stored.updatedAt = now()
      return
    }
    case 'accountClear':
      stored.updateState = undefined
      for (const records of [stored.channels, stored.peers, stored.messages, stored.outbox]) records.clear()
      stored.deadLetters.clear()
      return
    case 'authKey': {
      const { dc, kind, key, expiresAt, authorized, fingerprint } = write
      const record = { dc, kind, key, expiresAt, authorized: authorized === true, fingerprint }
      stored.authKeys = without(stored.authKeys, write).concat(record)
      return
    }
    case 'authKeyRemove':
      stored.authKeys = without(stored.authKeys, write)
      stored.salts = without(stored.salts, write)
      return
    case 'salts': {
      const { dc, kind, salts } = write
      stored.salts = without(stored.salts, write).concat({ dc, kind, salts })
      return
    }
    case 'updateState':
      stored.updateState = {
        pts: write.pts,
        qts: write.qts,
        seq: write.seq,
        date: write.date,
        top: write.top ?? 0,
        userId: write.userId,
      }
      return
    case 'channelPts':
      if (write.pts === null) stored.channels.delete(write.channelId)
      else {
        const { channelId, pts, top = 0 } = write
        stored.channels.set(channelId, { pts, top, unverified: write.unverified === true })
      }
      return
    case 'peer':
      stored.peers.merge(write)
      return
    case 'message':
      putMessage(stored, write)
      return
    case 'messagesTrim':
      stored.messages.get(write.channelId ?? 0)?.trim(write.below)
      return
    case 'outbox': {
      const { type: _, ...record } = write
      stored.outbox.set(record.randomId, record)
      return
    }
    case 'outboxPatch': {
      const record = stored.outbox.get(write.randomId)
      if (record !== undefined) stored.outbox.set(write.randomId, patchOutbox(record, write))
      return
    }
    case 'outboxRemove':
      stored.outbox.delete(write.randomId)
      return
    case 'logAppend': {
      const { cursor, id, event, at } = write
      if (atCursor(stored.log, cursor) === undefined) {
        stored.log.splice(placeAfter(stored.log, cursor), 0, { cursor, id, event, at })
      }
      return
    }
    case 'logTrim':
      stored.log = stored.log.slice(placeAfter(stored.log, write.through))
      stored.logTrimmed = Math.max(stored.logTrimmed, write.through)
      return
    case 'logConsumer':
      if (write.cursor === null) stored.consumers.delete(write.name)
      else stored.consumers.set(write.name, write.cursor)
      return
    case 'deadLetter': {
      const { type: _, ...letter } = write
      stored.deadLetters.set(letter.id, letter)
      return
    }
    case 'deadLetterRemove':
      stored.deadLetters.delete(write.id)
  }
}

function putMessage(
  stored: MemorySession,
  { channelId = 0, messageId, peer, content }: Extract<SessionWrite, { type: 'message' }>,
): void {
  let series = stored.messages.get(channelId)
  if (series === undefined) {
    if (peer === null) return
    series = new MemoryMessages()
    stored.messages.set(channelId, series)
  }
  if (peer === null) series.delete(messageId)
  else series.set(messageId, { peer, content })
}
