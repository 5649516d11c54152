/** Runs a call that has come in whole: reads it in its client's layer, hands it to the API, writes the answer in that layer. */
import { CryptoError } from '@telegram-mt/crypto'
import type { TimerWheel } from '@telegram-mt/net'
import { type TableCodec, TlError, type TlValue, TlWriter } from '@telegram-mt/tl'
import type { tl } from '../../generated/types.ts'
import type { Api } from '../../methods/api.ts'
import type { Caller } from '../../methods/context.ts'
import { inLayer } from '../../methods/older-layers.ts'
import { RpcError } from '../../methods/rpc-error.ts'
import type { World } from '../../world/world.ts'
import { CallFaults } from '../faults/call-faults.ts'
import type { FaultPlan } from '../faults/fault-plan.ts'
import type { BoxSession } from '../keys/auth-key.ts'
import type { AuthKeyTable } from '../keys/auth-key-table.ts'
import { bindTempAuthKey, checkKey, dropTempAuthKeys } from '../keys/key-methods.ts'
import { checkPlaces } from '../keys/two-places.ts'
import type { CallReport } from './call-log.ts'
import type { Layers } from './layers.ts'
import { type UnwrappedCall, unwrap } from './unwrap.ts'

export interface CallRunnerOptions {
  world: World
  api: Api
  layers: Layers
  keys: AuthKeyTable
  wheel: TimerWheel
  faults: FaultPlan
  /** Clients may use one key in several places. */
  sharedKeys: boolean
  /** Told of every call when it has ended. */
  onCall: (report: Omit<CallReport, 'number'>) => void
  /** Told of errors inside the box itself. */
  onFault: (error: unknown, where: string) => void
}

/** A call on its way, as far as it is known. */
interface Progress {
  method: string
  params: object | undefined
  error: RpcError | undefined
  fault: string | undefined
}

/** destroy_auth_key#d1435160 = DestroyAuthKeyRes: of the protocol, but answered like nothing else. */
const DESTROY_AUTH_KEY = 0xd1435160
const DESTROY_AUTH_KEY_OK = 0xf660e1d4
/** What fits into one packet. */
const MAX_ANSWER = 4 * 1024 * 1024 - 4096
/** Of larger calls the parameters are not kept: they carry parts of files. */
const SMALL_CALL = 16 * 1024

export class CallRunner {
  readonly #options: CallRunnerOptions
  readonly #faults: CallFaults
  readonly #writer = new TlWriter()

  constructor(options: CallRunnerOptions) {
    this.#options = options
    this.#faults = new CallFaults(options)
  }

  /** Answers the call, by itself or with an error. Never throws. */
  run(held: BoxSession, msgId: bigint, body: Uint8Array): void {
    if (constructorOf(body) === DESTROY_AUTH_KEY) {
      this.#destroyKey(held)
      return
    }
    held.order.begin(msgId)
    void this.#execute(held, msgId, body)
  }

  /** The client has given the call up (rpc_drop_answer): it goes on, and nobody is told how it ends. */
  drop(held: BoxSession, msgId: bigint): void {
    const { world, wheel } = this.#options
    const came = { at: world.now(), steady: wheel.clock.monotonic() }
    const progress = { method: 'rpc_drop_answer', params: undefined, error: undefined, fault: undefined }
    this.#report(held, msgId, progress, came)
  }

