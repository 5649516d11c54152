/** Telegram in a box: a world of accounts, and the datacenters that serve it. */
export {
  type AnyCall,
  type AnyResult,
  type Api,
  createApi,
  implementedMethods,
} from './methods/api.ts'
export type { ApiSettings, Caller } from './methods/context.ts'
export { RpcError } from './methods/rpc-error.ts'
export { Box, type BoxDatacenter, startBox } from './server/box.ts'
export { BoxOptionError, type BoxOptions } from './server/box-options.ts'
export type { CallFilter, CallLog, CallMatch, CallReport } from './server/calls/call-log.ts'
export type { ConnectFilter, ConnectLog, ConnectReport } from './server/carriers/connect-log.ts'
export type { ConnectionReport } from './server/carriers/connection.ts'
export type { BoxProxy, ProxyOptions } from './server/carriers/proxy-port.ts'
export type { ControlOptions } from './server/control/controlled-box.ts'
export { BoxDataError, type BoxDataErrorCode } from './server/data/data-error.ts'
export {
  type Fault,
  type FaultCondition,
  type FaultKind,
  type FaultRule,
  faultKinds,
} from './server/faults/fault.ts'
export { FaultPlan, type FaultReport } from './server/faults/fault-plan.ts'
export type { SessionFilter, SessionReport } from './server/keys/sessions.ts'
export type { SignedInKey } from './server/keys/signed-in-key.ts'
export type { Lifetimes } from './server/keys/sweep.ts'
export { createBot, createUser, type NewBot, type NewUser } from './world/accounts.ts'
export { emptyCdn, expireCdnTokens, serveByCdn } from './world/cdn.ts'
export type { CodeWay } from './world/code-ways.ts'
export { type DescribedWorld, worldFromDescription } from './world/described-world.ts'
export { expireFileReferences } from './world/files.ts'
export { setPassword } from './world/passwords.ts'
export {
  type LoginCode,
  type PushTarget,
  type SessionRef,
  World,
} from './world/world.ts'
export { WorldError } from './world/world-error.ts'
export type { WorldLimits, WorldOptions } from './world/world-options.ts'
