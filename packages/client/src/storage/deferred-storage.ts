// A store whose driver is loaded when it is opened, so that importing the library costs nothing for the drivers that a
// program does not use.

import { StorageError } from './error.ts'
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
import type {
  LogRange,
  OnDamaged,
  Page,
  SessionBatch,
  SessionEntry,
  Storage,
  StorageKey,
  StorageOptions,
} from './storage.ts'

export class DeferredStorage implements Storage {
  readonly kind: Storage['kind']
  readonly #load: () => Promise<Storage>
  readonly #onWriteError: StorageOptions['onWriteError']
  #loading: Promise<Storage> | undefined
  #loaded: Storage | undefined

  constructor(
    kind: Storage['kind'],
    load: () => Promise<Storage>,
    onWriteError: StorageOptions['onWriteError'],
  ) {
    this.kind = kind
    this.#load = load
    this.#onWriteError = onWriteError
  }

  async open(): Promise<void> {
    this.#loading ??= this.#load()
    this.#loaded = await this.#loading
    await this.#loaded.open()
  }

  async close(): Promise<void> {
    await this.#loaded?.close()
  }

  get #driver(): Storage {
    if (this.#loaded === undefined)
      throw new StorageError('STORAGE_CLOSED', `the ${this.kind} store is not open`)
    return this.#loaded
  }

  async sessions(): Promise<SessionEntry[]> {
    return this.#driver.sessions()
  }

  async session(id: string): Promise<SessionRecord | undefined> {
    return this.#driver.session(id)
  }

  async claim(id: string): Promise<number> {
    return this.#driver.claim(id)
  }

  async forget(id: string, owner: number): Promise<void> {
    return this.#driver.forget(id, owner)
  }

  async write(batch: SessionBatch): Promise<void> {
    return this.#driver.write(batch)
  }

  post(batch: SessionBatch): void {
    if (this.#loaded !== undefined) this.#loaded.post(batch)
    else this.write(batch).catch((error: StorageError) => this.#onWriteError?.(error, batch))
  }

  async flush(): Promise<void> {
    return this.#driver.flush()
  }

  async app(key: string): Promise<Uint8Array | undefined> {
    return this.#driver.app(key)
  }

  async writeApp(key: string, value: Uint8Array | null): Promise<void> {
    return this.#driver.writeApp(key, value)
  }

  async updatePositions(session: string): Promise<UpdatePositions> {
    return this.#driver.updatePositions(session)
  }

  async peer(session: string, kind: PeerKind, id: number): Promise<PeerRecord | undefined> {
    return this.#driver.peer(session, kind, id)
  }

  async peers(session: string, keys: readonly PeerKey[]): Promise<PeerRecord[]> {
    return this.#driver.peers(session, keys)
  }

  async peerByUsername(session: string, username: string): Promise<PeerRecord | undefined> {
    return this.#driver.peerByUsername(session, username)
  }

  async peerByPhone(session: string, phone: string): Promise<PeerRecord | undefined> {
    return this.#driver.peerByPhone(session, phone)
  }

  async messages(
    session: string,
    messageIds: readonly number[],
    channelId?: number,
  ): Promise<Map<number, MessageRecord>> {
    return this.#driver.messages(session, messageIds, channelId)
  }

  async outbox(session: string, onDamaged?: OnDamaged): Promise<OutboxRecord[]> {
    return this.#driver.outbox(session, onDamaged)
  }

  async outboxEntry(session: string, randomId: bigint): Promise<OutboxRecord | undefined> {
    return this.#driver.outboxEntry(session, randomId)
  }

  async log(session: string, page?: Page): Promise<LogRecord[]> {
    return this.#driver.log(session, page)
  }

  async logRange(session: string): Promise<LogRange> {
    return this.#driver.logRange(session)
  }

  async logConsumers(session: string): Promise<LogConsumer[]> {
    return this.#driver.logConsumers(session)
  }

  async deadLetters(session: string, limit?: number, onDamaged?: OnDamaged): Promise<DeadLetter[]> {
    return this.#driver.deadLetters(session, limit, onDamaged)
  }

  async changeKey(key: StorageKey | null): Promise<void> {
    return this.#driver.changeKey(key)
  }
}
