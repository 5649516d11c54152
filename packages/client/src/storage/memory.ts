// The driver that keeps nothing over a restart: for tests and for programs that bring their sessions along. It is also
// the plainest statement of what every driver does; the contract tests compare the others with it.

import { SparseMap } from '../sparse-map.ts'
import { checkBatch, checkSessionId, usernameKey } from './check.ts'
import { logConflict, notOwner, StorageError, unknownSession } from './error.ts'
import { mergePeer, patchOutbox } from './merge.ts'
import type {
  AuthKeyRecord,
  ChannelPoint,
  DeadLetter,
  LogConsumer,
  LoginProgress,
  LogRecord,
  MessageRecord,
  OutboxRecord,
  PeerKey,
  PeerKind,
  PeerRecord,
  SaltsRecord,
  SessionMark,
  SessionRecord,
  UpdatePositions,
  UpdateState,
} from './records.ts'
import { byDcAndKind } from './records.ts'
import type {
  LogRange,
  Page,
  SessionBatch,
  SessionEntry,
  SessionWrite,
  Storage,
  StorageOptions,
} from './storage.ts'

const PAGE = 1000

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

class StoredSession {
  owner = 0
  readonly createdAt: number
  updatedAt: number
  account: Account = { test: false, timeOffset: 0, mark: { state: 'active' } }
  readonly authKeys = new Map<string, AuthKeyRecord>()
  readonly salts = new Map<string, SaltsRecord>()
  updateState: UpdateState | undefined
  readonly channels = new SparseMap<number, ChannelPoint>()
  readonly peers = new SparseMap<string, PeerRecord>()
  readonly usernames = new SparseMap<string, string>()
  /**
   * By series (a channel's id, or 0), then by message id. Most have no content: of these the peer is kept alone, as there
   * are thousands of them.
   */
  readonly messages = new SparseMap<number, Map<number, PeerKey | Required<MessageRecord>>>()
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

export class MemoryStorage implements Storage {
  readonly kind = 'memory'
  readonly #sessions = new Map<string, StoredSession>()
  readonly #app = new Map<string, Uint8Array>()
  readonly #options: StorageOptions
  readonly #now: () => number
  #isOpen = false

  constructor(options: StorageOptions = {}) {
    this.#options = options
    this.#now = options.now ?? Date.now
  }

  async open(): Promise<void> {
    this.#isOpen = true
  }

  /** What was stored stays until the object itself is let go, so that it can be opened again. */
  async close(): Promise<void> {
    this.#isOpen = false
  }

  async sessions(): Promise<SessionEntry[]> {
    this.#check()
    const entries: SessionEntry[] = []
    for (const [id, stored] of this.#sessions) {
      const record = sessionRecord(id, stored)
      if (record !== undefined) entries.push({ id, record })
    }
    return entries
  }

  async session(id: string): Promise<SessionRecord | undefined> {
    const stored = this.#find(id)
    return stored === undefined ? undefined : sessionRecord(id, stored)
  }

