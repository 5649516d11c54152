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
export { Box, type BoxDatacenter, type BoxOptions, startBox } from './server/box.ts'
export { BoxOptionError } from './server/box-options.ts'
export type { CallReport } from './server/call-runner.ts'
export { createBot, createUser, type NewBot, type NewUser } from './world/accounts.ts'
export { type DescribedWorld, worldFromDescription } from './world/described-world.ts'
export { expireFileReferences } from './world/files.ts'
export { setPassword } from './world/passwords.ts'
export {
  type LoginCode,
  type PushTarget,
  type SessionRef,
  World,
  type WorldLimits,
  type WorldOptions,
} from './world/world.ts'
export { WorldError } from './world/world-error.ts'
