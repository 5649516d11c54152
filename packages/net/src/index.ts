/** Sockets, timers and reconnection: what drives the protocol core. */
export { Backoff, type BackoffOptions } from './backoff.ts'
export type { ByteStream, Listener, StreamHandlers } from './byte-stream.ts'
export { type Clock, type ClockTimer, systemClock } from './clock.ts'
export { ConnectLimiter, type ConnectLimits } from './connect-limiter.ts'
export type { ConnectionEvent, ConnectionState } from './connection-events.ts'
export {
  ConnectionHost,
  type ConnectionHostOptions,
  type ConnectionTimes,
  type NetworkListener,
} from './connection-host.ts'
export { type Cores, type KeyExchangeCore, mtprotoCores, type SessionCore, type SessionKey } from './core.ts'
export {
  type DialAddress,
  type HttpDialOptions,
  httpDial,
  type TcpDialOptions,
  tcpDial,
  type WebSocketDialOptions,
  webSocketDial,
} from './dial.node.ts'
export {
  CallError,
  CallTimeout,
  ConnectError,
  type ConnectErrorCode,
  ConnectionClosed,
  ProxyLinkError,
  ServerUnproven,
  TelegramError,
} from './errors.ts'
export { HttpFront, type HttpFrontOptions } from './http-front.node.ts'
export { type Dial, FramedLink, type Link, type LinkHandlers } from './link.ts'
export { memoryStreamPair } from './memory-stream.ts'
export type { CallOptions } from './pending-call.ts'
export {
  describeProxy,
  type HttpProxy,
  type MtProxy,
  type ProxyServer,
  parseProxyLink,
  type SocksProxy,
} from './proxy/proxy.ts'
export type { RateLimit } from './rate-window.ts'
export { SessionConnection, type SessionConnectionOptions } from './session-connection.ts'
export { connectTcp, type ListenOptions, listenTcp, type TcpAddress, type TcpOptions } from './tcp.node.ts'
export { type SleepListener, Timer, TimerWheel } from './timer-wheel.ts'
export { VirtualClock } from './virtual-clock.ts'
export {
  telegramWebSocketUrl,
  type WebSocketLike,
  WebSocketStream,
  webSocketProtocol,
} from './websocket-stream.ts'
