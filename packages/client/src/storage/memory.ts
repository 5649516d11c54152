// The driver that keeps nothing over a restart: for tests and for programs that bring their sessions along. It is also
// the plainest statement of what every driver does; the contract tests compare the others with it.

import { checkBatch, checkSessionId } from './check.ts'
import { notOwner, StorageError, unknownSession } from './error.ts'
import { MemorySession, placeAfter, sessionRecord } from './memory-session.ts'
import { apply, checkAppends } from './memory-writes.ts'
import type {
  DeadLetter,
  LogConsumer,
  LogRecord,
  MessageRecord,
  OutboxRecord,
  PeerKey,
  PeerKind,
  PeerRecord,
  SessionRecord,
  UpdatePositions,
} from './records.ts'
import type { LogRange, Page, SessionBatch, SessionEntry, Storage, StorageOptions } from './storage.ts'

const PAGE = 1000

export class MemoryStorage implements Storage {
  readonly kind = 'memory'
  readonly #sessions = new Map<string, MemorySession>()
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
      stored = new MemorySession(this.#now())
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
    return this.#find(session)?.peers.get({ kind, id })
  }

  async peers(session: string, keys: readonly PeerKey[]): Promise<PeerRecord[]> {
    const stored = this.#find(session)
    return [...new Set(keys.flatMap((key) => stored?.peers.get(key) ?? []))]
  }

  async peerByUsername(session: string, username: string): Promise<PeerRecord | undefined> {
    return this.#find(session)?.peers.byUsername(username)
  }

  async peerByPhone(session: string, phone: string): Promise<PeerRecord | undefined> {
    let latest: PeerRecord | undefined
    for (const peer of this.#find(session)?.peers ?? []) {
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
      if (message !== undefined) found.set(id, message)
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

  #find(session: string): MemorySession | undefined {
    this.#check()
    return this.#sessions.get(session)
  }

  #owned(session: string, owner: number): MemorySession {
    const stored = this.#sessions.get(session)
    if (stored === undefined) throw unknownSession(session)
    if (owner < stored.owner) throw notOwner(session, owner, stored.owner)
    return stored
  }
}
