// Records for the tests of storage, with what a test does not care about filled in.

import type { AuthKeyRecord, LogRecord, OutboxRecord } from './records.ts'

export const bytes = (length: number, fill: number): Uint8Array => new Uint8Array(length).fill(fill)

export const authKey = (dc: number, fill: number, more: Partial<AuthKeyRecord> = {}): AuthKeyRecord => ({
  dc,
  kind: 'permanent',
  key: bytes(256, fill),
  expiresAt: undefined,
  authorized: false,
  ...more,
})

export const outboxEntry = (randomId: bigint, more: Partial<OutboxRecord> = {}): OutboxRecord => ({
  randomId,
  peer: { kind: 'user', id: 7 },
  call: bytes(40, 1),
  state: 'pending',
  order: Number(randomId),
  attempts: 0,
  messageId: undefined,
  notBefore: undefined,
  createdAt: 1000,
  ...more,
})

export const logEntry = (cursor: number, id = `update ${cursor}`): LogRecord => ({
  cursor,
  id,
  event: bytes(30, cursor & 255),
  at: 1000 + cursor,
})
