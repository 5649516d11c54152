/**
 * The server's end of fake TLS: takes over from a ServerFraming that reported a TLS hello, answers the hello, and finds
 * the client's obfuscated transport inside the records.
 */
import { ByteQueue } from '../byte-queue.ts'
import { FramingError } from '../framing-error.ts'
import { type DetectedTransport, type ServerFrame, ServerFraming } from '../server-framing.ts'
import { checkClientHello } from './client-hello.ts'
import { applicationData, HANDSHAKE, RECORD_HEADER, RecordReader, recordAt } from './records.ts'
import { serverHello } from './server-hello.ts'

export type TlsServerFrame =
  | ServerFrame
  /** Bytes of the handshake, to be written as they are. */
  | { type: 'write'; data: Uint8Array }

export interface TlsServerFramingOptions {
  random: (length: number) => Uint8Array
  /** Proxy secrets, 16 bytes each, one of which the client must know. */
  secrets: readonly Uint8Array[]
  /** The time of the hello, in ms since the epoch. */
  now: number
  /** Whether a hello with this digest (32 bytes) came before: an observer's copy, to be refused. */
  isReplay?: ((digest: Uint8Array) => boolean) | undefined
  maxPacket?: number | undefined
}

const RECORD_SIZE = 16_384
const NOTHING = new Uint8Array(0)

export class TlsServerFraming {
  readonly #options: TlsServerFramingOptions
  readonly #records = new RecordReader()
  readonly #hello = new ByteQueue()
  #inner: ServerFraming | undefined

  constructor(options: TlsServerFramingOptions) {
    this.#options = options
  }

  /** Undefined until the first packet has shown it. */
  get transport(): DetectedTransport | undefined {
    return this.#inner?.transport
  }

  /** Takes bytes that have come. Throws FramingError: then close. */
  push(chunk: Uint8Array): TlsServerFrame[] {
    if (this.#inner !== undefined) return this.#stream(this.#inner, chunk)
    const hello = this.#hello
    hello.push(chunk)
    const header = recordAt(hello, 0)
    if (header === undefined) return []
    if (header.type !== HANDSHAKE) {
      throw new FramingError('FRAME_TLS_RECORD', 'fake TLS: the first record is no ClientHello')
    }
    if (hello.length < RECORD_HEADER + header.length) return []
    const { random, secrets, now, maxPacket, isReplay } = this.#options
    const accepted = checkClientHello(hello.take(RECORD_HEADER + header.length), secrets, now)
    if (isReplay?.(accepted.digest) === true) {
      throw new FramingError('FRAME_TLS_DIGEST', 'fake TLS: this ClientHello came before')
    }
    const inner = new ServerFraming({ random, maxPacket, secrets: [accepted.secret], secretRequired: true })
    this.#inner = inner
    const answer = serverHello(accepted, random)
    return [{ type: 'write', data: answer }, ...this.#stream(inner, hello.take(hello.length))]
  }

  encode(payload: Uint8Array): Uint8Array {
    return this.#wrap(this.#known().encode(payload))
  }

  encodeError(code: number): Uint8Array {
    return this.#wrap(this.#known().encodeError(code))
  }

  encodeQuickAck(token: number): Uint8Array {
    return this.#wrap(this.#known().encodeQuickAck(token))
  }

  #stream(inner: ServerFraming, chunk: Uint8Array): ServerFrame[] {
    return this.#records.push(chunk).flatMap((piece) => inner.push(piece))
  }

  #wrap(bytes: Uint8Array): Uint8Array {
    return applicationData(bytes, RECORD_SIZE, NOTHING)
  }

  #known(): ServerFraming {
    if (this.#inner !== undefined) return this.#inner
    throw new FramingError('FRAME_TLS_HANDSHAKE', 'fake TLS: written before the client said hello')
  }
}
