/**
 * Calls on one connection: from an object to bytes, through the connection, and back from bytes to an object.
 *
 * "invokeWithLayer … binds the layer to the authorization key", initConnection tells who we are: both are wrapped around
 * calls until one of them has been answered, so that none can reach the server ahead of them
 * (https://core.telegram.org/api/invoking).
 */
import { CallError, type CallOptions } from '@telegram-mt/net'
import type { Device } from '../host/device.ts'
import { type Call, decodeResult, encodeCall, LAYER, type Method, type Result } from '../layer.ts'
import { type Attempt, FollowsElsewhereError } from './invocation.ts'
import { rpcErrorFrom } from './rpc-error.ts'

export interface RpcCallOptions {
  signal?: AbortSignal | undefined
  /** Milliseconds from now after which the call ends with a CallTimeout. */
  deadline?: number | undefined
  /** The server executes the call after this one. */
  after?: Attempt | undefined
  /** Is told of the attempt as soon as it is handed to the connection. */
  attempts?: { sent(attempt: Attempt): void } | undefined
}

/** What a caller needs of the connection beneath. */
export interface CallConnection {
  call(body: Uint8Array, options?: CallOptions): Promise<Uint8Array>
}

export interface CallerIdentity {
  readonly apiId: number
  readonly device: Device
  /** False: "invokeWithoutUpdates: invoke a request without subscribing the used connection for updates". */
  readonly updates: boolean
  /** What a call ends with where the connection has ended it with this error. */
  endOf?(error: unknown): unknown
}

export class RpcCaller {
  readonly #connection: CallConnection
  readonly #identity: CallerIdentity
  #initialized = false

  constructor(connection: CallConnection, identity: CallerIdentity) {
    this.#connection = connection
    this.#identity = identity
  }

  /** The server has lost what it knew of this connection: say again who we are. */
  forgetInitialization(): void {
    this.#initialized = false
  }

  /**
   * The answer to a call.
   * @throws RpcError if Telegram refused it; FollowsElsewhereError; whatever the connection throws otherwise.
   */
  async call<M extends Method>(call: Call<M>, options: RpcCallOptions = {}): Promise<Result<M>> {
    const { signal, deadline, after, attempts } = options
    if (after !== undefined && after.connection !== this.#connection) throw new FollowsElsewhereError()
    const wrapping = !this.#initialized
    const plain = encodeCall(call)
    const body = this.#identity.updates ? plain : encodeCall({ _: 'invokeWithoutUpdates', query: plain })
    const answer = this.#connection.call(wrapping ? this.#wrap(body) : body, {
      signal,
      deadline,
      after: after?.answer,
      gzip: isFilePart(call._) ? false : undefined,
    })
    attempts?.sent({ connection: this.#connection, answer })
    try {
      const result = await answer
      if (wrapping) this.#initialized = true
      return decodeResult(call._, result) as Result<M>
    } catch (error) {
      if (!(error instanceof CallError)) throw this.#identity.endOf?.(error) ?? error
      const refusal = rpcErrorFrom(error.errorCode, error.errorMessage, call._)
      // Any answer but "not initialized" shows that the wrapping itself was accepted.
      if (wrapping && refusal.status !== -503 && !refusal.pattern.startsWith('CONNECTION_'))
        this.#initialized = true
      throw refusal
    }
  }

  #wrap(query: Uint8Array): Uint8Array {
    const { apiId, device } = this.#identity
    return encodeCall({
      _: 'invokeWithLayer',
      layer: LAYER,
      query: encodeCall({ _: 'initConnection', apiId, ...device, query }),
    })
  }
}

/** Most files are compressed already: to try it once more on each part costs several times what its encryption does. */
function isFilePart(method: Method): boolean {
  return method === 'upload.saveFilePart' || method === 'upload.saveBigFilePart'
}
