/** Runs a call that has come in whole: reads it in its client's layer, hands it to the API, writes the answer in that layer. */
import { CryptoError } from '@telegram-mt/crypto'
import type { ServerSession } from '@telegram-mt/mtproto'
import { type TableCodec, TlError, type TlObject, TlWriter } from '@telegram-mt/tl'
import type { Api } from '../methods/api.ts'
import type { Caller } from '../methods/context.ts'
import { RpcError } from '../methods/rpc-error.ts'
import type { World } from '../world/world.ts'
import type { AuthKey, AuthKeyTable } from './auth-key-table.ts'
import type { Layers } from './layers.ts'
import { type UnwrappedCall, unwrap } from './unwrap.ts'

/** What the box tells of a call that it has answered. */
export interface CallReport {
  dc: number
  authKeyId: bigint
  userId: number | undefined
  layer: number
  method: string
  /** `400 PEER_ID_INVALID`; absent if the call went well. */
  error?: string
}

export interface CallRunnerOptions {
  world: World
  api: Api
  layers: Layers
  keys: AuthKeyTable
  onCall?: ((report: CallReport) => void) | undefined
  onFault?: ((error: unknown, where: string) => void) | undefined
}

export class CallRunner {
  readonly #options: CallRunnerOptions
  readonly #writer = new TlWriter()

  constructor(options: CallRunnerOptions) {
    this.#options = options
  }

  /** Answers the call, by itself or with an error. Never throws; `done` is called when the answer is ready to be sent. */
  run(key: AuthKey, session: ServerSession, msgId: bigint, body: Uint8Array, done: () => void): void {
    const finished = this.#execute(key, session, msgId, body).finally(() => {
      key.running.delete(msgId)
      done()
    })
    key.running.set(msgId, finished)
  }

  /** True if the call went well. */
  async #execute(key: AuthKey, session: ServerSession, msgId: bigint, body: Uint8Array): Promise<boolean> {
    let method = 'unreadable'
    try {
      const unwrapped = unwrap(body, key.layer, this.#options.layers)
      method = unwrapped.call._
      this.#note(key, session, unwrapped)
      await this.#afterOthers(key, unwrapped.after)
      const result = await this.#options.api.callDecoded(this.#caller(key, session), unwrapped.call)
      session.answer(msgId, this.#encode(unwrapped.codec, method, result as TlObject))
      this.#report(key, method)
      return true
    } catch (error) {
      const refusal = this.#refusal(error, method)
      session.answerError(msgId, refusal.code, refusal.message)
      this.#report(key, method, refusal)
      return false
    } finally {
      const { world, keys } = this.#options
      const authorization = world.authorization(key.id)
      const complete =
        authorization !== undefined && !authorization.revoked && authorization.awaitsPasswordOf === undefined
      keys.signedIn(key, complete ? authorization.user : undefined)
    }
  }

  #note(key: AuthKey, session: ServerSession, call: UnwrappedCall): void {
    if (call.layer !== undefined) key.layer = call.layer
    if (call.info !== undefined) key.info = call.info
    // "invokeWithoutUpdates: invoke a request without subscribing the used connection for updates"
    if (!call.withoutUpdates && !call.call._.startsWith('upload.')) key.subscribed.add(session)
  }

  /** "invokeAfterMsg … MSG_WAIT_FAILED: a waiting call returned an error". */
  async #afterOthers(key: AuthKey, after: readonly bigint[]): Promise<void> {
    for (const msgId of after) {
      const other = key.running.get(msgId)
      if (other !== undefined && !(await other)) throw new RpcError(400, 'MSG_WAIT_FAILED')
    }
  }

  #caller(key: AuthKey, session: ServerSession): Caller {
    const { apiId = 0, deviceModel = '', systemVersion = '', appVersion = '', langCode = '' } = key.info ?? {}
    return {
      authKeyId: key.id,
      sessionId: session.sessionId,
      dc: key.dc,
      layer: key.layer,
      apiId,
      deviceModel,
      systemVersion,
      appVersion,
      langCode,
    }
  }

  #encode(codec: TableCodec, method: string, result: TlObject): Uint8Array {
    const type = codec.method(method)?.result
    if (type === undefined) throw new RpcError(400, 'INPUT_METHOD_INVALID')
    this.#writer.reset()
    codec.writeType(this.#writer, type, result)
    return this.#writer.finish()
  }

  #refusal(error: unknown, method: string): RpcError {
    if (error instanceof RpcError) return error
    if (error instanceof TlError && method === 'unreadable') {
      return error.code === 'TL_UNKNOWN_CONSTRUCTOR'
        ? new RpcError(400, 'INPUT_CONSTRUCTOR_INVALID')
        : new RpcError(400, 'INPUT_FETCH_ERROR')
    }
    if (error instanceof CryptoError) return new RpcError(400, 'INPUT_FETCH_ERROR')
    this.#options.onFault?.(error, method)
    return new RpcError(500, 'INTERNAL')
  }

  #report(key: AuthKey, method: string, refusal?: RpcError): void {
    this.#options.onCall?.({
      dc: key.dc,
      authKeyId: key.id,
      userId: key.userId,
      layer: key.layer,
      method,
      ...(refusal && { error: `${refusal.code} ${refusal.message}` }),
    })
  }
}
