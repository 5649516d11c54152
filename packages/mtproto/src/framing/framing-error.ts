/** What can be wrong with the bytes between two peers before a single MTProto packet has been read. */

export type FramingErrorCode =
  /** A frame that says it is empty. */
  | 'FRAME_LENGTH_ZERO'
  /** A frame that says it is shorter than nothing. */
  | 'FRAME_LENGTH_NEGATIVE'
  /** A frame whose length is not a multiple of four, where the transport demands one. */
  | 'FRAME_LENGTH_UNALIGNED'
  /** A frame too short to be a packet, a transport error or a quick ack. */
  | 'FRAME_TOO_SHORT'
  /** A frame larger than this side accepts. */
  | 'FRAME_TOO_LARGE'
  /** Full transport: the checksum does not fit the bytes. */
  | 'FRAME_CRC'
  /** Full transport: not the sequence number that was to come next. */
  | 'FRAME_SEQNO'
  /** The first bytes are of no transport that is known (or they were made with another proxy secret). */
  | 'FRAME_TRANSPORT_UNKNOWN'
  /** The server side cannot write before the client has shown which transport it speaks. */
  | 'FRAME_TRANSPORT_UNDETECTED'
  /** The transport has no quick acknowledgements. */
  | 'FRAME_QUICK_ACK_UNSUPPORTED'
  /** Fake TLS: not a record, or not one that may come here. */
  | 'FRAME_TLS_RECORD'
  /** Fake TLS: the hello does not carry the proof that the sender knows the proxy secret. */
  | 'FRAME_TLS_DIGEST'
  /** Fake TLS: the clocks of the two sides differ too much. */
  | 'FRAME_TLS_TIME'
  /** Fake TLS: written before the handshake was over. */
  | 'FRAME_TLS_HANDSHAKE'
  /** An MTProxy secret that is none. */
  | 'PROXY_SECRET_INVALID'

/**
 * A fault in the framing. The byte stream cannot be trusted after one: the connection must be closed. Packets that were
 * complete before the fault in the same chunk are not lost to the protocol: they were never acknowledged.
 */
export class FramingError extends Error {
  readonly code: FramingErrorCode

  constructor(code: FramingErrorCode, message: string) {
    super(message)
    this.name = 'FramingError'
    this.code = code
  }
}
