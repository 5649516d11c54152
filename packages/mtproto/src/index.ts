/** The MTProto core without I/O: framing, key exchange and encrypted session, client and server side. */
export { type ClientFraming, type ClientFramingOptions, clientFraming } from './framing/client-framing.ts'
export { DEFAULT_MAX_PACKET, type Frame, type TransportName } from './framing/frame.ts'
export { FramingError, type FramingErrorCode } from './framing/framing-error.ts'
export { type ProxySecret, parseProxySecret } from './framing/proxy-secret.ts'
export {
  type DetectedTransport,
  type ServerFrame,
  ServerFraming,
  type ServerFramingOptions,
} from './framing/server-framing.ts'
