// The one interface to everything that outlives the process. A driver keeps these promises:
// - A batch is atomic: after a crash either all its writes are there or none.
// - Batches of one session take effect in the order in which they were handed in; a read sees all handed in before it.
// - Batches are gathered and written together, off the caller's path. `write` settles when its batch is durable.
// - Every batch carries an owner number. A lower one than the stored is refused, so that whoever lost a session to
//   another owner can change nothing any more.
// - Secrets (auth keys, login progress, proxies, outbox calls, logged events) are sealed if the store was given a key.

import type { StorageError } from './error.ts'
import type {
  AuthKeyKind,
  AuthKeyRecord,
  DeadLetter,
  LogConsumer,
  LoginProgress,
  LogRecord,
  MessageRecord,
  OutboxRecord,
  OutboxState,
  PeerKey,
  PeerKind,
  PeerRecord,
  SaltsRecord,
  SeenIn,
  SessionMark,
  SessionRecord,
  UpdatePositions,
  UpdateState,
} from './records.ts'

/** One change to the records of one session. In patches, an absent field stays as it is and `null` clears it. */
export type SessionWrite =
  | {
      readonly type: 'account'
      /** Needed in the first write of a session. */
      readonly dc?: number | undefined
      readonly test?: boolean | undefined
      readonly userId?: number | null | undefined
      readonly username?: string | null | undefined
      readonly phone?: string | null | undefined
      readonly timeOffset?: number | undefined
      readonly mark?: SessionMark | undefined
      readonly login?: LoginProgress | null | undefined
      readonly proxy?: string | null | undefined
    }
  /**
   * Forgets what belongs to the account that was signed in, for another to sign in: update positions, peers, messages, the
   * outbox, dead letters. The log is cut by writes of its own, as its numbers and its readers go on.
   */
  | { readonly type: 'accountClear' }
  | ({ readonly type: 'authKey' } & AuthKeyRecord)
  /** The key and the salts that came with it. */
  | { readonly type: 'authKeyRemove'; readonly dc: number; readonly kind: AuthKeyKind }
  | ({ readonly type: 'salts' } & SaltsRecord)
  | ({ readonly type: 'updateState' } & UpdateState)
  /** `null`: the channel is not followed any more. */
  | {
      readonly type: 'channelPts'
      readonly channelId: number
      readonly pts: number | null
      readonly top?: number | undefined
      readonly unverified?: boolean | undefined
    }
  /**
   * A peer as seen now. An absent field keeps what is stored. A `min` access hash never replaces a full one. A username
   * listed here is taken from whichever peer had it. `updatedAt` tells how old the usernames are: without them it is kept
   * only for a peer that was not known.
   */
  | {
      readonly type: 'peer'
      readonly kind: PeerKind
      readonly id: number
      readonly accessHash?: bigint | undefined
      readonly min: boolean
      readonly usernames?: readonly string[] | undefined
      readonly phone?: string | null | undefined
      readonly name?: string | undefined
      readonly seenIn?: SeenIn | undefined
      readonly updatedAt: number
    }
  /**
   * Remembers a message. Ids of private chats and small groups are one series in the whole account (`channelId` absent or
   * 0); each channel has its own. `null` forgets it.
   */
  | {
      readonly type: 'message'
      readonly channelId?: number | undefined
      readonly messageId: number
      readonly peer: PeerKey | null
      readonly content?: string | undefined
    }
  /** Forgets all messages of the series below this id. */
  | { readonly type: 'messagesTrim'; readonly channelId?: number | undefined; readonly below: number }
  | ({ readonly type: 'outbox' } & OutboxRecord)
  /** Does nothing if there is no such entry. */
  | {
      readonly type: 'outboxPatch'
      readonly randomId: bigint
      readonly state?: OutboxState | undefined
      readonly attempts?: number | undefined
      readonly messageId?: number | null | undefined
      readonly notBefore?: number | null | undefined
    }
  | { readonly type: 'outboxRemove'; readonly randomId: bigint }
  /** The caller numbers the log. Appending the same cursor and id again changes nothing; another id is a conflict. */
  | ({ readonly type: 'logAppend' } & LogRecord)
  /** Deletes the events up to and including this cursor. Keep the slowest consumer in mind. */
  | { readonly type: 'logTrim'; readonly through: number }
  | { readonly type: 'logConsumer'; readonly name: string; readonly cursor: number | null }
  | ({ readonly type: 'deadLetter' } & DeadLetter)
  | { readonly type: 'deadLetterRemove'; readonly id: string }

/** Must not be changed once it was handed in. */
export interface SessionBatch {
  readonly session: string
  /** From `claim`. */
  readonly owner: number
  readonly writes: readonly SessionWrite[]
}

