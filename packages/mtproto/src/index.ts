/** The MTProto core without I/O: framing, key exchange and encrypted session, client and server side. */
export { type ClientFraming, type ClientFramingOptions, clientFraming } from './framing/client-framing.ts'
export { DEFAULT_MAX_PACKET, type Frame, type TransportName } from './framing/frame.ts'
export { FramingError, type FramingErrorCode } from './framing/framing-error.ts'
export { type ProxyFramingOptions, proxyFraming } from './framing/proxy-framing.ts'
export { type ProxySecret, parseProxySecret } from './framing/proxy-secret.ts'
export {
  type DetectedTransport,
  type ServerFrame,
  ServerFraming,
  type ServerFramingOptions,
} from './framing/server-framing.ts'
export {
  type TlsServerFrame,
  TlsServerFraming,
  type TlsServerFramingOptions,
} from './framing/tls/server-tls.ts'
export {
  ClientKeyExchange,
  type ClientKeyExchangeOptions,
  type KeyExchangeStep,
} from './key-exchange/client-key-exchange.ts'
export {
  KeyExchangeError,
  type KeyExchangeErrorCode,
  ServerKeyUnknown,
} from './key-exchange/key-exchange-error.ts'
export { decodePlain, encodePlain, isPlain } from './key-exchange/plain.ts'
export {
  type NewAuthKey,
  ServerKeyExchange,
  type ServerKeyExchangeOptions,
  type ServerKeyExchangeStep,
} from './key-exchange/server-key-exchange.ts'
export { sealTemporaryKeyBinding, type TemporaryKeyBinding } from './key-exchange/temporary-key-binding.ts'
export type { CallBody } from './session/call.ts'
export {
  type CallOptions,
  type ClientPoll,
  ClientSession,
} from './session/client-session.ts'
export type { ClientSessionOptions } from './session/client-state.ts'
export { type PacketContent, packetContent, type ReceivedMessage } from './session/container.ts'
export { type OpenedPacket, openPacket, PacketKey, packetKeyId, sealPacket } from './session/envelope.ts'
export {
  type SecurityCheck,
  SecurityError,
  type SecurityErrorCode,
  SessionError,
  type SessionErrorCode,
} from './session/errors.ts'
export type { CallId, DeadReason, SessionEvent } from './session/events.ts'
export { isPacked, packed, unpacked } from './session/gzip.ts'
export { messageIdAt, messageIdTime } from './session/message-id.ts'
export type { ServerEvent } from './session/server-events.ts'
export { ServerSalts } from './session/server-salts.ts'
export {
  type ServerPoll,
  ServerSession,
  type ServerSessionOptions,
} from './session/server-session.ts'
export { type Received, ServerSessions, type ServerSessionsOptions } from './session/server-sessions.ts'
export type { Salt } from './session/service-messages.ts'
export { SparseMap, SparseSet } from './sparse.ts'