  async #execute(held: BoxSession, msgId: bigint, body: Uint8Array): Promise<void> {
    const { world, wheel } = this.#options
    const came = { at: world.now(), steady: wheel.clock.monotonic() }
    const progress: Progress = { method: 'unreadable', params: undefined, error: undefined, fault: undefined }
    try {
      await this.#answer(held, msgId, body, progress)
    } catch (error) {
      progress.error = this.#refusal(error, progress.method)
      held.session.answerError(msgId, progress.error.code, progress.error.message)
    }
    this.#noteSignIn(held)
    held.order.end(msgId, progress.error === undefined)
    held.flushSoon()
    this.#report(held, msgId, progress, came)
  }

  async #answer(held: BoxSession, msgId: bigint, body: Uint8Array, progress: Progress): Promise<void> {
    const { layers, api, wheel, faults } = this.#options
    const unwrapped = unwrap(body, held.key.owner.layer, layers)
    const { call, codec } = unwrapped
    progress.method = call._
    if (body.length <= SMALL_CALL) progress.params = call
    checkKey(held, call._)
    if (!this.#options.sharedKeys && !unwrapped.withoutUpdates) checkPlaces(held, msgId, call._)
    this.#note(held, unwrapped)
    if (unwrapped.after.length > 0) await held.order.after(unwrapped.after, wheel)
    const fault = faults.isEmpty ? undefined : this.#faults.decide(held, call._)
    progress.fault = fault?.kind
    const verdict = fault === undefined ? 'go' : await this.#faults.strike(held, fault)
    if (verdict === 'lost') return
    const result = this.#ownMethod(held, msgId, call) ?? (await api.callDecoded(this.#caller(held), call))
    if (verdict === 'unanswered') return
    const given = fault?.kind === 'tamper' ? tampered(result) : result
    const answer = this.#encode(codec, call._, given)
    held.session.answer(msgId, answer)
    if (fault !== undefined) this.#faults.after(held, fault, msgId, answer)
  }

  /** What the server answers by itself; undefined if it is the API's. */
  #ownMethod(held: BoxSession, msgId: bigint, call: { _: string }): true | undefined {
    const { keys, world } = this.#options
    if (isCall(call, 'auth.bindTempAuthKey')) bindTempAuthKey(keys, held, msgId, call, world.now())
    else if (isCall(call, 'auth.dropTempAuthKeys')) dropTempAuthKeys(keys, held, call.exceptAuthKeys)
    else return undefined
    return true
  }

  #note(held: BoxSession, call: UnwrappedCall): void {
    const { owner } = held.key
    if (call.layer !== undefined) owner.layer = call.layer
    if (call.info !== undefined) owner.info = call.info
    // "invokeWithoutUpdates: invoke a request without subscribing the used connection for updates"
    if (!call.withoutUpdates && !held.isSuperseded && !call.call._.startsWith('upload.'))
      held.subscribed = true
  }

  /** Calls sign in and out: pushes go to those who are in. */
  #noteSignIn(held: BoxSession): void {
    const { world, keys } = this.#options
    const { owner } = held.key
    if (keys.get(owner.id) === owner) keys.signedIn(owner, signedInUser(world, owner.id))
  }

  #caller(held: BoxSession): Caller {
    const { owner } = held.key
    const {
      apiId = 0,
      deviceModel = '',
      systemVersion = '',
      appVersion = '',
      langCode = '',
    } = owner.info ?? {}
    return {
      authKeyId: owner.id,
      sessionId: held.sessionId,
      dc: owner.dc,
      layer: owner.layer,
      apiId,
      deviceModel,
      systemVersion,
      appVersion,
      langCode,
    }
  }

  #encode(codec: TableCodec, method: string, result: unknown): Uint8Array {
    const type = codec.method(method)?.result
    if (type === undefined) throw new RpcError(400, 'INPUT_METHOD_INVALID')
    this.#writer.reset()
    const knows = (name: string) => codec.definition(name) !== undefined
    const sayable = inLayer(type.kind === 'boxed' ? type.name : '', result, knows)
    // Made by the API after the schema's types.
    codec.writeType(this.#writer, type, sayable as TlValue)
    if (this.#writer.pos > MAX_ANSWER) throw new RangeError(`an answer of ${this.#writer.pos} bytes`)
    return this.#writer.finish()
  }

  #refusal(error: unknown, method: string): RpcError {
    if (error instanceof RpcError) return error
    if (error instanceof TlError && method === 'unreadable') {
      return error.code === 'TL_UNKNOWN_CONSTRUCTOR'
        ? new RpcError(400, 'INPUT_CONSTRUCTOR_INVALID')
        : new RpcError(400, 'INPUT_FETCH_ERROR')
    }
    if (error instanceof CryptoError && method === 'unreadable') return new RpcError(400, 'INPUT_FETCH_ERROR')
    this.#options.onFault(error, method)
    return new RpcError(500, 'INTERNAL')
  }

  #report(held: BoxSession, msgId: bigint, progress: Progress, came: { at: number; steady: number }): void {
    const { wheel, onCall, onFault } = this.#options
    const { owner } = held.key
    const { method, params, error, fault } = progress
    try {
      onCall({
        at: came.at,
        took: wheel.clock.monotonic() - came.steady,
        dc: owner.dc,
        connection: held.carrier?.number,
        authKeyId: owner.id,
        sessionId: held.sessionId,
        msgId,
        userId: owner.userId,
        layer: owner.layer,
        method,
        ...(params && { params }),
        ...(error && { error: `${error.code} ${error.message}` }),
        ...(fault && { fault }),
      })
    } catch (thrown) {
      // A listener's mistake is not the client's.
      onFault(thrown, 'onCall')
    }
  }

  /** The key is gone when the client has heard so: https://core.telegram.org/mtproto/auth_key */
  #destroyKey(held: BoxSession): void {
    const { keys, world } = this.#options
    const { session, carrier, key } = held
    this.#writer.reset()
    this.#writer.uint(DESTROY_AUTH_KEY_OK)
    session.push(this.#writer.finish())
    carrier?.flush()
    world.state.authorizations.delete(key.owner.id)
    keys.remove(key.owner.id)
  }
}

/** The account signed in on a permanent key, if that is complete. */
export function signedInUser(world: World, authKeyId: bigint): number | undefined {
  const authorization = world.authorization(authKeyId)
  const complete =
    authorization !== undefined && !authorization.revoked && authorization.awaitsPasswordOf === undefined
  return complete ? authorization.user : undefined
}

function isCall<M extends keyof tl.RpcMethods>(
  call: { _: string },
  method: M,
): call is tl.RpcMethods[M]['params'] & { _: M } {
  return call._ === method
}

/** As a datacenter would that changes what others have entrusted to it. */
function tampered(result: unknown): unknown {
  const holdsBytes = typeof result === 'object' && result !== null && 'bytes' in result
  if (!holdsBytes || !(result.bytes instanceof Uint8Array)) return result
  const bytes = result.bytes.slice()
  const middle = bytes.length >> 1
  bytes[middle] = (bytes[middle] ?? 0) ^ 1
  return { ...result, bytes }
}

function constructorOf(body: Uint8Array): number {
  return body.length < 4 ? 0 : new DataView(body.buffer, body.byteOffset, 4).getUint32(0, true)
}
