/**
 * The client's end of a byte stream: packets in, bytes out; bytes in, packets out. No socket: what `encode` returns is
 * to be written, what comes is to be pushed, in any pieces.
 */
import { ByteQueue } from './byte-queue.ts'
import { createCodec, prelude, transportOfTag, transportTag } from './codecs.ts'
import { DEFAULT_MAX_PACKET, type Frame, type FrameCodec, type TransportName } from './frame.ts'
import { type ObfuscatedStream, startObfuscation } from './obfuscation.ts'

export interface ClientFraming {
  /**
   * What to write as soon as the connection is there: fake TLS begins with a hello, nothing else does. `now` is in ms
   * since the epoch.
   */
  open(now: number): Uint8Array | undefined
  /** Whether packets may be encoded: always, but in fake TLS only after the server's answer was pushed. */
  readonly ready: boolean
  /**
   * The bytes to write for one packet; the first call puts the transport's prelude before them. `quickAck` asks the
   * server for a quick acknowledgement (not in the full transport).
   */
  encode(payload: Uint8Array, quickAck?: boolean): Uint8Array
  /** Takes bytes that have come; the frames that are complete with them, views into `chunk` where possible. */
  push(chunk: Uint8Array): Frame[]
}

export interface ClientFramingOptions {
  /** Through AES-CTR; with `secret` (16 bytes) and `dc` (negative: media, +10000: test) as an MTProxy wants it. */
  obfuscated?: boolean | { secret?: Uint8Array | undefined; dc?: number | undefined } | undefined
  random: (length: number) => Uint8Array
  /** The largest packet to accept and to send, in bytes; 4 MiB and 1 KiB if not given. */
  maxPacket?: number | undefined
}

/** Frames of one connection in the given transport. Throws FramingError; after that the connection is to be closed. */
export function clientFraming(name: TransportName, options: ClientFramingOptions): ClientFraming {
  const codec = createCodec(name, 'client', options.maxPacket ?? DEFAULT_MAX_PACKET, options.random)
  if (!options.obfuscated) return new StreamFraming(codec, prelude(name), undefined)
  const proxy = options.obfuscated === true ? undefined : options.obfuscated
  const stream = startObfuscation({
    tag: transportTag(name),
    isTag: (value) => transportOfTag(value) !== undefined,
    secret: proxy?.secret,
    dc: proxy?.dc,
    random: options.random,
  })
  return new StreamFraming(codec, stream.header, stream)
}

class StreamFraming implements ClientFraming {
  readonly #codec: FrameCodec
  readonly #stream: ObfuscatedStream | undefined
  readonly #input = new ByteQueue()
  #prelude: Uint8Array | undefined
  readonly ready = true

  constructor(codec: FrameCodec, prelude: Uint8Array, stream: ObfuscatedStream | undefined) {
    this.#codec = codec
    this.#stream = stream
    this.#prelude = prelude.length > 0 ? prelude : undefined
  }

  open(): undefined {
    return undefined
  }

  encode(payload: Uint8Array, quickAck = false): Uint8Array {
    const frame = this.#codec.encode(payload, quickAck)
    const bytes = this.#stream === undefined ? frame : this.#stream.encrypt.process(frame)
    const prelude = this.#prelude
    if (prelude === undefined) return bytes
    this.#prelude = undefined
    const first = new Uint8Array(prelude.length + bytes.length)
    first.set(prelude)
    first.set(bytes, prelude.length)
    return first
  }

  push(chunk: Uint8Array): Frame[] {
    this.#input.push(this.#stream === undefined ? chunk : this.#stream.decrypt.process(chunk))
    return decodeAll(this.#codec, this.#input)
  }
}

/** Every whole frame that waits in `input`. */
export function decodeAll(codec: FrameCodec, input: ByteQueue): Frame[] {
  const frames: Frame[] = []
  for (;;) {
    const frame = codec.decode(input)
    if (frame === undefined) return frames
    // The official client takes code 0 for "nothing to say".
    if (frame.type !== 'error' || frame.code !== 0) frames.push(frame)
  }
}
