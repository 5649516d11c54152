// The gate every batch goes through, whatever the driver: what passes here, every driver can keep and give back
// unchanged. Texts are made storable (PostgreSQL knows no NUL, UTF-8 no lone surrogates); all else that does not fit is
// refused with the name of the field.

import { StorageError } from './error.ts'
import type { PeerKey } from './records.ts'
import type { SessionBatch, SessionWrite } from './storage.ts'

const MAX_SESSION_ID = 255
const MAX_USERNAMES = 64

export function checkSessionId(id: string): string {
  if (typeof id !== 'string' || id.length === 0 || id.length > MAX_SESSION_ID || storableText(id) !== id) {
    throw new StorageError(
      'STORAGE_INVALID',
      `a session id is 1 to ${MAX_SESSION_ID} characters of text, without NUL`,
    )
  }
  return id
}

/** Returns the batch with its texts made storable. Throws `STORAGE_INVALID`. */
export function checkBatch(batch: SessionBatch): SessionBatch {
  checkSessionId(batch.session)
  checkInt('owner', batch.owner, 1)
  return { session: batch.session, owner: batch.owner, writes: batch.writes.map(checkWrite) }
}

function checkWrite(write: SessionWrite): SessionWrite {
  switch (write.type) {
    case 'account':
      if (write.dc !== undefined) checkInt('account.dc', write.dc, 1)
      checkOptionalInt('account.userId', write.userId)
      checkOptionalInt('account.timeOffset', write.timeOffset)
      if (write.mark?.state === 'dead') checkInt('account.mark.at', write.mark.at)
      return {
        ...write,
        ...(write.username == null ? {} : { username: storableText(write.username) }),
        ...(write.phone == null ? {} : { phone: storableText(write.phone) }),
        ...(write.mark?.state === 'dead'
          ? { mark: { ...write.mark, reason: storableText(write.mark.reason) } }
          : {}),
      }
    case 'accountClear':
      return write
    case 'authKey':
      checkInt('authKey.dc', write.dc, 1)
      checkOptionalInt('authKey.expiresAt', write.expiresAt)
      if (write.fingerprint !== undefined) checkLong('authKey.fingerprint', write.fingerprint)
      if (write.key.length !== 256) throw invalid('authKey.key', `${write.key.length} bytes`, '256 bytes')
      return write
    case 'authKeyRemove':
      checkInt('authKeyRemove.dc', write.dc, 1)
      return write
    case 'salts':
      checkInt('salts.dc', write.dc, 1)
      for (const { salt, validSince, validUntil } of write.salts) {
        checkLong('salts.salt', salt)
        checkInt('salts.validSince', validSince)
        checkInt('salts.validUntil', validUntil)
      }
      return write
    case 'updateState':
      checkInt('updateState.pts', write.pts)
      checkInt('updateState.qts', write.qts)
      checkInt('updateState.seq', write.seq)
      checkInt('updateState.date', write.date)
      checkOptionalInt('updateState.top', write.top)
      checkOptionalInt('updateState.userId', write.userId)
      return write
    case 'channelPts':
      checkInt('channelPts.channelId', write.channelId)
      checkOptionalInt('channelPts.pts', write.pts)
      checkOptionalInt('channelPts.top', write.top)
      return write
    case 'peer':
      return checkPeerWrite(write)
    case 'message':
      checkOptionalInt('message.channelId', write.channelId)
      checkInt('message.messageId', write.messageId)
      if (write.peer !== null) checkPeerKey('message.peer', write.peer)
      return write.content === undefined ? write : { ...write, content: storableText(write.content) }
    case 'messagesTrim':
      checkOptionalInt('messagesTrim.channelId', write.channelId)
      checkInt('messagesTrim.below', write.below)
      return write
    case 'outbox':
      checkLong('outbox.randomId', write.randomId)
      checkPeerKey('outbox.peer', write.peer)
      checkInt('outbox.order', write.order)
      checkInt('outbox.attempts', write.attempts)
      checkOptionalInt('outbox.messageId', write.messageId)
      checkOptionalInt('outbox.notBefore', write.notBefore)
      checkInt('outbox.createdAt', write.createdAt)
      return write
    case 'outboxPatch':
      checkLong('outboxPatch.randomId', write.randomId)
      checkOptionalInt('outboxPatch.attempts', write.attempts)
      checkOptionalInt('outboxPatch.messageId', write.messageId)
      checkOptionalInt('outboxPatch.notBefore', write.notBefore)
      return write
    case 'outboxRemove':
      checkLong('outboxRemove.randomId', write.randomId)
      return write
    case 'logAppend':
      checkInt('logAppend.cursor', write.cursor, 1)
      checkInt('logAppend.at', write.at)
      return { ...write, id: storableText(write.id) }
    case 'logTrim':
      checkInt('logTrim.through', write.through, 0)
      return write
    case 'logConsumer':
      checkOptionalInt('logConsumer.cursor', write.cursor)
      return { ...write, name: storableText(write.name) }
    case 'deadLetter':
      checkInt('deadLetter.attempts', write.attempts)
      checkInt('deadLetter.at', write.at)
      return { ...write, id: storableText(write.id), error: storableText(write.error) }
    case 'deadLetterRemove':
      return { ...write, id: storableText(write.id) }
    default:
      throw new StorageError(
        'STORAGE_INVALID',
        `no such write: ${String((write as { type?: unknown }).type)}`,
      )
  }
}

