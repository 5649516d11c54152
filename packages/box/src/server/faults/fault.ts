/**
 * What can be made to go wrong, and when. One description of each fault serves as its type, as the check of what comes in
 * through the control port, and as what that port shows.
 */
import {
  flag,
  integer,
  type Of,
  oneOf,
  optional,
  record,
  type Shape,
  text,
  variants,
} from '../../world/shape.ts'
import { WorldError } from '../../world/world-error.ts'

const milliseconds = within(0, 86_400_000, 'milliseconds, at most a day')
const dcNumber = within(1, 999, 'the number of a datacenter')

export const fault = variants({
  // --- on a new connection
  /** Cut off as soon as it is accepted. */
  refuse: {},
  /** Accepted, and never answered: half-open. */
  silence: {},
  /** What is sent to the client trickles (default: 50 bytes a second). */
  slowLoris: { bytesPerSecond: optional(within(1, 1_000_000, 'bytes per second')) },
  /** The server's clock is wrong by this much (ms; negative: behind). */
  clockSkew: { ms: within(-86_400_000, 86_400_000, 'milliseconds, at most a day') },

  // --- on a packet to the client
  /** Never sent. */
  drop: {},
  /** Sent this much later; what comes after it overtakes it. */
  delay: { ms: milliseconds },
  /** Sent twice. */
  duplicate: {},
  /** Sent after the packet that follows it. */
  reorder: {},
  /** One byte changed (at this place, or anywhere). */
  corrupt: { at: optional(within(0, 4_194_304, 'a byte of the packet')) },
  /** Only its first half, as if that were all. */
  truncate: {},
  /** The connection is cut in the middle of it. */
  closeHalfway: {},
  /** The packet before it comes once more. */
  replay: {},
  /** Another salt, which clients do not look at. */
  wrongSalt: {},
  /** For another session. */
  wrongSession: {},
  /** An even msg_id, as only clients have. */
  wrongParity: {},
  /** A msg_id of ten minutes ago. */
  oldMessageId: {},
  /** A msg_id of ten minutes ahead. */
  futureMessageId: {},
  /** More padding than the protocol has. */
  badPadding: {},
  /** A length that reaches over the packet's end. */
  lyingLength: {},
  /** A container that announces more messages than it holds. */
  lyingContainer: {},
  /** In its place comes a transport error (−404, −429, −444 or another), and the connection is closed. */
  transportError: { code: within(-999, -1, 'the code of a transport error') },
  /** Before it comes a message of few bytes that unpack to 64 MiB. */
  gzipBomb: {},

  // --- on a call
  /** The connection is cut before the call is known: as if it had never come. */
  dropBefore: {},
  /** It is executed, and the connection cut before the answer is sent. */
  dropAfter: {},
  /** It is never answered; executed only if asked for. */
  hang: { executed: optional(flag) },
  /** It is executed, and from then on the connection says and hears nothing, and stays open: half-open. */
  freeze: {},
  /** It is executed this much later. */
  slow: { ms: milliseconds },
  /** Its answer comes twice. */
  answerTwice: {},
  /** It is a part of a file, and one of its bytes is another one. */
  tamper: {},
  /** It is answered with this error. */
  error: { code: within(-1000, 1000, 'the code of an error'), message: text },
  /** 420 FLOOD_WAIT_X. */
  floodWait: { seconds: within(1, 86_400, 'seconds, at most a day') },
  /** 500 INTERNAL. */
  internal: {},
  /** -503 Timeout. */
  timeout: {},
  /** 303 PHONE_MIGRATE_X and the like. */
  migrate: { what: oneOf('PHONE', 'USER', 'NETWORK', 'FILE', 'STATS'), dc: dcNumber },
  /** The sign-in has been ended from elsewhere: 401 from now on. */
  revoke: {},
  /** The auth key was used in two places: 406 from now on. */
  duplicateKey: {},
  /** The auth key is unknown: −404 from now on. */
  forgetKey: {},
  /** All salts are void, future ones as well. */
  expireSalts: {},
  /** The session is lost, with the call. */
  forgetSession: {},
})
/** What goes wrong: a `kind`, and what it takes. docs/box.md has the table. */
export type Fault = Of<typeof fault>
/** The names of the faults. */
export type FaultKind = Fault['kind']

export type FaultStage = 'connect' | 'packet' | 'call'

const stages: Record<FaultKind, FaultStage> = {
  refuse: 'connect',
  silence: 'connect',
  slowLoris: 'connect',
  clockSkew: 'connect',
  drop: 'packet',
  delay: 'packet',
  duplicate: 'packet',
  reorder: 'packet',
  corrupt: 'packet',
  truncate: 'packet',
  closeHalfway: 'packet',
  transportError: 'packet',
  replay: 'packet',
  wrongSalt: 'packet',
  wrongSession: 'packet',
  wrongParity: 'packet',
  oldMessageId: 'packet',
  futureMessageId: 'packet',
  badPadding: 'packet',
  lyingLength: 'packet',
  lyingContainer: 'packet',
  gzipBomb: 'packet',
  dropBefore: 'call',
  dropAfter: 'call',
  hang: 'call',
  freeze: 'call',
  slow: 'call',
  answerTwice: 'call',
  tamper: 'call',
  error: 'call',
  floodWait: 'call',
  internal: 'call',
  timeout: 'call',
  migrate: 'call',
  revoke: 'call',
  duplicateKey: 'call',
  forgetKey: 'call',
  expireSalts: 'call',
  forgetSession: 'call',
}

/** All kinds of faults. */
export const faultKinds: FaultKind[] = Object.keys(stages).filter(isFaultKind)

function isFaultKind(name: string): name is FaultKind {
  return Object.hasOwn(stages, name)
}

/** What a fault strikes: new connections, packets on their way out, or calls. */
export function stageOf(kind: FaultKind): FaultStage {
  return stages[kind]
}

const fraction: Shape<number> = {
  encode: (value) => value,
  decode(json, at) {
    if (typeof json === 'number' && json >= 0 && json <= 1) return json
    throw new WorldError('WORLD_INVALID', 'expected a number from 0 to 1', at)
  },
}

const condition = record({
  dc: optional(dcNumber),
  /** Only this connection, by its number. */
  connection: optional(integer),
  /** How the client comes. */
  via: optional(oneOf('tcp', 'websocket', 'http', 'proxy')),
  transport: optional(oneOf('abridged', 'intermediate', 'padded', 'full')),
  /** Only on what this account is signed in to. */
  userId: optional(integer),
  phone: optional(text),
  /** A method's name, or its beginning: `messages.*`. A packet is struck if it brings the answer. */
  method: optional(text),
  /** From 0 to 1; default 1. */
  probability: optional(fraction),
  /** Spares so many first. */
  after: optional(within(0, 1_000_000_000, 'a count')),
  /** Strikes so often at most. */
  times: optional(within(1, 1_000_000_000, 'a count')),
})
/** When a rule strikes; what is left out does not matter. */
export type FaultCondition = Of<typeof condition>

export const faultRule = record({ when: optional(condition), fault })
/** What goes wrong, and when: as `box.faults.add` takes it. */
export type FaultRule = Of<typeof faultRule>

function within(from: number, to: number, what: string): Shape<number> {
  return {
    encode: (value) => value,
    decode(json, at) {
      const value = integer.decode(json, at)
      if (value >= from && value <= to) return value
      throw new WorldError('WORLD_INVALID', `expected ${what} (${from} to ${to}), got ${value}`, at)
    },
  }
}
