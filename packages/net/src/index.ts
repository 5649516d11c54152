/** Sockets, timers and reconnection: what drives the protocol core. */
export { Backoff, type BackoffOptions } from './backoff.ts'
export { type Clock, type ClockTimer, systemClock } from './clock.ts'
export { ConnectLimiter, type ConnectLimits } from './connect-limiter.ts'
export { CallError, CallTimeout, ConnectError, type ConnectErrorCode, ConnectionClosed, ProxyLinkError } from './errors.ts'
export type { RateLimit } from './rate-window.ts'
export { type SleepListener, Timer, TimerWheel } from './timer-wheel.ts'
export { VirtualClock } from './virtual-clock.ts'
