/** The types of the tables that the methods are written in: every handler takes and gives what the schema says. */
import type { tl } from '../generated/types.ts'
import type { MethodContext, UserContext } from './context.ts'

export type MethodName = keyof tl.RpcMethods
export type Params<M extends MethodName> = tl.RpcMethods[M]['params']
export type Result<M extends MethodName> = tl.RpcMethods[M]['result']

type Handler<M extends MethodName, C> = (context: C, params: Params<M>) => Result<M> | Promise<Result<M>>

/** Methods that anyone may call. */
export type OpenMethods = { [M in MethodName]?: Handler<M, MethodContext> }
/** Methods that need a signed-in user; others get 401. */
export type UserMethods = { [M in MethodName]?: Handler<M, UserContext> }
