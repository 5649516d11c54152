/** What it means to call a method of the API: the shape that every function of the account API builds on. */
import type { Call, Method, Result } from '../layer.ts'

export interface InvokeOptions {
  /** Aborting ends the call with the signal's reason, and asks the server to drop its answer. */
  signal?: AbortSignal | undefined
  /** Milliseconds after which the call ends with a CallTimeout. By default it waits as long as the session lives. */
  timeout?: number | undefined
  /**
   * Flood waits of up to this many seconds are waited out (the session's `floodWait` event tells of each); longer ones
   * are thrown as a FloodWaitError. Default: the host's `floodWaitLimit`.
   */
  floodWaitLimit?: number | undefined
}

/**
 * Calls a method and gives its result. A lost connection is no error: the call goes on over the next one.
 * @throws RpcError Telegram refused. @throws CallTimeout, ConnectionClosed, or the signal's reason otherwise.
 */
export type Invoke = <M extends Method>(call: Call<M>, options?: InvokeOptions) => Promise<Result<M>>
