/**
 * Asks for a channel's difference under whatever access hash can be had: the stored one, the message that the channel was
 * seen in, whoever has its username now, and at last the account's own list of chats. Only then is it unknown to us, which is
 * not to say that the account has lost it.
 */
import { iterateChats } from '../chats/get-chats.ts'
import { PeerError } from '../errors.ts'
import type { tl } from '../layer.ts'
import { inputChannel } from '../peers/input-channel.ts'
import type { PeerKey } from '../peers/marked-id.ts'
import { isSamePeer, isStalePeer } from '../peers/stale-peer.ts'
import { RpcError } from '../rpc/rpc-error.ts'
import type { SessionContext } from '../session/context.ts'
import { NO_ACCESS_HASH } from '../updates/failures.ts'
import type { DifferenceRequest } from '../updates/types.ts'

type ChannelRequest = Extract<DifferenceRequest, { type: 'channel' }>
export type AccessSession = Pick<SessionContext, 'invoke' | 'peers'> & {
  readonly host: Pick<SessionContext['host'], 'now'>
}

/** The list of chats is read for all channels together, so often at most, milliseconds. */
const READ_AGAIN_AFTER = 10 * 60 * 1000
/** And so far: beyond it a channel has been quiet for longer than anything else. */
const MOST_CHATS = 3_000

export class ChannelAccess {
  readonly #session: AccessSession
  /** The channels among the account's chats. */
  #listed: Promise<ReadonlySet<number>> | undefined
  #listedAt = 0

  constructor(session: AccessSession) {
    this.#session = session
  }

  /** @throws an error with the code `NO_ACCESS_HASH` if there is none, otherwise whatever the call throws. */
  async difference(request: ChannelRequest): Promise<tl.updates.ChannelDifference> {
    const { peers } = this.#session
    const key: PeerKey = { kind: 'channel', id: request.channelId }
    let tried: tl.InputPeer | undefined
    let refused: unknown = { code: NO_ACCESS_HASH }
    for (const find of [() => peers.resolve(key), () => peers.resolveAnew(key), () => this.#fromList(key)]) {
      const peer = await find().catch(notFound)
      const channel = peer && inputChannel(peer)
      if (peer === undefined || channel === undefined) continue
      if (tried !== undefined && isSamePeer(tried, peer)) continue
      tried = peer
      try {
        return await this.#ask(request, channel)
      } catch (error) {
        if (!isStalePeer(error)) throw error
        refused = error
      }
    }
    throw refused
  }

  async #ask(
    { pts, limit }: ChannelRequest,
    channel: tl.InputChannel,
  ): Promise<tl.updates.ChannelDifference> {
    const filter = { _: 'channelMessagesFilterEmpty' } as const
    return await this.#session.invoke({ _: 'updates.getChannelDifference', channel, filter, pts, limit })
  }

  /** What comes with the list is taken in by whoever makes the calls. */
  async #fromList(key: PeerKey): Promise<tl.InputPeer | undefined> {
    const now = this.#session.host.now()
    if (this.#listed === undefined || now - this.#listedAt >= READ_AGAIN_AFTER) {
      this.#listedAt = now
      this.#listed = this.#readList().catch((error: unknown) => {
        this.#listed = undefined
        throw error
      })
    }
    return (await this.#listed).has(key.id) ? await this.#session.peers.resolve(key) : undefined
  }

  async #readList(): Promise<ReadonlySet<number>> {
    const channels = new Set<number>()
    for (const archived of [false, true]) {
      for await (const { peer } of iterateChats(this.#session, { archived, limit: MOST_CHATS }))
        if (peer.kind === 'channel') channels.add(peer.id)
    }
    return channels
  }
}

/** That Telegram or we do not know it is an answer; that nobody could be asked is not. */
function notFound(error: unknown): undefined {
  if (error instanceof PeerError || error instanceof RpcError) return undefined
  throw error
}
