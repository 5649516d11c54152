// What the memory driver holds of one session.

import { SparseMap } from '@telegram-mt/mtproto'
import type { MemoryMessages } from './memory-messages.ts'
import { MemoryPeers } from './memory-peers.ts'
import type {
  AuthKeyRecord,
  ChannelPoint,
  DeadLetter,
  LoginProgress,
  LogRecord,
  OutboxRecord,
  SaltsRecord,
  SessionMark,
  SessionRecord,
  UpdateState,
} from './records.ts'
import { byDcAndKind } from './records.ts'

interface Account {
  dc?: number
  test: boolean
  userId?: number | undefined
  username?: string | undefined
  phone?: string | undefined
  timeOffset: number
  mark: SessionMark
  login?: LoginProgress | undefined
  proxy?: string | undefined
}

export class MemorySession {
  owner = 0
  readonly createdAt: number
  updatedAt: number
  account: Account = { test: false, timeOffset: 0, mark: { state: 'active' } }
  /** A handful at most: lists take a third of what maps do. */
  authKeys: readonly AuthKeyRecord[] = []
  salts: readonly SaltsRecord[] = []
  updateState: UpdateState | undefined
  readonly channels = new SparseMap<number, ChannelPoint>()
  readonly peers = new MemoryPeers()
  /** By series: a channel's id, or 0. */
  readonly messages = new SparseMap<number, MemoryMessages>()
  readonly outbox = new SparseMap<bigint, OutboxRecord>()
  log: LogRecord[] = []
  logTrimmed = 0
  readonly consumers = new SparseMap<string, number>()
  readonly deadLetters = new SparseMap<string, DeadLetter>()

  constructor(now: number) {
    this.createdAt = now
    this.updatedAt = now
  }
}

export function sessionRecord(id: string, stored: MemorySession): SessionRecord | undefined {
  const { dc, ...account } = stored.account
  if (dc === undefined) return undefined
  const { owner, createdAt, updatedAt } = stored
  const authKeys = [...stored.authKeys].sort(byDcAndKind)
  const salts = [...stored.salts].sort(byDcAndKind)
  return { id, owner, dc, ...account, authKeys, salts, createdAt, updatedAt }
}

/** All but those of this key. */
export function without<T extends Pick<AuthKeyRecord, 'dc' | 'kind'>>(
  records: readonly T[],
  { dc, kind }: Pick<AuthKeyRecord, 'dc' | 'kind'>,
): readonly T[] {
  return records.filter((record) => record.dc !== dc || record.kind !== kind)
}

/** Index of the first record after this cursor. */
export function placeAfter(log: readonly LogRecord[], cursor: number): number {
  let low = 0
  let high = log.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((log[middle]?.cursor ?? 0) <= cursor) low = middle + 1
    else high = middle
  }
  return low
}

export function atCursor(log: readonly LogRecord[], cursor: number): LogRecord | undefined {
  const record = log[placeAfter(log, cursor) - 1]
  return record?.cursor === cursor ? record : undefined
}