/** A session as found at start: its record, or why the record cannot be read. */
export type SessionEntry =
  | { readonly id: string; readonly record: SessionRecord; readonly error?: undefined }
  | { readonly id: string; readonly record?: undefined; readonly error: StorageError }

/** 32 bytes, or a passphrase from which they are derived (scrypt). */
export type StorageKey = string | Uint8Array

/** Which part of a list is read. */
export interface Page {
  /** Only what comes after this one. */
  readonly after?: number | undefined
  /** At most so many (default 1,000). */
  readonly limit?: number | undefined
}

/**
 * Hears of each record that cannot be read, in its turn, while the others are read. Where none is given, the first such
 * record is thrown.
 */
export type OnDamaged = (error: StorageError, id: string) => void

/** Which cursors the log holds. */
export interface LogRange {
  readonly first?: number | undefined
  readonly last: number
}

/** What every driver takes. */
export interface StorageOptions {
  /** Seals secrets at rest. Has no effect on the memory driver, which keeps nothing at rest. */
  readonly storageKey?: StorageKey | undefined
  /** What becomes of a batch given to `post` that could not be written. Nothing by default. */
  readonly onWriteError?: ((error: StorageError, batch: SessionBatch) => void) | undefined
  /** The clock, in milliseconds since the epoch. */
  readonly now?: (() => number) | undefined
}

/** All methods reject with {@link StorageError}. */
export interface Storage {
  readonly kind: 'memory' | 'sqlite' | 'postgres'

  /** Opens, takes the store for this process, migrates an older schema, checks the key. Once, before anything else. */
  open(): Promise<void>
  /** Writes what is pending and lets go of the store. */
  close(): Promise<void>

  /** All sessions that have an account record. One that cannot be read is reported in its place; the others are read. */
  sessions(): Promise<SessionEntry[]>
  /** The record of a session; undefined if there is none. */
  session(id: string): Promise<SessionRecord | undefined>
  /**
   * Makes the caller the owner of this session and returns the new owner number, higher than any before; batches of
   * earlier owners are refused from now on. Also the first step of a session that does not exist yet.
   */
  claim(id: string): Promise<number>
  /** Removes a session with everything that belongs to it. */
  forget(id: string, owner: number): Promise<void>

  /** Settles when the batch is durable. A failure concerns this batch only. */
  write(batch: SessionBatch): Promise<void>
  /** Like `write` for callers that do not wait; a failure goes to the store's `onWriteError`. */
  post(batch: SessionBatch): void
  /** Settles when everything handed in so far is durable or has failed. */
  flush(): Promise<void>

  /** Records of the whole application (datacenter options, configuration), not sealed, without an owner. */
  app(key: string): Promise<Uint8Array | undefined>
  /** Writes such a record; null removes it. */
  writeApp(key: string, value: Uint8Array | null): Promise<void>

  /** How far the updates of a session were followed. */
  updatePositions(session: string): Promise<UpdatePositions>

  /** A peer that a session has met; undefined if it has not. */
  peer(session: string, kind: PeerKind, id: number): Promise<PeerRecord | undefined>
  /** Unknown ones are left out; in no particular order. */
  peers(session: string, keys: readonly PeerKey[]): Promise<PeerRecord[]>
  /** With or without a leading `@`, in any case. */
  peerByUsername(session: string, username: string): Promise<PeerRecord | undefined>
  /** Most recently updated, if several claim the number. */
  peerByPhone(session: string, phone: string): Promise<PeerRecord | undefined>

  /** What is remembered of these messages of a series (a channel's, or 0), by message id; unknown ones are left out. */
  messages(
    session: string,
    messageIds: readonly number[],
    channelId?: number,
  ): Promise<Map<number, MessageRecord>>

  /** In sending order. A record that cannot be read stays where it is. */
  outbox(session: string, onDamaged?: OnDamaged): Promise<OutboxRecord[]>
  /** One send that is under way, by its random id. */
  outboxEntry(session: string, randomId: bigint): Promise<OutboxRecord | undefined>

  /** In cursor order. */
  log(session: string, page?: Page): Promise<LogRecord[]>
  /**
   * The first cursor still kept (absent if the log is empty), and the highest that was ever used or trimmed, 0 if none:
   * new events are numbered after it.
   */
  logRange(session: string): Promise<LogRange>
  /** The readers of the log, with their places. */
  logConsumers(session: string): Promise<LogConsumer[]>

  /** Oldest first. A record that cannot be read stays where it is. */
  deadLetters(session: string, limit?: number, onDamaged?: OnDamaged): Promise<DeadLetter[]>

  /** Seals everything anew under this key; `null` removes the sealing. Survives a crash in its middle. */
  changeKey(key: StorageKey | null): Promise<void>
}
