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
import { rpcErrorFrom } from './rpc-error.ts'

/** What a caller needs of the connection beneath. */
export interface CallConnection {
  call(body: Uint8Array, options?: CallOptions): Promise<Uint8Array>
}

export class RpcCaller {
  readonly #connection: CallConnection
  readonly #apiId: number
  readonly #device: Device
  #initialized = false

  constructor(connection: CallConnection, apiId: number, device: Device) {
    this.#connection = connection
    this.#apiId = apiId
    this.#device = device
  }

  /** The server has lost what it knew of this connection: say again who we are. */
  forgetInitialization(): void {
    this.#initialized = false
  }

  /** The answer to a call. @throws RpcError if Telegram refused it; whatever the connection throws otherwise. */
  async call<M extends Method>(call: Call<M>, options?: CallOptions): Promise<Result<M>> {
    return decodeResult(call._, await this.send(call, options)) as Result<M>
  }

  /** Like `call`, but gives the answer's bytes as they came: for callers that keep the promise to order others after it. */
  async send<M extends Method>(call: Call<M>, options?: CallOptions): Promise<Uint8Array> {
    const wrapping = !this.#initialized
    const body = encodeCall(call)
    try {
      const answer = await this.#connection.call(wrapping ? this.#wrap(body) : body, options)
      if (wrapping) this.#initialized = true
      return answer
    } catch (error) {
      if (!(error instanceof CallError)) throw error
      const refusal = rpcErrorFrom(error.errorCode, error.errorMessage, call._)
      // Any answer but "not initialized" shows that the wrapping itself was accepted.
      if (wrapping && refusal.status !== -503 && !refusal.pattern.startsWith('CONNECTION_'))
        this.#initialized = true
      throw refusal
    }
  }

  #wrap(query: Uint8Array): Uint8Array {
    return encodeCall({
      _: 'invokeWithLayer',
      layer: LAYER,
      query: encodeCall({ _: 'initConnection', apiId: this.#apiId, ...this.#device, query }),
    })
  }
}
