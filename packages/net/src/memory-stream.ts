// Two ends of a stream inside the process, for tests and simulations: what one writes the other reads, in a
// later turn, as over a socket.

import type { ByteStream, StreamHandlers } from './byte-stream.ts'
import { type Clock, systemClock } from './clock.ts'
import { ConnectError } from './errors.ts'

class MemoryStream implements ByteStream {
  readonly remote: string
  readonly #clock: Clock
  #peer: MemoryStream | undefined
  #handlers: StreamHandlers | undefined
  #inbox: Uint8Array[] = []
  #peerEnded = false
  #over: Error | 'ended' | undefined
  #scheduled = false

  constructor(remote: string, clock: Clock) {
    this.remote = remote
    this.#clock = clock
  }

  join(peer: MemoryStream): void {
    this.#peer = peer
  }

  get buffered(): number {
    return 0
  }

  start(handlers: StreamHandlers): void {
    this.#handlers = handlers
    this.#schedule()
  }

  write(data: Uint8Array): void {
    if (this.#over !== undefined || this.#peer === undefined) return
    // A copy: the writer may use its buffer again, as with a socket.
    this.#peer.#inbox.push(data.slice())
    this.#peer.#schedule()
  }

  close(): void {
    if (this.#over !== undefined) return
    this.#over = 'ended'
    this.#schedule()
    this.#peer?.endedByPeer()
  }

  destroy(error?: Error): void {
    if (this.#over !== undefined) return
    this.#over = 'ended'
    this.#inbox = []
    this.#schedule()
    this.#peer?.brokenByPeer(error)
  }

  endedByPeer(): void {
    this.#peerEnded = true
    this.#schedule()
  }

  brokenByPeer(error?: Error): void {
    if (this.#over !== undefined) return
    this.#over = new ConnectError('STREAM_FAILED', `${this.remote}: connection reset`, error)
    this.#schedule()
  }

  #schedule(): void {
    if (this.#scheduled || this.#handlers === undefined) return
    this.#scheduled = true
    this.#clock.soon(() => this.#deliver())
  }

  #deliver(): void {
    this.#scheduled = false
    const handlers = this.#handlers
    if (handlers === undefined) return
    while (this.#over === undefined) {
      const chunk = this.#inbox.shift()
      if (chunk === undefined) break
      handlers.onData(chunk)
    }
    if (this.#over === undefined && this.#peerEnded) this.#over = 'ended'
    if (this.#over === undefined) return
    this.#handlers = undefined
    this.#peer = undefined
    handlers.onClose(this.#over === 'ended' ? undefined : this.#over)
  }
}

/** Two joined streams. What is destroyed at one end looks like a reset connection at the other. */
export function memoryStreamPair(clock: Clock = systemClock, names: [string, string] = ['client', 'server']) {
  const client = new MemoryStream(names[1], clock)
  const server = new MemoryStream(names[0], clock)
  client.join(server)
  server.join(client)
  return { client: client as ByteStream, server: server as ByteStream }
}
