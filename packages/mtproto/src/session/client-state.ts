/**
 * What a client session consists of, for those who work on it: what comes in (client-inbox.ts) and what goes out
 * (client-outbox.ts).
 */
import { PendingAcks } from './acks.ts'
import { CallTable } from './calls.ts'
import { SessionClock } from './clock.ts'
import { PacketKey } from './envelope.ts'
import type { DeadReason, SessionEvent } from './events.ts'
import { Liveness } from './liveness.ts'
import { messageIdAt } from './message-id.ts'
import { Packer } from './packer.ts'
import { Questions } from './questions.ts'
import { ClientSalts } from './salts.ts'
import { SeenMessages } from './seen.ts'
import { ServerTime } from './server-time.ts'
import type { Salt } from './service-messages.ts'

export interface ClientSessionOptions {
  /** 256 bytes, from the key exchange. */
  authKey: Uint8Array
  /** Random if absent. */
  sessionId?: bigint
  /** Salts known from the key exchange or from before; may be empty. */
  salts: readonly Salt[]
  /** Server's clock minus ours in ms, as last known; 0 if unknown. */
  timeOffset: number
  random: (length: number) => Uint8Array
  /** How often within a minute a call that the server turned away is sent anew before it fails with CALL_REJECTED; default 10. */
  maxRetries?: number
  /** How long calls are gathered into one container, ms; default 1. */
  gatherTime?: number
  /** Bound for unpacked answers, bytes; default 16 MiB. */
  maxUnpacked?: number
}

/** "ack delay / acks that force a flush: 30 s / 100" */
const ACK_DELAY = 30_000
const MAX_RETRIES = 10

export class ClientState {
  sessionId: bigint
  readonly key: PacketKey
  readonly random: (length: number) => Uint8Array
  readonly clock = new SessionClock()
  readonly time: ServerTime
  readonly salts: ClientSalts
  readonly packer: Packer
  readonly seen = new SeenMessages()
  readonly acks = new PendingAcks(ACK_DELAY)
  readonly calls: CallTable
  readonly questions = new Questions()
  readonly liveness: Liveness

  /** Counted from 1: which one a call went over. */
  connection = 0
  connected = false
  /** Something that was sent over this connection was answered. */
  answered = false
  /** Since when answers can be expected: from the connect on, or the end of sleep (session's time, ms). */
  patientSince = 0
  /** The first msg_id that could be given out on this connection, or after the time was corrected: what names it or a later one is fresh. */
  firstMsgId = 0n
  /** The highest msg_id of ours that the server is known to have accepted. */
  accepted = 0n
  /** Over HTTP the server speaks only when asked, and each packet says for how long it may be kept waiting. */
  overHttp = false
  /** Over HTTP: ms that the server may hold the next packet's request; undefined when it holds one already. */
  holdFor: number | undefined
  /** On this connection. */
  packetsAccepted = 0
  /** Connections in a row that were given up before a packet was accepted, for a message older than the memory. */
  hopelessConnections = 0
  /** When what waits must be sent (session's time, ms). */
  flushAt = Number.POSITIVE_INFINITY
  dead: DeadReason | undefined
  /** A session that we gave up and that the server may forget. */
  abandoned: bigint | undefined

  constructor(options: ClientSessionOptions) {
    this.random = options.random
    this.sessionId = options.sessionId ?? this.randomLong()
    this.key = new PacketKey(options.authKey)
    this.time = new ServerTime(options.timeOffset)
    this.salts = new ClientSalts(options.salts)
    this.packer = new Packer(this.key, 'client', options.random)
    this.calls = new CallTable(options.maxRetries ?? MAX_RETRIES)
    this.liveness = new Liveness((options.random(1)[0] ?? 0) / 255)
  }

  /** The session's time, ms. */
  get now(): number {
    return this.clock.now
  }

  /** The server's time as we know it, ms. */
  get serverNow(): number {
    return this.time.at(this.clock.now)
  }

  flushBy(time: number): void {
    if (time < this.flushAt) this.flushAt = time
  }

  /** Tells how urgently a sign of life is awaited. */
  setBusy(): void {
    this.liveness.setBusy(this.calls.inFlight > 0, this.now, this.calls.underway)
  }

  /** The server has accepted this message of ours: all that follow must have higher msg_ids, also if time was corrected. */
  accept(msgId: bigint): void {
    if (msgId <= this.accepted) return
    if (this.accepted === 0n) this.flushBy(this.now)
    this.accepted = msgId
    this.packer.ids.continueAfter(msgId)
  }

  /**
   * Whether what names this msg_id of ours is about something sent over this connection, and since the time was last
   * corrected: only that is about the time as it is now. Where ids were given up and lower ones given out since, it must
   * be one that is still waited for: a word about one that was given up may have been on its way for minutes.
   */
  isFresh(msgId: bigint): boolean {
    const { last, givenUp } = this.packer.ids
    if (msgId < this.firstMsgId || msgId > last) return false
    return msgId > givenUp || this.calls.carries(msgId) || this.questions.carries(msgId)
  }

  acceptedPacket(): void {
    this.packetsAccepted++
    this.hopelessConnections = 0
  }

  /** Gives the session up for a new one, over a new connection. */
  rebuild(events: SessionEvent[]): void {
    this.abandoned = this.sessionId
    this.sessionId = this.randomLong()
    this.packer.restart()
    this.packer.ids.restartAfter(messageIdAt(this.serverNow))
    this.accepted = 0n
    this.hopelessConnections = 0
    this.seen.clear()
    this.acks.clear()
    this.calls.sessionLost(undefined, events)
    this.dead = 'SESSION_REBUILT'
  }

  randomLong(): bigint {
    const bytes = this.random(8)
    return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigInt64(0, true)
  }
}
