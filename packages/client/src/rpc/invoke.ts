/** What it means to call a method of the API: the shape that every function of the account API builds on. */
import type { Call, Method, Result } from '../layer.ts'

/** Over which connection a call goes. */
export interface Where {
  /** A datacenter other than the account's home: it is connected to, and shown the account's authorization, when needed. */
  dc?: number | undefined
  /** Over one of the connections for files, so that large parts do not hold up other calls. */
  media?: boolean | undefined
  /** To a content delivery network's datacenter: nobody signs in there (https://core.telegram.org/cdn). */
  cdn?: boolean | undefined
}

export interface InvokeOptions extends Where {
  /** Aborting ends the call with the signal's reason, wherever it stands, and asks the server to drop its answer. */
  signal?: AbortSignal | undefined
  /** Milliseconds after which the call ends with a CallTimeout. By default it waits as long as the session lives. */
  timeout?: number | undefined
  /**
   * Flood waits of up to this many seconds are waited out (the session's `floodWait` event and `waits()` tell of them);
   * longer ones are thrown as a FloodWaitError, at once, and so are those that would outlast `timeout`. Until it is over a
   * thrown wait is thrown to later calls of the method, too, with what is left of it. Default: the host's `floodWaitLimit`.
   */
  floodWaitLimit?: number | undefined
  /**
   * What an earlier `invoke` of this session has returned: the server executes this call after that one, and both may be
   * under way at once (https://core.telegram.org/api/invoking#chaining-calls). If the earlier call fails, this one is not executed
   * and fails with an RpcError `MSG_WAIT_FAILED`. If the earlier one is given up by its caller, that is no failure: this one goes
   * on as if it followed nothing. Any other promise is waited for; if it is rejected, so is this call, with
   * `AFTER_REJECTED` and the reason as `cause`.
   */
  after?: Promise<unknown> | undefined
}

/**
 * Calls a method and gives its result. A lost connection is no error: the call goes on over the next one.
 * @throws RpcError Telegram refused. @throws CallTimeout, SessionStateError, ConnectionClosed, TlError, or the signal's reason otherwise:
 * docs/connection.md has all ways in which a call can end.
 */
export type Invoke = <M extends Method>(call: Call<M>, options?: InvokeOptions) => Promise<Result<M>>
