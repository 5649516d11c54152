/** One datacenter of the box: a port on which every transport is spoken, and the connections to it. */
import type { RsaPrivateKey } from '@telegram-mt/crypto'
import type { PacketKey, ServerEvent } from '@telegram-mt/mtproto'
import {
  type ByteStream,
  HttpFront,
  type Listener,
  listenTcp,
  type StreamHandlers,
  type TimerWheel,
} from '@telegram-mt/net'
import type { Circumstances, FaultPlan } from '../faults/fault-plan.ts'
import { TrickleStream } from '../faults/trickle-stream.ts'
import type { BoxSession } from '../keys/auth-key.ts'
import type { AuthKeyTable } from '../keys/auth-key-table.ts'
import type { ConnectLog } from './connect-log.ts'
import { Connection, type ConnectionHome, type ConnectionReport, type Framing } from './connection.ts'
import type { Flushable, FlushQueue } from './flush-queue.ts'
import { HttpRequests } from './http-requests.ts'

/** What the datacenters of a box share. */
export interface Shared {
  readonly rsaKey: RsaPrivateKey
  readonly keys: AuthKeyTable
  readonly nativeLayer: number
  readonly wheel: TimerWheel
  readonly faults: FaultPlan
  readonly flushes: FlushQueue
  readonly connects: ConnectLog
  readonly random: (length: number) => Uint8Array
  readonly now: () => number
  readonly onCall: (session: BoxSession, call: Extract<ServerEvent, { type: 'call' }>) => void
  readonly onDropped: (session: BoxSession, msgId: bigint) => void
  readonly isLost: (packet: Uint8Array, key: PacketKey, where: Circumstances) => boolean
  readonly onRefused: (error: unknown, remote: string) => void
}

/** Bytes a second of a slow loris. */
const TRICKLE = 50

export class Datacenter implements ConnectionHome {
  readonly dc: number
  readonly rsaKey: RsaPrivateKey
  readonly keys: AuthKeyTable
  readonly nativeLayer: number
  readonly wheel: TimerWheel
  readonly faults: FaultPlan
  readonly random: (length: number) => Uint8Array
  readonly #shared: Shared
  readonly #connections = new Set<Connection>()
  readonly #httpStreams = new Set<ByteStream>()
  readonly #requests: HttpRequests
  #front: HttpFront | undefined
  #listener: Listener | undefined

  constructor(dc: number, shared: Shared) {
    this.dc = dc
    this.#shared = shared
    this.rsaKey = shared.rsaKey
    this.keys = shared.keys
    this.nativeLayer = shared.nativeLayer
    this.wheel = shared.wheel
    this.faults = shared.faults
    this.random = shared.random
    this.#requests = new HttpRequests(this)
  }

  /** @param port 0: any free port. */
  async listen(host: string, port: number): Promise<void> {
    this.#front = await HttpFront.create({
      onWebSocket: (stream) => this.accept(stream, 'websocket')?.start(),
      onRequest: (request, response) => this.#requests.onRequest(request, response),
    })
    this.#listener = await listenTcp({
      host,
      port,
      onConnection: (stream) => {
        this.#note('port')
        this.accept(stream, 'tcp')?.start()
      },
    })
  }

  /** 0 while it does not listen. */
  get port(): number {
    return this.#listener?.port ?? 0
  }

  /** Connections open now, and sessions that HTTP requests carry. */
  get size(): number {
    return this.#connections.size + [...this.#requests.sessions].length
  }

  reports(): ConnectionReport[] {
    return [...this.#connections, ...this.#requests.sessions].map((one) => one.report())
  }

  /** A client has come; undefined if it was turned away. The caller has the stream read into the connection. */
  accept(stream: ByteStream, via: Circumstances['via'], framing?: Framing): Connection | undefined {
    if (via === 'proxy') this.#note('proxy')
    const where = { dc: this.dc, connection: undefined, via, transport: undefined, userId: undefined }
    const fault = this.faults.isEmpty ? undefined : this.faults.onConnect(where)
    if (fault?.kind === 'refuse') {
      stream.destroy()
      return undefined
    }
    const carried =
      fault?.kind === 'slowLoris'
        ? new TrickleStream(stream, this.wheel, fault.bytesPerSecond ?? TRICKLE)
        : stream
    const connection = new Connection(this, carried, via, framing)
    if (fault?.kind === 'silence') connection.spoil({ mute: true })
    if (fault?.kind === 'clockSkew') connection.spoil({ skew: fault.ms })
    this.#connections.add(connection)
    return connection
  }

  #note(via: 'port' | 'proxy'): void {
    const { dc, wheel } = this
    this.#shared.connects.add({ at: this.now(), steady: wheel.clock.monotonic(), dc, via })
  }

  /** Cuts connections off, as an outage would; the port stays open. */
  dropConnections(which: (connection: ConnectionReport) => boolean = () => true): number {
    const dropped = [...this.#connections, ...this.#requests.sessions].filter((one) => which(one.report()))
    for (const one of dropped) one.destroy()
    return dropped.length
  }

  async close(): Promise<void> {
    for (const connection of [...this.#connections]) connection.close()
    this.#requests.destroyAll()
    for (const stream of [...this.#httpStreams]) stream.close()
    await this.#listener?.close()
  }

  // --- what connections need of their home

  now(): number {
    return this.#shared.now()
  }

  onCall(session: BoxSession, call: Extract<ServerEvent, { type: 'call' }>): void {
    this.#shared.onCall(session, call)
  }

  onDropped(session: BoxSession, msgId: bigint): void {
    this.#shared.onDropped(session, msgId)
  }

  isLost(packet: Uint8Array, key: PacketKey, where: Circumstances): boolean {
    return this.#shared.isLost(packet, key, where)
  }

  flushSoon(one: Flushable): void {
    this.#shared.flushes.add(one)
  }

  onHttp(stream: ByteStream, data: Uint8Array): StreamHandlers {
    if (this.#front === undefined) throw new Error('HTTP is not spoken here')
    const taken = this.#front.take(stream, data)
    this.#httpStreams.add(stream)
    return {
      onData: (chunk) => taken.onData(chunk),
      onClose: (error) => {
        this.#httpStreams.delete(stream)
        taken.onClose(error)
      },
    }
  }

  onRefused(error: unknown, remote: string): void {
    this.#shared.onRefused(error, remote)
  }

  onClosed(connection: Connection): void {
    this.#connections.delete(connection)
  }
}
