// A stream of bytes to one peer, whatever carries it: TCP, WebSocket, a proxy's tunnel, or two ends in
// memory. The same on the client's and on the server's side.

export interface StreamHandlers {
  /** Bytes as they come. The chunk is the receiver's to keep. */
  onData(chunk: Uint8Array): void
  /** The stream is over: exactly once, whichever side ended it; with an error unless it was ended in good order. */
  onClose(error?: Error): void
}

export interface ByteStream {
  /** The peer, for logs: `host:port`. */
  readonly remote: string
  /** Bytes written that the system has not taken yet: a writer of much waits while this is large. */
  readonly buffered: number
  /** Begins to read; until then nothing is lost. Called once. */
  start(handlers: StreamHandlers): void
  /** Writes in order, never blocks; what is written after the end is dropped. */
  write(data: Uint8Array): void
  /** Ends in good order, once everything written has been sent. */
  close(): void
  /** Ends at once, dropping what was not sent. */
  destroy(): void
}

/** A listening socket. */
export interface Listener {
  readonly host: string
  readonly port: number
  /**
   * Stops accepting and closes what is open: in good order first, by force after `grace` ms (default 1000).
   * Resolves when all is closed.
   */
  close(grace?: number): Promise<void>
}
