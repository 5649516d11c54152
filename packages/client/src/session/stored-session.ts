/**
 * What a session keeps over restarts, as it stands now, and its way into the storage. Every change is handed to the
 * storage at once; keys and logins wait until it is durable, since losing one loses the account's access.
 */
import type { SessionKey } from '@telegram-mt/net'
import type { LogoutReason } from '../rpc/rpc-error.ts'
import type { AuthKeyKind, LoginProgress, SessionMark, SessionRecord } from '../storage/records.ts'
import type { SessionWrite, Storage } from '../storage/storage.ts'
import { type Salts, StoredKeys } from './stored-keys.ts'

export class StoredSession {
  readonly id: string
  readonly #storage: Storage
  readonly #owner: number
  #dc: number
  readonly test: boolean
  #userId: number | undefined
  #accountId: number | undefined
  #username: string | undefined
  #phone: string | undefined
  #mark: SessionMark
  #login: LoginProgress | undefined
  #proxy: string | undefined
  #timeOffset: number
  readonly #keys: StoredKeys

  constructor(
    storage: Storage,
    record: Pick<SessionRecord, 'id' | 'dc' | 'test'> & Partial<SessionRecord>,
    owner: number,
  ) {
    this.#storage = storage
    this.#owner = owner
    this.id = record.id
    this.#dc = record.dc
    this.test = record.test
    this.#userId = record.userId
    this.#accountId = record.userId
    this.#username = record.username
    this.#phone = record.phone
    this.#mark = record.mark ?? { state: 'active' }
    this.#login = record.login
    this.#proxy = record.proxy
    this.#timeOffset = record.timeOffset ?? 0
    this.#keys = new StoredKeys(record)
  }

  /** The account's home datacenter. */
  get dc(): number {
    return this.#dc
  }
  /** The account, once it has signed in. */
  get userId(): number | undefined {
    return this.#userId
  }
  /** Whose positions, peers, sends and updates are stored here: of the account that is signed in, or was the last to be. */
  get accountId(): number | undefined {
    return this.#accountId
  }
  get username(): string | undefined {
    return this.#username
  }
  get phone(): string | undefined {
    return this.#phone
  }
  get mark(): SessionMark {
    return this.#mark
  }
  /** How far a login got. */
  get login(): LoginProgress | undefined {
    return this.#login
  }
  /** The session's own proxy, as JSON: see SessionProxy. */
  get proxy(): string | undefined {
    return this.#proxy
  }
  get timeOffset(): number {
    return this.#timeOffset
  }

  /** The auth key of a datacenter with what was learnt along with it. */
  key(dc: number, kind: AuthKeyKind = 'permanent'): SessionKey | undefined {
    return this.#keys.get(dc, kind, this.#timeOffset)
  }

  /** The first write: makes the session known to the storage. */
  async create(): Promise<void> {
    await this.#write({ type: 'account', dc: this.#dc, test: this.test })
  }

  /** Whether a datacenter knows the account under the key that the session has there. */
  authorized(dc: number): boolean {
    return this.#keys.isAuthorized(dc)
  }

  /** Notes that a datacenter knows the account, or no longer does. Losing this costs a repetition only. */
  saveAuthorized(dc: number, authorized: boolean): void {
    this.#post(...this.#keys.setAuthorized(dc, authorized))
  }

  async saveKey(dc: number, key: SessionKey, kind: AuthKeyKind = 'permanent'): Promise<void> {
    this.#timeOffset = Math.round(key.timeOffset)
    const writes = this.#keys.set(dc, kind, key)
    await this.#write(...writes, { type: 'account', timeOffset: this.#timeOffset })
  }

  saveSalts(dc: number, salts: Salts, kind: AuthKeyKind = 'permanent'): void {
    this.#post(...this.#keys.setSalts(dc, kind, salts))
  }

  saveTimeOffset(milliseconds: number): void {
    this.#timeOffset = Math.round(milliseconds)
    this.#post({ type: 'account', timeOffset: this.#timeOffset })
  }

  saveProxy(proxy: string | undefined): void {
    this.#proxy = proxy
    this.#post({ type: 'account', proxy: proxy ?? null })
  }

  /** The session lives on another datacenter from now on. */
  async saveDc(dc: number): Promise<void> {
    this.#dc = dc
    await this.#write({ type: 'account', dc })
  }

  async saveLogin(progress: LoginProgress | undefined): Promise<void> {
    this.#login = progress
    await this.#write({ type: 'account', login: progress ?? null })
  }

  /**
   * Somebody has signed in. Not before that is stored does it count: if it is another account than before, what `clearing` takes
   * away must be gone by then, and goes with the same batch.
   */
  async saveUser(
    user: { id: number; username?: string | undefined; phone?: string | undefined },
    clearing: readonly SessionWrite[] = [],
  ): Promise<void> {
    const mark: SessionMark = { state: 'active' }
    await this.#write(
      ...clearing,
      {
        type: 'account',
        userId: user.id,
        username: user.username ?? null,
        phone: user.phone ?? null,
        login: null,
        mark,
      },
      ...this.#keys.setAuthorized(this.#dc, true),
    )
    this.#userId = user.id
    this.#accountId = user.id
    this.#username = user.username
    this.#phone = user.phone
    this.#login = undefined
    this.#mark = mark
  }

  /** The key is dead since `at` (milliseconds since the epoch). The record stays, so that a program can say which account was lost and why. */
  async saveDead(reason: LogoutReason, at: number): Promise<void> {
    this.#mark = { state: 'dead', reason, at }
    this.#login = undefined
    await this.#write({ type: 'account', mark: this.#mark, login: null })
  }

  /** The key of a datacenter is of no use any more; without its permanent key, temporary ones are not either. */
  async dropKey(dc: number, kind: AuthKeyKind = 'permanent'): Promise<void> {
    await this.#write(...this.#keys.drop(dc, kind))
  }

  /**
   * Nobody is signed in on this session any more, and all its keys are void. Until somebody is, the record goes on to say who
   * was: what is stored is theirs, and a restart finds the session dead as before. A login that was begun by then, under a key
   * of its own, goes on.
   */
  async startOver(): Promise<void> {
    this.#userId = undefined
    this.#username = undefined
    this.#phone = undefined
    if (this.#login !== undefined) return
    await this.#write({ type: 'account', login: null, mark: this.#mark }, ...this.#keys.dropAll())
  }

  /** Hands writes of other parts (peers, positions, outbox) over, under this session's ownership. */
  post(...writes: SessionWrite[]): void {
    this.#post(...writes)
  }

  /** Like `post`; settles when they are durable. */
  write(...writes: SessionWrite[]): Promise<void> {
    return this.#write(...writes)
  }

  /** Removes the session with all that belongs to it. */
  forget(): Promise<void> {
    return this.#storage.forget(this.id, this.#owner)
  }

  async #write(...writes: SessionWrite[]): Promise<void> {
    if (writes.length > 0) await this.#storage.write({ session: this.id, owner: this.#owner, writes })
  }

  #post(...writes: SessionWrite[]): void {
    if (writes.length > 0) this.#storage.post({ session: this.id, owner: this.#owner, writes })
  }
}
