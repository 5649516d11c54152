/**
 * The client's end of fake TLS, around a framing with the secret's obfuscation: a hello, the server's answer, and then
 * the stream in application data records.
 */
import { ByteQueue } from '../byte-queue.ts'
import type { ClientFraming } from '../client-framing.ts'
import type { Frame } from '../frame.ts'
import { FramingError } from '../framing-error.ts'
import { clientHello, DIGEST, DIGEST_AT } from './client-hello.ts'
import { applicationData, changeCipherSpec, RecordReader } from './records.ts'
import { takeServerHello } from './server-hello.ts'

/** As much as official clients put into one record. */
const RECORD_SIZE = 2878
const NOTHING = new Uint8Array(0)

export class TlsClientFraming implements ClientFraming {
  readonly #inner: ClientFraming
  readonly #secret: Uint8Array
  readonly #domain: string
  readonly #random: (length: number) => Uint8Array
  readonly #records = new RecordReader()
  /** Bytes of the server's answer. */
  #answer: ByteQueue | undefined = new ByteQueue()
  #digest: Uint8Array | undefined
  #before: Uint8Array = changeCipherSpec

  constructor(
    inner: ClientFraming,
    secret: Uint8Array,
    domain: string,
    random: (length: number) => Uint8Array,
  ) {
    this.#inner = inner
    this.#secret = secret
    this.#domain = domain
    this.#random = random
  }

  get ready(): boolean {
    return this.#answer === undefined
  }

  open(now: number): Uint8Array {
    const hello = clientHello(this.#secret, this.#domain, now, this.#random)
    this.#digest = hello.slice(DIGEST_AT, DIGEST_AT + DIGEST)
    return hello
  }

  encode(payload: Uint8Array, quickAck?: boolean): Uint8Array {
    if (!this.ready) {
      throw new FramingError(
        'FRAME_TLS_HANDSHAKE',
        'fake TLS: a packet was written before the handshake was over',
      )
    }
    const bytes = applicationData(this.#inner.encode(payload, quickAck), RECORD_SIZE, this.#before)
    this.#before = NOTHING
    return bytes
  }

  push(chunk: Uint8Array): Frame[] {
    const answer = this.#answer
    if (answer === undefined) return this.#stream(chunk)
    if (this.#digest === undefined) {
      throw new FramingError('FRAME_TLS_HANDSHAKE', 'fake TLS: the server spoke before the client')
    }
    answer.push(chunk)
    if (!takeServerHello(answer, this.#secret, this.#digest)) return []
    this.#answer = undefined
    return this.#stream(answer.take(answer.length))
  }

  #stream(chunk: Uint8Array): Frame[] {
    return this.#records.push(chunk).flatMap((piece) => this.#inner.push(piece))
  }
}
