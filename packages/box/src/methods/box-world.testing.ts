/** A world with a hand-moved clock, and devices that call the API and collect what is pushed to them. */
import type { tl } from '../generated/types.ts'
import { createUser, type NewUser } from '../world/accounts.ts'
import type { Account } from '../world/state-account.ts'
import { type PushTarget, World } from '../world/world.ts'
import type { WorldOptions } from '../world/world-options.ts'
import { type Api, createApi } from './api.ts'
import type { Caller } from './context.ts'
import type { MethodName, Params, Result } from './method-table.ts'

export class TestBox {
  now = 1_750_000_000_000
  world: World
  readonly api: Api
  readonly devices: Device[] = []
  #nextKey = 1n
  #nextPhone = 41_790_000_001

  constructor(options: WorldOptions = {}, world?: World) {
    let seed = 1
    // Deterministic: a failing test fails the same way again.
    const random = (length: number) =>
      Uint8Array.from({ length }, () => {
        seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
        return seed >>> 24
      })
    this.world = world ?? new World({ now: () => this.now, random, ...options })
    this.api = createApi(this.world, {
      dcOptions: () =>
        [1, 2, 3, 4, 5].map((id) => ({ _: 'dcOption', id, ipAddress: '127.0.0.1', port: 4430 + id })),
    })
    this.world.onPush((target, updates) => this.#deliver(target, updates))
  }

  #deliver(target: PushTarget, pushed: tl.Updates): void {
    const updates = pushed._ === 'updateShort' ? whole(pushed) : pushed
    if (updates._ !== 'updates') throw new Error(`unexpected push ${updates._}`)
    for (const device of this.devices) {
      const authorization = this.world.authorization(device.caller.authKeyId)
      if (target.userId !== 0 && authorization?.user !== target.userId) continue
      if (target.exceptSession?.sessionId === device.caller.sessionId) continue
      if (target.onlyAuthKey !== undefined && target.onlyAuthKey !== device.caller.authKeyId) continue
      device.pushes.push(updates)
    }
  }

  user(user: Partial<NewUser> & { firstName: string }): Account {
    return createUser(this.world, { phone: String(this.#nextPhone++), ...user })
  }

  /** A device with an auth key of its own and nobody signed in. */
  device(dc = 2): Device {
    const device = new Device(this, dc, this.#nextKey++)
    this.devices.push(device)
    return device
  }

  /** A device on which the user is signed in. */
  signedIn(user: Account): Device {
    const device = this.device(user.dc)
    const { authKeyId, ...client } = device.caller
    this.world.state.authorizations.set(authKeyId, {
      authKeyId,
      dc: client.dc,
      user: user.id,
      hash: authKeyId,
      apiId: client.apiId,
      deviceModel: client.deviceModel,
      systemVersion: client.systemVersion,
      appVersion: client.appVersion,
      langCode: client.langCode,
      created: this.world.seconds(),
      active: this.world.seconds(),
    })
    return device
  }
}

export class Device {
  readonly caller: Caller
  readonly pushes: tl.updates[] = []
  readonly #box: TestBox
  #nextRandomId = 1n

  constructor(box: TestBox, dc: number, authKeyId: bigint) {
    this.#box = box
    this.caller = {
      authKeyId,
      sessionId: authKeyId * 1000n,
      dc,
      layer: 227,
      apiId: 6,
      deviceModel: 'Test',
      systemVersion: '1',
      appVersion: '1',
      langCode: 'en',
    }
  }

  /** For methods that answer at once, as all but a few do. */
  call<M extends MethodName>(request: Params<M> & { _: M }): Result<M> {
    const result = this.#box.api.call<M>(this.caller, request)
    if (result instanceof Promise) throw new Error(`${request._} answers later: await it`)
    return result
  }

  /** For methods whose answer waits for somebody else. */
  later<M extends MethodName>(request: Params<M> & { _: M }): Promise<Result<M>> {
    return Promise.resolve(this.#box.api.call<M>(this.caller, request))
  }

  get me(): Account {
    return this.#box.world.account(this.#box.world.authorization(this.caller.authKeyId)?.user ?? 0)
  }

  /** How this device names a user: by its own access hash. */
  inputUser(user: Account): tl.inputUser {
    const found = this.call({ _: 'contacts.resolvePhone', phone: user.phone }).users[0]
    if (found?._ !== 'user') throw new Error('no such user')
    return { _: 'inputUser', userId: found.id, accessHash: found.accessHash ?? 0n }
  }

  inputPeer(user: Account): tl.inputPeerUser {
    return { ...this.inputUser(user), _: 'inputPeerUser' }
  }

  /** Sends a text and returns the message as the sender sees it. */
  send(
    peer: tl.InputPeer | Account,
    text: string,
    more: Partial<Params<'messages.sendMessage'>> = {},
  ): tl.message {
    const answer = this.call({
      _: 'messages.sendMessage',
      peer: '_' in peer ? peer : this.inputPeer(peer),
      message: text,
      randomId: this.#nextRandomId++,
      ...more,
    })
    return newMessages(answer)[0] ?? fail('the send came back without a message')
  }

  /** Everything pushed since the last time, as one list. */
  taken(): tl.Update[] {
    return this.pushes.splice(0).flatMap((u) => u.updates)
  }
}

function fail(message: string): never {
  throw new Error(message)
}

export function updatesOf(updates: tl.Updates): tl.Update[] {
  if (updates._ !== 'updates') throw new Error(`expected updates, got ${updates._}`)
  return updates.updates
}

/** The plain messages that updates bring. */
export function newMessages(updates: tl.Updates | tl.Update[]): tl.message[] {
  const list = Array.isArray(updates) ? updates : updatesOf(updates)
  return list.flatMap((u) => {
    const message = u._ === 'updateNewMessage' || u._ === 'updateNewChannelMessage' ? u.message : undefined
    return message?._ === 'message' ? [message] : []
  })
}

/** The message of the RpcError that the call ends with, with its code: `400 PEER_ID_INVALID`. */
export function refusal(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof Error && 'code' in error) return `${String(error.code)} ${error.message}`
    throw error
  }
  return 'no error'
}

function whole({ update, date }: tl.updateShort): tl.updates {
  return { _: 'updates', updates: [update], users: [], chats: [], date, seq: 0 }
}