  async claim(id: string): Promise<number> {
    this.#check()
    checkSessionId(id)
    let stored = this.#sessions.get(id)
    if (stored === undefined) {
      stored = new StoredSession(this.#now())
      this.#sessions.set(id, stored)
    }
    stored.owner++
    return stored.owner
  }

  async forget(id: string, owner: number): Promise<void> {
    this.#check()
    this.#owned(id, owner)
    this.#sessions.delete(id)
  }

  async write(batch: SessionBatch): Promise<void> {
    this.#check()
    const { session, owner, writes } = checkBatch(batch)
    const stored = this.#owned(session, owner)
    checkAppends(session, stored, writes)
    stored.owner = owner
    for (const write of writes) apply(stored, write, this.#now)
  }

  post(batch: SessionBatch): void {
    this.write(batch).catch((error: StorageError) => this.#options.onWriteError?.(error, batch))
  }

  async flush(): Promise<void> {
    this.#check()
  }

  async app(key: string): Promise<Uint8Array | undefined> {
    this.#check()
    return this.#app.get(key)
  }

  async writeApp(key: string, value: Uint8Array | null): Promise<void> {
    this.#check()
    if (value === null) this.#app.delete(key)
    else this.#app.set(key, value)
  }

  async updatePositions(session: string): Promise<UpdatePositions> {
    const stored = this.#find(session)
    return { state: stored?.updateState, channels: new Map(stored?.channels) }
  }

  async peer(session: string, kind: PeerKind, id: number): Promise<PeerRecord | undefined> {
    return this.#find(session)?.peers.get(peerKey(kind, id))
  }

  async peers(session: string, keys: readonly PeerKey[]): Promise<PeerRecord[]> {
    const stored = this.#find(session)
    const distinct = new Set(keys.map(({ kind, id }) => peerKey(kind, id)))
    return [...distinct].flatMap((key) => stored?.peers.get(key) ?? [])
  }

  async peerByUsername(session: string, username: string): Promise<PeerRecord | undefined> {
    const stored = this.#find(session)
    const key = stored?.usernames.get(usernameKey(username))
    return key === undefined ? undefined : stored?.peers.get(key)
  }

  async peerByPhone(session: string, phone: string): Promise<PeerRecord | undefined> {
    let latest: PeerRecord | undefined
    for (const peer of this.#find(session)?.peers.values() ?? []) {
      if (peer.phone === phone && (latest === undefined || peer.updatedAt > latest.updatedAt)) latest = peer
    }
    return latest
  }

  async messages(
    session: string,
    messageIds: readonly number[],
    channelId = 0,
  ): Promise<Map<number, MessageRecord>> {
    const series = this.#find(session)?.messages.get(channelId)
    const found = new Map<number, MessageRecord>()
    for (const id of messageIds) {
      const message = series?.get(id)
      if (message !== undefined)
        found.set(id, 'peer' in message ? message : { peer: message, content: undefined })
    }
    return found
  }

  async outbox(session: string): Promise<OutboxRecord[]> {
    return [...(this.#find(session)?.outbox.values() ?? [])].sort((a, b) => a.order - b.order)
  }

  async outboxEntry(session: string, randomId: bigint): Promise<OutboxRecord | undefined> {
    return this.#find(session)?.outbox.get(randomId)
  }

  async log(session: string, { after = 0, limit = PAGE }: Page = {}): Promise<LogRecord[]> {
    const log = this.#find(session)?.log ?? []
    const start = placeAfter(log, after)
    return log.slice(start, start + limit)
  }

  async logRange(session: string): Promise<LogRange> {
    const stored = this.#find(session)
    const trimmed = stored?.logTrimmed ?? 0
    return { first: stored?.log[0]?.cursor, last: Math.max(trimmed, stored?.log.at(-1)?.cursor ?? 0) }
  }

  async logConsumers(session: string): Promise<LogConsumer[]> {
    return [...(this.#find(session)?.consumers ?? [])].map(([name, cursor]) => ({ name, cursor }))
  }

  async deadLetters(session: string, limit = PAGE): Promise<DeadLetter[]> {
    const letters = [...(this.#find(session)?.deadLetters.values() ?? [])]
    return letters.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)).slice(0, limit)
  }

  async changeKey(): Promise<void> {
    this.#check()
  }

  #check(): void {
    if (!this.#isOpen) throw new StorageError('STORAGE_CLOSED', 'the memory store is not open')
  }

  #find(session: string): StoredSession | undefined {
    this.#check()
    return this.#sessions.get(session)
  }

  #owned(session: string, owner: number): StoredSession {
    const stored = this.#sessions.get(session)
    if (stored === undefined) throw unknownSession(session)
    if (owner < stored.owner) throw notOwner(session, owner, stored.owner)
    return stored
  }
}

function sessionRecord(id: string, stored: StoredSession): SessionRecord | undefined {
  const { dc, ...account } = stored.account
  if (dc === undefined) return undefined
  const { owner, createdAt, updatedAt } = stored
  const authKeys = [...stored.authKeys.values()].sort(byDcAndKind)
  const salts = [...stored.salts.values()].sort(byDcAndKind)
  return { id, owner, dc, ...account, authKeys, salts, createdAt, updatedAt }
}

type KeyName = Pick<AuthKeyRecord, 'dc' | 'kind'>
const keyName = ({ dc, kind }: KeyName): string => `${kind} ${dc}`
const peerKey = (kind: PeerKind, id: number): string => `${kind} ${id}`

/** Conflicts are looked for before anything is changed, so that a batch stays atomic. What is trimmed cannot conflict. */
function checkAppends(session: string, stored: StoredSession, writes: readonly SessionWrite[]): void {
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

function apply(stored: StoredSession, write: SessionWrite, now: () => number): void {
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
      for (const records of [stored.channels, stored.peers, stored.usernames]) records.clear()
      for (const records of [stored.messages, stored.outbox]) records.clear()
      return
    case 'authKey': {
      const { dc, kind, key, expiresAt, authorized, fingerprint } = write
      const record = { dc, kind, key, expiresAt, authorized: authorized === true, fingerprint }
      stored.authKeys.set(keyName(write), record)
      return
    }
    case 'authKeyRemove':
      stored.authKeys.delete(keyName(write))
      stored.salts.delete(keyName(write))
      return
    case 'salts':
      stored.salts.set(keyName(write), { dc: write.dc, kind: write.kind, salts: write.salts })
      return
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
    case 'peer': {
      const key = peerKey(write.kind, write.id)
      if (write.usernames !== undefined) moveUsernames(stored, key, write.usernames)
      stored.peers.set(key, mergePeer(stored.peers.get(key), write))
      return
    }
    case 'message':
      putMessage(stored, write)
      return
    case 'messagesTrim': {
      const series = stored.messages.get(write.channelId ?? 0)
      for (const id of series?.keys() ?? []) if (id < write.below) series?.delete(id)
      return
    }
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
  stored: StoredSession,
  { channelId = 0, messageId, peer, content }: Extract<SessionWrite, { type: 'message' }>,
): void {
  let series = stored.messages.get(channelId)
  if (series === undefined) {
    series = new Map()
    stored.messages.set(channelId, series)
  }
  if (peer === null) series.delete(messageId)
  else {
    const kept: PeerKey = { kind: peer.kind, id: peer.id }
    series.set(messageId, content === undefined ? kept : { peer: kept, content })
  }
}

function moveUsernames(stored: StoredSession, key: string, usernames: readonly string[]): void {
  for (const old of stored.peers.get(key)?.usernames ?? []) stored.usernames.delete(usernameKey(old))
  for (const username of usernames) {
    const name = usernameKey(username)
    const holder = stored.peers.get(stored.usernames.get(name) ?? '')
    if (holder !== undefined) {
      const left = holder.usernames.filter((other) => usernameKey(other) !== name)
      stored.peers.set(peerKey(holder.kind, holder.id), { ...holder, usernames: left })
    }
    stored.usernames.set(name, key)
  }
}

/** Index of the first record after this cursor. */
function placeAfter(log: readonly LogRecord[], cursor: number): number {
  let low = 0
  let high = log.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((log[middle]?.cursor ?? 0) <= cursor) low = middle + 1
    else high = middle
  }
  return low
}

function atCursor(log: readonly LogRecord[], cursor: number): LogRecord | undefined {
  const record = log[placeAfter(log, cursor) - 1]
  return record?.cursor === cursor ? record : undefined
}