function checkPeerWrite(write: Extract<SessionWrite, { type: 'peer' }>): SessionWrite {
  checkPeerKey('peer', write)
  if (write.accessHash !== undefined) checkLong('peer.accessHash', write.accessHash)
  checkInt('peer.updatedAt', write.updatedAt)
  if (write.seenIn !== undefined) {
    checkPeerKey('peer.seenIn.peer', write.seenIn.peer)
    checkInt('peer.seenIn.messageId', write.seenIn.messageId)
  }
  if (write.usernames !== undefined && write.usernames.length > MAX_USERNAMES) {
    throw invalid('peer.usernames', `${write.usernames.length} of them`, `at most ${MAX_USERNAMES}`)
  }
  return {
    ...write,
    ...(write.usernames === undefined ? {} : { usernames: distinctUsernames(write.usernames) }),
    // "Has no phone" is kept as the empty text.
    ...(write.phone == null ? {} : { phone: storableText(write.phone) || null }),
    ...(write.name === undefined ? {} : { name: storableText(write.name) }),
  }
}

/** The form in which usernames are compared. */
export function usernameKey(username: string): string {
  const text = storableText(username)
  return (text.startsWith('@') ? text.slice(1) : text).toLowerCase()
}

function distinctUsernames(usernames: readonly string[]): string[] {
  const byKey = new Map<string, string>()
  for (const username of usernames) {
    const key = usernameKey(username)
    if (key !== '' && !byKey.has(key)) byKey.set(key, storableText(username).replace(/^@/, ''))
  }
  return [...byKey.values()]
}

export function storableText(text: string): string {
  // The common case costs one scan. The round trip through UTF-8 replaces lone surrogates by U+FFFD.
  if (!/[\0\uD800-\uDFFF]/.test(text)) return text
  return new TextDecoder().decode(new TextEncoder().encode(text.replaceAll('\0', '\uFFFD')))
}

function checkPeerKey(field: string, peer: PeerKey): void {
  if (peer.kind !== 'user' && peer.kind !== 'chat' && peer.kind !== 'channel') {
    throw invalid(`${field}.kind`, String(peer.kind), 'user, chat or channel')
  }
  checkInt(`${field}.id`, peer.id)
}

function checkInt(field: string, value: number, least = Number.MIN_SAFE_INTEGER): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw invalid(field, String(value), least > 0 ? `an integer from ${least}` : 'an integer')
  }
}

function checkOptionalInt(field: string, value: number | null | undefined): void {
  if (value != null) checkInt(field, value)
}

function checkLong(field: string, value: bigint): void {
  if (typeof value !== 'bigint' || BigInt.asIntN(64, value) !== value) {
    throw new StorageError('STORAGE_INVALID', `${field} is not a signed 64-bit integer`)
  }
}

function invalid(field: string, got: string, expected: string): StorageError {
  return new StorageError('STORAGE_INVALID', `${field} is ${got}, expected ${expected}`)
}
