/** One call in flight, and what is needed to send it. */
import type { CallId } from './events.ts'
import type { OutgoingMessage } from './packer.ts'

/** A call's body that must name its own message (auth.bindTempAuthKey). */
export type CallBody = (msgId: bigint, sessionId: bigint) => Uint8Array

export interface Call {
  readonly id: CallId
  readonly body: Uint8Array | CallBody
  /** Must not run before these; empty for most. */
  readonly after: readonly CallId[]
  /** Rather fails than risks to be executed twice when the server loses the session. */
  readonly once: boolean
  queued: boolean
  /** Under which it was sent; 0 if it is to get a new one. */
  msgId: bigint
  seqNo: number
  /** The bytes sent under msgId, where they are not simply the body. */
  wire: Uint8Array | undefined
  /** The packet (its own msg_id or its container's) that it last went in. */
  packetId: bigint
  /** Bytes that may still be on their way to the server. */
  underway: number
  /** Packets it went in under msgId. */
  sends: number
  /** Which connection it last went over, counted from 1. */
  connection: number
  /** When it was last sent, or last known to be in the server's hands (session's time, ms). */
  heardAt: number
  /** Whether the server is known to have it. */
  received: boolean
  /** Whether the server has said that it cannot tell whether it was received under this msg_id. */
  unverifiable: boolean
  /** How often the server turned it away since `rejectedSince` (session's time, ms). */
  rejections: number
  rejectedSince: number
  /** One that it was to follow has failed. */
  predecessorFailed: boolean
}

/** A call about to be packed. */
export interface OutgoingCall extends OutgoingMessage {
  readonly call: Call
}

/** Over what calls are to be sent. */
export interface Line {
  /** Counted from 1. */
  connection: number
  /** Whether the server has accepted anything in this session. */
  established: boolean
  /** The highest msg_id in use. */
  lastMsgId: bigint
}
