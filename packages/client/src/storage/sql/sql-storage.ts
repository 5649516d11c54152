// A store in a SQL database: what SQLite and PostgreSQL share, which is nearly all. The driver brings the connection
// and its peculiarities (the flavour); sealing is worked out once at the opening.

import type { Kysely } from 'kysely'
import { checkBatch, checkSessionId } from '../check.ts'
import { notOwner, StorageError, unknownSession } from '../error.ts'
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
} from '../records.ts'
import type { Sealer } from '../sealer.ts'
import type {
  LogRange,
  OnDamaged,
  Page,
  SessionBatch,
  SessionEntry,
  Storage,
  StorageKey,
  StorageOptions,
} from '../storage.ts'
import { type Patience, whileAway } from '../while-away.ts'
import { WriteQueue } from '../write-queue.ts'
import { carryOut } from './carry-out.ts'
import type { SqlDatabase } from './database.ts'
import type { Flavour } from './flavour.ts'
import { Pacer, turn } from './pacer.ts'
import { Plan } from './plan.ts'
import * as read from './read.ts'
import type { Tables } from './schema.ts'
import { Sealing } from './sealing.ts'
import { Statements } from './statements.ts'
import { deleteSession } from './trim.ts'

const PAGE = 1000

export class SqlStorage implements Storage {
  readonly kind: 'sqlite' | 'postgres'
  readonly #name: string
  readonly #connect: () => Promise<SqlDatabase>
  readonly #options: StorageOptions
  readonly #now: () => number
  readonly #queue: WriteQueue
  readonly #patience: Patience
  readonly #statements = new Statements()
  #database: SqlDatabase | undefined
  #sealing: Sealing | undefined
  #isChangingKey = false
  #opening = false

