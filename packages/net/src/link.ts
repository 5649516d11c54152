// A link carries whole packets to one server. Over a byte stream it is the stream and its framing; what
// carries packets by itself (HTTP long poll) is a link of its own.

import type { ClientFraming, Frame } from '@telegram-mt/mtproto'
import type { ByteStream, StreamHandlers } from './byte-stream.ts'
import { toError } from './errors.ts'

export interface LinkHandlers {
  onFrame(frame: Frame): void
  /** Bytes came that do not complete a packet yet: on a slow line a large one takes minutes. */
  onPartialFrame(): void
  /** The peer or the network ended it: at most once, and never after the owner's own `close` or `destroy`. */
  onLinkClose(error?: Error): void
}

export interface Link {
  /** The peer, for logs. */
  readonly remote: string
  /** Bytes written that the system has not taken yet. */
  readonly buffered: number
  /**
   * Only of links over which the server can speak only when asked: true while it holds no request, so that the next packet
   * is to let it (see ClientSession.hold).
   */
  readonly mustAsk?: boolean
  start(handlers: LinkHandlers): void
  /** Sends packets in order, in one write. */
  send(packets: readonly Uint8Array[]): void
  /** Ends in good order, once everything has been sent. */
  close(): void
  /** Ends at once. */
  destroy(): void
}

/**
 * Opens a link to an address. Rejects with a ConnectError, or with the signal's reason when it is aborted;
 * in both cases nothing stays open.
 */
export type Dial<Address> = (address: Address, signal: AbortSignal) => Promise<Link>

/** Packets over a byte stream. Bytes that are no frames end the link with the FramingError. */
export class FramedLink implements Link, StreamHandlers {
  readonly #stream: ByteStream
  readonly #framing: ClientFraming
  readonly #now: () => number
  #handlers: LinkHandlers | undefined
  // Packets that wait for the handshake of a framing that has one.
  #waiting: Uint8Array[] | undefined

  /** @param now milliseconds since the epoch, which fake TLS puts into its hello */
  constructor(stream: ByteStream, framing: ClientFraming, now: () => number = Date.now) {
    this.#stream = stream
    this.#framing = framing
    this.#now = now
  }

  get remote(): string {
    return this.#stream.remote
  }

  get buffered(): number {
    return this.#stream.buffered
  }

  start(handlers: LinkHandlers): void {
    this.#handlers = handlers
    const hello = this.#framing.open(this.#now())
    if (hello !== undefined) this.#stream.write(hello)
    this.#stream.start(this)
  }

  send(packets: readonly Uint8Array[]): void {
    if (packets.length === 0) return
    if (!this.#framing.ready) {
      this.#waiting ??= []
      this.#waiting.push(...packets)
      return
    }
    this.#stream.write(joined(packets.map((packet) => this.#framing.encode(packet))))
  }

  close(): void {
    this.#handlers = undefined
    this.#stream.close()
  }

  destroy(): void {
    this.#handlers = undefined
    this.#stream.destroy()
  }

  onData(chunk: Uint8Array): void {
    let frames: Frame[]
    try {
      frames = this.#framing.push(chunk)
    } catch (error) {
      this.#stream.destroy()
      this.onClose(toError(error))
      return
    }
    if (this.#waiting !== undefined && this.#framing.ready) {
      const waiting = this.#waiting
      this.#waiting = undefined
      this.send(waiting)
    }
    if (frames.length === 0) this.#handlers?.onPartialFrame()
    // Asked anew for each: one frame may make the receiver end the link.
    for (const frame of frames) this.#handlers?.onFrame(frame)
  }

  onClose(error?: Error): void {
    const handlers = this.#handlers
    this.#handlers = undefined
    handlers?.onLinkClose(error)
  }
}

// One write for all: two would be two packets on the wire, for the price of copying a few kilobytes.
function joined(parts: readonly Uint8Array[]): Uint8Array {
  const only = parts[0]
  if (parts.length === 1 && only !== undefined) return only
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
