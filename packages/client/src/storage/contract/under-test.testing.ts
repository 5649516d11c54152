// What the parts of the contract share: the driver, one open store of it with a session, and samples.

import type { PeerRecord } from '../records.ts'
import type { SessionWrite, Storage, StorageOptions } from '../storage.ts'

export interface DriverUnderTest {
  readonly name: string
  /** A store that holds nothing yet, not opened. `again` names the same store once more. */
  fresh(options?: StorageOptions): Promise<{ storage: Storage; again: () => Storage }>
  /** Keeps its contents when it is closed and opened again. */
  readonly isDurable: boolean
}

/** The session that the tests write to. */
export const id = 'alice'

export class UnderTest {
  readonly driver: DriverUnderTest
  now = 5000
  #open: { readonly storage: Storage; readonly owner: number } | undefined

  constructor(driver: DriverUnderTest) {
    this.driver = driver
  }

  /** A fresh store, and the session claimed. */
  async open(): Promise<void> {
    this.now = 5000
    const { storage } = await this.driver.fresh({ now: () => this.now })
    await storage.open()
    this.#open = { storage, owner: await storage.claim(id) }
  }

  async close(): Promise<void> {
    await this.#open?.storage.close()
    this.#open = undefined
  }

  get storage(): Storage {
    return this.#opened().storage
  }

  get owner(): number {
    return this.#opened().owner
  }

  write(...writes: SessionWrite[]): Promise<void> {
    return this.storage.write({ session: id, owner: this.owner, writes })
  }

  #opened(): { readonly storage: Storage; readonly owner: number } {
    if (this.#open === undefined) throw new Error('no store is open')
    return this.#open
  }
}

export const peerSeen = (more: Partial<Extract<SessionWrite, { type: 'peer' }>> = {}): SessionWrite => ({
  type: 'peer',
  kind: 'user',
  id: 7,
  accessHash: 70n,
  min: false,
  updatedAt: 1,
  ...more,
})

export const aPeer = (more: Partial<PeerRecord> = {}): PeerRecord => ({
  kind: 'user',
  id: 7,
  accessHash: 70n,
  min: false,
  usernames: [],
  phone: undefined,
  name: undefined,
  seenIn: undefined,
  updatedAt: 1,
  ...more,
})

export const account: Extract<SessionWrite, { type: 'account' }> = { type: 'account', dc: 4 }

export const nothing = {
  positions: { state: undefined, channels: new Map() },
  peers: [],
  byUsername: undefined,
  byPhone: undefined,
  messages: new Map(),
  outbox: [],
  log: [],
  range: { first: undefined, last: 0 },
  consumers: [],
  letters: [],
}

/** What a session left in places where the tests write. */
export async function contents(storage: Storage, session: string): Promise<unknown> {
  return {
    positions: await storage.updatePositions(session),
    peers: await storage.peers(session, [
      { kind: 'user', id: 1 },
      { kind: 'user', id: 7 },
    ]),
    byUsername: await storage.peerByUsername(session, 'seven'),
    byPhone: await storage.peerByPhone(session, '777'),
    messages: await storage.messages(session, [1, 2500, 3000]),
    outbox: await storage.outbox(session),
    log: await storage.log(session),
    range: await storage.logRange(session),
    consumers: await storage.logConsumers(session),
    letters: await storage.deadLetters(session),
  }
}
