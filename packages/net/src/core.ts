// What a connection needs of the protocol core: the encrypted session and the key exchange, as seen from
// outside. A connection drives whatever fits this shape, so that its own rules can be tested without cryptography.

export type CallId = number

export interface Salt {
  salt: bigint
  /** Seconds since the epoch, server time. */
  validSince: number
  validUntil: number
}

/** What the encrypted session tells. */
export type CoreEvent =
  | { type: 'result'; call: CallId; body: Uint8Array }
  | { type: 'error'; call: CallId; code: number; message: string }
  | { type: 'failed'; call: CallId; error: Error }
  | { type: 'update'; body: Uint8Array }
  | { type: 'newSession'; firstMsgId: bigint; uniqueId: bigint }
  | { type: 'salts'; salts: Salt[] }
  | { type: 'time'; timeOffset: number }
  | { type: 'pong'; roundTrip: number }
  /** The link is of no use any more: a new one is wanted. */
  | { type: 'dead'; reason: string }
  /** Something the peer sent was dropped without harm. */
  | { type: 'refused'; error: Error }

export interface CoreCallOptions {
  /** The call must be executed after this one (invokeAfterMsg). */
  after?: CallId
  /** False for a body that is compressed already. */
  gzip?: boolean
  /** Fail rather than be sent anew when the server lost the session and may have executed it. */
  once?: boolean
}

/** A body that names its own message: encoded when its msg_id is known (auth.bindTempAuthKey). */
export type CallBody = (msgId: bigint, sessionId: bigint) => Uint8Array

/** The encrypted session; `now` is milliseconds since the epoch. */
export interface SessionCore {
  /** The salts known, to be stored with the session. */
  readonly salts: Salt[]
  /** Server time minus local time, milliseconds. */
  readonly timeOffset: number
  /** Throws when the body cannot be a call. */
  call(body: Uint8Array | CallBody, now: number, options?: CoreCallOptions): CallId
  cancel(call: CallId, now: number): void
  connected(now: number): void
  disconnected(now: number): void
  /** Bytes came, though no whole packet yet: the link lives. */
  dataSeen(now: number): void
  /** Throws when the packet breaks a rule: the link must be given up. */
  receive(packet: Uint8Array, now: number): CoreEvent[]
  /** What to send now, and when to ask again. */
  poll(now: number): { packets: Uint8Array[]; wakeAt: number; events: CoreEvent[] }
}

/** An auth key and what was learnt with it. */
export interface SessionKey {
  /** 256 bytes. */
  authKey: Uint8Array
  salts: Salt[]
  /** Server time minus local time, milliseconds. */
  timeOffset: number
  /** Local time at which a temporary key ends, milliseconds since the epoch. */
  expiresAt?: number | undefined
}

export type ExchangeStep =
  | { type: 'send'; packet: Uint8Array }
  | {
      type: 'done'
      authKey: Uint8Array
      serverSalt: bigint
      timeOffset: number
      expiresAt?: number | undefined
    }

export interface KeyExchangeCore {
  /** When the next answer must have come, milliseconds since the epoch. */
  readonly deadline: number
  start(now: number): Uint8Array
  /** Throws when the peer broke a rule. */
  receive(packet: Uint8Array, now: number): ExchangeStep
}
