/**
 * The server's end of a byte stream: it finds out from the first bytes which transport the client speaks.
 * https://core.telegram.org/mtproto/mtproto-transports
 */
import { ByteQueue } from './byte-queue.ts'
import { decodeAll } from './client-framing.ts'
import { createCodec, transportOfTag } from './codecs.ts'
import { DEFAULT_MAX_PACKET, type Frame, type FrameCodec, type TransportName, uintAt } from './frame.ts'
import { FramingError } from './framing-error.ts'
import { FULL_ENVELOPE } from './full.ts'
import { acceptObfuscation, isHttp, isTls, OBFUSCATION_HEADER, type ObfuscatedStream } from './obfuscation.ts'

export type ServerFrame =
  | Frame
  /**
   * Not an MTProto stream: an HTTP request or a TLS hello. `data` is everything since the start of the connection (at
   * the first report) or what came in addition (at later ones); whoever speaks that protocol is to take over.
   */
  | { type: 'foreign'; protocol: 'http' | 'tls'; data: Uint8Array }

/** What the client speaks. `dc` is what the obfuscation header says: random, unless the client speaks to a proxy. */
export interface DetectedTransport {
  name: TransportName
  obfuscated: boolean
  dc?: number
  /** The proxy secret that the client used. */
  secret?: Uint8Array
}

export interface ServerFramingOptions {
  random: (length: number) => Uint8Array
  /** The largest packet to accept and to send, in bytes; 4 MiB and 1 KiB if not given. */
  maxPacket?: number | undefined
  /** Proxy secrets (16 bytes each) that clients may obfuscate with; without any, only plain obfuscation is known. */
  secrets?: readonly Uint8Array[] | undefined
  /** Refuse clients that use none of `secrets`, as a proxy does. */
  secretRequired?: boolean | undefined
}

export class ServerFraming {
  readonly #options: ServerFramingOptions
  readonly #maxPacket: number
  readonly #input = new ByteQueue()
  #codec: FrameCodec | undefined
  #stream: ObfuscatedStream | undefined
  #transport: DetectedTransport | undefined
  #foreign: 'http' | 'tls' | undefined

  constructor(options: ServerFramingOptions) {
    this.#options = options
    this.#maxPacket = options.maxPacket ?? DEFAULT_MAX_PACKET
  }

  /** Undefined until the first bytes have shown it. */
  get transport(): DetectedTransport | undefined {
    return this.#transport
  }

  /** Takes bytes that have come; the frames that are complete with them. Throws FramingError: then close. */
  push(chunk: Uint8Array): ServerFrame[] {
    this.#input.push(this.#stream === undefined ? chunk : this.#stream.decrypt.process(chunk))
    const codec = this.#codec ?? this.#detect()
    if (codec !== undefined) return decodeAll(codec, this.#input)
    if (this.#foreign === undefined || this.#input.length === 0) return []
    return [{ type: 'foreign', protocol: this.#foreign, data: this.#input.take(this.#input.length) }]
  }

  encode(payload: Uint8Array): Uint8Array {
    return this.#encrypt(this.#known().encode(payload, false))
  }

  /** A transport error: -404 for an unknown auth key, -429, -444, -403. */
  encodeError(code: number): Uint8Array {
    return this.#encrypt(this.#known().encodeError(code))
  }

  /** Acknowledges a packet whose frame asked for it. Throws FRAME_QUICK_ACK_UNSUPPORTED in the full transport. */
  encodeQuickAck(token: number): Uint8Array {
    return this.#encrypt(this.#known().encodeQuickAck(token))
  }

  #encrypt(frame: Uint8Array): Uint8Array {
    return this.#stream === undefined ? frame : this.#stream.encrypt.process(frame)
  }

  #known(): FrameCodec {
    if (this.#codec !== undefined) return this.#codec
    throw new FramingError(
      'FRAME_TRANSPORT_UNDETECTED',
      'written before the client showed which transport it speaks',
    )
  }

  #detect(): FrameCodec | undefined {
    const input = this.#input
    if (this.#foreign !== undefined || input.length === 0) return undefined
    if (input.byte(0) === 0xef) return this.#plain('abridged', 1)
    if (input.length < 4) return undefined
    const first = input.uint(0)
    if (first === 0xeeeeeeee) return this.#plain('intermediate', 4)
    if (first === 0xdddddddd) return this.#plain('padded', 4)
    if (isHttp(first) || isTls(first)) {
      this.#foreign = isHttp(first) ? 'http' : 'tls'
      return undefined
    }
    if (input.length < 8) return undefined
    // An obfuscation header never has zeros here; the full transport's first sequence number is zero.
    if (input.uint(4) === 0) return this.#plain('full', 0)
    return input.length < OBFUSCATION_HEADER ? undefined : this.#obfuscated()
  }

  #plain(name: TransportName, prelude: number): FrameCodec {
    if (this.#options.secretRequired === true) throw unknownTransport(' without a proxy secret')
    this.#input.skip(prelude)
    return this.#become({ name, obfuscated: false })
  }

  #obfuscated(): FrameCodec | undefined {
    const waiting = this.#input.length - OBFUSCATION_HEADER
    const all = this.#input.take(this.#input.length)
    const header = all.subarray(0, OBFUSCATION_HEADER)
    const rest = all.subarray(OBFUSCATION_HEADER)
    const candidates = this.#candidates()
    for (const secret of candidates) {
      const stream = acceptObfuscation(header, secret)
      const name = transportOfTag(stream.tag)
      if (name !== undefined) return this.#accept(name, stream, stream.dc, secret, rest)
    }
    // The full transport has no tag: its first frame's length and sequence number must show it.
    if (waiting < 8) {
      this.#input.push(all)
      return undefined
    }
    for (const secret of candidates) {
      const probe = acceptObfuscation(header, secret)
      const start = probe.decrypt.process(rest.subarray(0, 8))
      const length = uintAt(start, 0)
      if (uintAt(start, 4) === 0 && length % 4 === 0 && length <= this.#maxPacket + FULL_ENVELOPE) {
        return this.#accept('full', acceptObfuscation(header, secret), probe.dc, secret, rest)
      }
    }
    throw unknownTransport(candidates.length > 1 ? ' with any of the proxy secrets' : '')
  }

  #candidates(): readonly (Uint8Array | undefined)[] {
    const secrets = this.#options.secrets ?? []
    return this.#options.secretRequired === true ? secrets : [undefined, ...secrets]
  }

  #accept(
    name: TransportName,
    stream: ObfuscatedStream,
    dc: number,
    secret: Uint8Array | undefined,
    rest: Uint8Array,
  ): FrameCodec {
    this.#stream = stream
    this.#input.push(stream.decrypt.process(rest))
    return this.#become(
      secret === undefined ? { name, obfuscated: true, dc } : { name, obfuscated: true, dc, secret },
    )
  }

  #become(transport: DetectedTransport): FrameCodec {
    this.#transport = transport
    this.#codec = createCodec(transport.name, 'server', this.#maxPacket, this.#options.random)
    return this.#codec
  }
}

function unknownTransport(how: string): FramingError {
  return new FramingError(
    'FRAME_TRANSPORT_UNKNOWN',
    `the first bytes belong to no transport${how}: abridged, intermediate, padded, full or an obfuscated one was expected`,
  )
}