  constructor(
    kind: 'sqlite' | 'postgres',
    name: string,
    connect: () => Promise<SqlDatabase>,
    options: StorageOptions & { maxWrites: number; retryFor: number },
  ) {
    this.kind = kind
    this.#name = name
    this.#connect = connect
    this.#options = options
    this.#now = options.now ?? Date.now
    const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
    this.#patience = { retryFor: options.retryFor, sleep }
    this.#queue = new WriteQueue((batches) => this.#commit(batches), {
      ...this.#patience,
      maxWrites: options.maxWrites,
      turn,
    })
  }

  async open(): Promise<void> {
    if (this.#opening) throw new StorageError('STORAGE_INVALID', `${this.#name} is open already`)
    this.#opening = true
    try {
      const database = await this.#connect()
      try {
        this.#sealing = await Sealing.open(database, this.#options.storageKey)
        this.#database = database
      } catch (error) {
        await database.close()
        throw database.flavour.storageError(error)
      }
    } catch (error) {
      this.#opening = false
      throw error
    }
  }

  async close(): Promise<void> {
    const database = this.#database
    if (database === undefined) return
    await this.#queue.settled()
    this.#database = undefined
    this.#sealing = undefined
    this.#opening = false
    await database.close()
  }

  sessions(): Promise<SessionEntry[]> {
    return this.#read(undefined, (db, sealer, flavour) =>
      read.readSessions(db, sealer, new Pacer(), (error) => flavour.storageError(error)),
    )
  }

  session(id: string): Promise<SessionRecord | undefined> {
    return this.#read(id, (db, sealer) => read.readSession(db, id, sealer))
  }

  async claim(id: string): Promise<number> {
    checkSessionId(id)
    // What was handed in under the old number is still the old owner's right.
    await this.#queue.settled(id)
    const now = this.#now()
    // A number that was given out and not told is no loss: the next is higher.
    return this.#writeAgain(async (db) => {
      const row = await db
        .insertInto('session')
        .values({ id, owner: 1, test: 0, time_offset: 0, log_trimmed: 0, created_at: now, updated_at: now })
        .onConflict((conflict) =>
          conflict.column('id').doUpdateSet((eb) => ({ owner: eb('session.owner', '+', 1) })),
        )
        .returning('owner')
        .executeTakeFirstOrThrow()
      return row.owner
    })
  }

  async forget(id: string, owner: number): Promise<void> {
    await this.#queue.settled(id)
    await this.#write((db, flavour) =>
      db.transaction().execute(async (tx) => {
        const [refused] = await this.#fence(tx, flavour, [{ session: id, owner, writes: [] }])
        if (refused !== undefined) throw refused
        await deleteSession(tx, id, new Pacer())
      }),
    )
  }

  async write(batch: SessionBatch): Promise<void> {
    this.#open()
    await this.#queue.write(checkBatch(batch))
  }

  post(batch: SessionBatch): void {
    this.write(batch).catch((error: StorageError) => this.#options.onWriteError?.(error, batch))
  }

  async flush(): Promise<void> {
    this.#open()
    await this.#queue.settled()
  }

  app(key: string): Promise<Uint8Array | undefined> {
    return this.#read('', async (db) => {
      const row = await db.selectFrom('app').select('value').where('key', '=', key).executeTakeFirst()
      return row?.value
    })
  }

  async writeApp(key: string, value: Uint8Array | null): Promise<void> {
    const updated_at = this.#now()
    await this.#writeAgain(async (db) => {
      if (value === null) await db.deleteFrom('app').where('key', '=', key).execute()
      else {
        await db
          .insertInto('app')
          .values({ key, value, updated_at })
          .onConflict((conflict) => conflict.column('key').doUpdateSet({ value, updated_at }))
          .execute()
      }
    })
  }

  updatePositions(session: string): Promise<UpdatePositions> {
    return this.#read(session, (db) => read.readPositions(db, session))
  }

  async peer(session: string, kind: PeerKind, id: number): Promise<PeerRecord | undefined> {
    return (await this.peers(session, [{ kind, id }]))[0]
  }

  peers(session: string, keys: readonly PeerKey[]): Promise<PeerRecord[]> {
    return this.#read(session, (db) => read.readPeers(db, session, keys, new Pacer()))
  }

  peerByUsername(session: string, username: string): Promise<PeerRecord | undefined> {
    return this.#read(session, (db) => read.readPeerByUsername(db, session, username))
  }

  peerByPhone(session: string, phone: string): Promise<PeerRecord | undefined> {
    return this.#read(session, (db) => read.readPeerByPhone(db, session, phone))
  }

  messages(
    session: string,
    messageIds: readonly number[],
    channelId = 0,
  ): Promise<Map<number, MessageRecord>> {
    return this.#read(session, (db) => read.readMessages(db, session, channelId, messageIds))
  }

  outbox(session: string, onDamaged?: OnDamaged): Promise<OutboxRecord[]> {
    return this.#read(session, (db, sealer) => read.readOutbox(db, session, sealer, new Pacer(), onDamaged))
  }

  outboxEntry(session: string, randomId: bigint): Promise<OutboxRecord | undefined> {
    return this.#read(session, (db, sealer) => read.readOutboxEntry(db, session, randomId, sealer))
  }

  log(session: string, { after = 0, limit = PAGE }: Page = {}): Promise<LogRecord[]> {
    return this.#read(session, (db, sealer) => read.readLog(db, session, after, limit, sealer))
  }

  logRange(session: string): Promise<LogRange> {
    return this.#read(session, (db) => read.readLogRange(db, session))
  }

  logConsumers(session: string): Promise<LogConsumer[]> {
    return this.#read(session, (db) => read.readConsumers(db, session))
  }

  deadLetters(session: string, limit = PAGE, onDamaged?: OnDamaged): Promise<DeadLetter[]> {
    return this.#read(session, (db, sealer) => read.readDeadLetters(db, session, limit, sealer, onDamaged))
  }

  async changeKey(key: StorageKey | null): Promise<void> {
    await this.#queue.settled()
    const { database, sealing } = this.#open()
    if (this.#isChangingKey) throw new StorageError('STORAGE_INVALID', 'a change of key is under way')
    this.#isChangingKey = true
    try {
      await database.check()
      await sealing.changeKey(key, () => this.#queue.settled())
    } catch (error) {
      throw database.flavour.storageError(error)
    } finally {
      this.#isChangingKey = false
    }
  }

  #open(): { database: SqlDatabase; sealing: Sealing } {
    const database = this.#database
    const sealing = this.#sealing
    if (database === undefined || sealing === undefined) {
      throw new StorageError('STORAGE_CLOSED', `${this.#name} is not open`)
    }
    return { database, sealing }
  }

  /** After what was handed in before, for this session or (undefined) for all. */
  async #read<T>(
    session: string | undefined,
    query: (db: Kysely<Tables>, sealer: Sealer, flavour: Flavour) => Promise<T>,
  ): Promise<T> {
    this.#open()
    await this.#queue.settled(session)
    return whileAway(async () => {
      const { database, sealing } = this.#open()
      try {
        return await query(database.db, sealing.sealer, database.flavour)
      } catch (error) {
        throw database.flavour.storageError(error)
      }
    }, this.#patience)
  }

  async #write<T>(change: (db: Kysely<Tables>, flavour: Flavour) => Promise<T>, writes = 1): Promise<T> {
    const { database } = this.#open()
    try {
      await database.check()
      const outcome = await change(database.db, database.flavour)
      await database.tidy(writes)
      return outcome
    } catch (error) {
      throw database.flavour.storageError(error)
    }
  }

  #writeAgain<T>(change: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
    return whileAway(() => this.#write(change), this.#patience)
  }

  #commit(batches: readonly SessionBatch[]): Promise<(StorageError | undefined)[]> {
    const transaction = (db: Kysely<Tables>, flavour: Flavour) =>
      db.transaction().execute(async (tx) => {
        const pacer = new Pacer()
        const refused = await this.#fence(tx, flavour, batches)
        const plan = new Plan()
        batches.forEach((batch, index) => {
          if (refused[index] === undefined) plan.add(batch)
        })
        const means = {
          statements: this.#statements,
          sealer: this.#open().sealing.sealer,
          pacer,
          now: this.#now(),
        }
        await pacer.breathe()
        await carryOut(tx, plan, means)
        // The commit writes all pages at once.
        await pacer.rest()
        return refused
      })
    const writes = batches.reduce((sum, batch) => sum + batch.writes.length, 0)
    return this.#write(transaction, writes)
  }

  /** Which batches must not be written, and why. The sessions stay as they are until the end of the transaction. */
  async #fence(
    tx: Kysely<Tables>,
    { rowLocks }: Flavour,
    batches: readonly SessionBatch[],
  ): Promise<(StorageError | undefined)[]> {
    const ids = [...new Set(batches.map(({ session }) => session))]
    const rows = await tx
      .selectFrom('session')
      .select(['id', 'owner'])
      .where('id', 'in', ids)
      .$if(rowLocks, (query) => query.orderBy('id').forUpdate())
      .execute()
    const owners = new Map(rows.map(({ id, owner }) => [id, owner]))
    const raised = new Map<string, number>()
    const outcomes = batches.map(({ session, owner }) => {
      const stored = owners.get(session)
      if (stored === undefined) return unknownSession(session)
      if (owner < stored) return notOwner(session, owner, stored)
      if (owner > stored) {
        owners.set(session, owner)
        raised.set(session, owner)
      }
      return undefined
    })
    for (const [id, owner] of raised)
      await tx.updateTable('session').set({ owner }).where('id', '=', id).execute()
    return outcomes
  }
}
