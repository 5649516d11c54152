// An outbox in virtual time, with a server that keeps what it executed, and tells repeats by their random ids as Telegram does.
import { TimerWheel, VirtualClock } from '@telegram-mt/net'
import { PeerError } from '../../errors.ts'
import type { tl } from '../../layer.ts'
import type { PeerDirectory, PeerLike } from '../../peers/directory.ts'
import type { OngoingWait } from '../../rpc/flood-wait.ts'
import { rpcErrorFrom } from '../../rpc/rpc-error.ts'
import { MemoryStorage } from '../../storage/memory.ts'
import type { SessionWrite } from '../../storage/storage.ts'
import { Outbox } from './outbox.ts'
import type { FailedLater, SentLater } from './outbox-session.ts'

export type TextCall = tl.messages.sendMessage & { _: 'messages.sendMessage' }

/** What becomes of an attempt: an error such as `400 PEER_FLOOD`, before or after the server executed the call. */
export interface Fate {
  readonly error?: string
  readonly executed?: boolean
  /** Nobody was reached: what the connection says then. */
  readonly unreached?: Error
  /** Ms until the answer. */
  readonly after?: number
}

export class FakeServer {
  /** The texts of each chat, in the order of execution. */
  readonly chats = new Map<number, string[]>()
  readonly ids = new Map<bigint, number>()
  /** Where each random id was used. */
  readonly chatOf = new Map<bigint, number>()
  /** Every attempt. */
  readonly asked: TextCall[] = []
  /** The account that made each of them. */
  readonly askedBy: unknown[] = []
  fate: (call: TextCall) => Fate = () => ({})

  /** @throws RpcError `RANDOM_ID_DUPLICATE` the id was used for another chat. */
  execute({ _, peer, randomId, message }: TextCall): tl.Updates {
    const chat = peer._ === 'inputPeerUser' ? peer.userId : 0
    if ((this.chatOf.get(randomId) ?? chat) !== chat) throw rpcErrorFrom(500, 'RANDOM_ID_DUPLICATE', _)
    this.chatOf.set(randomId, chat)
    let id = this.ids.get(randomId)
    if (id === undefined) {
      id = this.ids.size + 1
      this.ids.set(randomId, id)
      this.chats.set(chat, [...(this.chats.get(chat) ?? []), message])
    }
    const updates: tl.Update[] = [{ _: 'updateMessageID', id, randomId }]
    return { _: 'updates', updates, users: [], chats: [], date: 0, seq: 0 }
  }
}

export const textTo = (userId: number, message: string, randomId: bigint): TextCall => ({
  _: 'messages.sendMessage',
  peer: { _: 'inputPeerUser', userId, accessHash: 1n },
  message,
  randomId,
})

export interface FakeSession {
  readonly outbox: Outbox
  readonly later: { sent: SentLater[]; failed: FailedLater[] }
  readonly faults: unknown[]
  waits: OngoingWait[]
  isOnline: boolean
  /** The account that is signed in; an error, why nobody sends. */
  sender: number | Error
}

/** One run of a program: as many as wanted over the same storage, server and clock. */
export class World {
  readonly clock = new VirtualClock()
  readonly wheel = new TimerWheel(this.clock)
  readonly storage = new MemoryStorage()
  readonly server = new FakeServer()
  /** These are resolved after so many ms. */
  slowPeers = new Map<PeerLike, number>()
  /** Whose usernames are. */
  names = new Map<PeerLike, number>()
  /** … and those that are nobody's. */
  readonly unknown = new Set<PeerLike>()
  /** Names that Telegram is asked for. */
  readonly askedFor = new Set<PeerLike>()
  #owner = 0

  /** Of the latest run. */
  get owner(): number {
    return this.#owner
  }

  async run(
    write?: (...writes: SessionWrite[]) => Promise<void>,
    sender: number | Error = 999,
  ): Promise<FakeSession> {
    if (this.#owner === 0) await this.storage.open()
    const owner = await this.storage.claim('a')
    this.#owner = owner
    const save = (...writes: SessionWrite[]) => this.storage.write({ session: 'a', owner, writes })
    await save({ type: 'account', dc: 1 })
    const later: FakeSession['later'] = { sent: [], failed: [] }
    const faults: unknown[] = []
    const session: FakeSession = {
      later,
      faults,
      waits: [],
      isOnline: true,
      sender,
      outbox: new Outbox({
        id: 'a',
        storage: this.storage,
        wheel: this.wheel,
        requireSender: () => {
          if (typeof session.sender === 'number') return session.sender
          throw session.sender
        },
        maySend: () => typeof session.sender === 'number',
        peers: this.#peers(),
        isOnline: () => session.isOnline,
        invoke: (call, options) => {
          this.server.askedBy.push(session.sender)
          return this.#invoke(call as TextCall, options?.signal) as never
        },
        now: () => this.wheel.now(),
        jitter: () => 0.5,
        waits: () => session.waits,
        write: write ?? save,
        post: (...writes) => this.storage.post({ session: 'a', owner, writes }),
        fault: (error) => faults.push(error),
        sent: (send) => later.sent.push(send),
        failed: (send) => later.failed.push(send),
      }),
    }
    return session
  }

  #invoke(call: TextCall, signal: AbortSignal | undefined): Promise<tl.Updates> {
    this.server.asked.push(call)
    const { error, executed = error === undefined, unreached, after = 10 } = this.server.fate(call)
    if (unreached !== undefined) return Promise.reject(unreached)
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.wheel.cancel(timer)
        reject(signal?.reason)
      }
      const timer = this.wheel.after(after, () => {
        signal?.removeEventListener('abort', abort)
        try {
          const answer = executed ? this.server.execute(call) : undefined
          const [status = '', text = ''] = (error ?? '500 LOST').split(' ')
          if (error === undefined && answer !== undefined) resolve(answer)
          else reject(rpcErrorFrom(Number(status), text, call._))
        } catch (refused) {
          reject(refused)
        }
      })
      signal?.addEventListener('abort', abort)
    })
  }

  #peers(): Pick<PeerDirectory, 'resolve' | 'resolveAnew'> {
    const resolve = async (to: PeerLike, asking?: () => void): Promise<tl.InputPeer> => {
      if (this.askedFor.has(to)) asking?.()
      if (this.unknown.has(to)) throw new PeerError('PEER_UNKNOWN', 'nobody')
      const wait = this.slowPeers.get(to) ?? 0
      if (wait > 0) await new Promise<void>((done) => this.wheel.after(wait, done))
      return { _: 'inputPeerUser', userId: this.names.get(to) ?? Number(to), accessHash: 1n }
    }
    return {
      resolve,
      resolveAnew: async (to) => ({ _: 'inputPeerUser', userId: Number(to), accessHash: 2n }),
    }
  }
}
