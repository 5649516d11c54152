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
export {
  ClientKeyExchange,
  type ClientKeyExchangeOptions,
  type KeyExchangeStep,
} from './key-exchange/client-key-exchange.ts'
export { KeyExchangeError, type KeyExchangeErrorCode } from './key-exchange/key-exchange-error.ts'
export { decodePlain, encodePlain, isPlain } from './key-exchange/plain.ts'
export {
  type NewAuthKey,
  ServerKeyExchange,
  type ServerKeyExchangeOptions,
  type ServerKeyExchangeStep,
} from './key-exchange/server-key-exchange.ts'
