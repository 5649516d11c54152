// A WebSocket as a stream of bytes: "the obfuscated transport … over binary WebSocket frames"
// (https://core.telegram.org/mtproto/transports#websocket). Where one message ends and the next begins has no meaning.

import type { ByteStream, StreamHandlers } from './byte-stream.ts'
import { ConnectError } from './errors.ts'

/** What a browser's WebSocket and that of the ws library have in common. */
export interface WebSocketLike {
  binaryType: string
  readonly bufferedAmount: number
  send(data: Uint8Array<ArrayBuffer>): void
  close(code?: number): void
  /** Only the library's: ends without waiting for the peer. */
  terminate?(): void
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
  addEventListener(type: 'error', listener: (event: { message?: string }) => void): void
  addEventListener(type: 'close', listener: (event: { code: number }) => void): void
}

/** The subprotocol that Telegram's servers ask for. */
export const webSocketProtocol = 'binary'

const normalClosure = 1000
const goingAway = 1001
const noStatus = 1005

export class WebSocketStream implements ByteStream {
  readonly remote: string
  readonly #socket: WebSocketLike
  #handlers: StreamHandlers | undefined
  // What came before the reader.
  #early: Uint8Array[] = []
  #error: Error | undefined
  #over = false
  #closing = false

  /** @param socket connected, or being connected */
  constructor(socket: WebSocketLike, remote: string) {
    this.#socket = socket
    this.remote = remote
    socket.binaryType = 'arraybuffer'
    socket.addEventListener('message', (event) => this.#onMessage(event.data))
    socket.addEventListener('error', (event) => {
      this.#error ??= new ConnectError('STREAM_FAILED', `${remote}: ${event.message ?? 'WebSocket error'}`)
    })
    socket.addEventListener('close', (event) => this.#onClose(event.code))
  }

  get buffered(): number {
    return this.#socket.bufferedAmount
  }

  start(handlers: StreamHandlers): void {
    this.#handlers = handlers
    const early = this.#early
    this.#early = []
    for (const chunk of early) handlers.onData(chunk)
    if (this.#over) handlers.onClose(this.#error)
  }

  write(data: Uint8Array): void {
    if (this.#over || this.#closing) return
    // A browser refuses memory that is shared between threads, which no core hands out.
    const { buffer } = data
    if (buffer instanceof ArrayBuffer) {
      this.#socket.send(new Uint8Array(buffer, data.byteOffset, data.byteLength))
    } else {
      this.#socket.send(new Uint8Array(data))
    }
  }

  close(): void {
    if (this.#closing) return
    this.#closing = true
    this.#socket.close(normalClosure)
  }

  destroy(): void {
    this.#closing = true
    if (this.#socket.terminate === undefined) this.#socket.close(normalClosure)
    else this.#socket.terminate()
  }

  #onMessage(data: unknown): void {
    if (this.#over) return
    // Text has no meaning here.
    if (!(data instanceof ArrayBuffer)) {
      this.#error ??= new ConnectError(
        'STREAM_FAILED',
        `${this.remote}: a WebSocket message that is not binary`,
      )
      this.destroy()
      return
    }
    const chunk = new Uint8Array(data)
    if (this.#handlers === undefined) this.#early.push(chunk)
    else this.#handlers.onData(chunk)
  }

  #onClose(code: number): void {
    if (this.#over) return
    this.#over = true
    const orderly = code === normalClosure || code === goingAway || code === noStatus || this.#closing
    if (!orderly)
      this.#error ??= new ConnectError('STREAM_FAILED', `${this.remote}: WebSocket closed with code ${code}`)
    this.#handlers?.onClose(this.#error)
  }
}

// The DC's host names: https://core.telegram.org/mtproto/transports#uri-format
const names: Readonly<Record<number, string>> = {
  1: 'pluto',
  2: 'venus',
  3: 'aurora',
  4: 'vesta',
  5: 'flora',
}

/**
 * The address at which Telegram's own datacenter speaks WebSocket over TLS.
 * @throws RangeError for a DC that has no published name
 */
export function telegramWebSocketUrl(dc: number, options: { test?: boolean; media?: boolean } = {}): string {
  const name = names[dc]
  if (name === undefined)
    throw new RangeError(`DC ${dc} has no published WebSocket address: 1 to 5 was expected`)
  return `wss://${name}${options.media ? '-1' : ''}.web.telegram.org/apiws${options.test ? '_test' : ''}`
}
