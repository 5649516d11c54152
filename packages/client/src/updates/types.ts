/**
 * What goes in and out of the gap engine: positions in the update sequences, deliveries to the program, requests for a
 * difference. Plain values all of them. Background: https://core.telegram.org/api/updates
 */
import type { tl } from '../layer.ts'
import type { PeerKind } from '../peers/marked-id.ts'

/** How far one channel's updates have been followed. */
export interface ChannelPoint {
  readonly pts: number
  /** The newest message id seen there: where to backfill from should a gap come. 0 or absent: none yet. */
  readonly top?: number | undefined
  /**
   * It was followed from an update that may have been old when it came: what happened between the two may be missing, and no
   * difference of the account tells. So it is asked for, at the next start again if need be.
   */
  readonly unverified?: boolean | undefined
}

/** How far an account's updates have been handled: everything needed to go on from there after a restart. */
export interface UpdateState {
  readonly pts: number
  readonly qts: number
  readonly seq: number
  /** Seconds of server time. */
  readonly date: number
  /** The newest message id seen in private chats and basic groups. 0 or absent: none yet. */
  readonly top?: number | undefined
  readonly channels: ReadonlyMap<number, ChannelPoint>
}

/**
 * The position reached once a delivery and all earlier ones of the same sequence are done. Save it no sooner: after a
 * crash the engine starts from the saved positions, and whatever lies behind them is never asked for again.
 */
export type Position = AccountPosition | ChannelPosition | DatePosition

export interface AccountPosition {
  readonly type: 'account'
  readonly pts: number
  readonly qts: number
  readonly seq: number
  readonly top: number
}

export interface ChannelPosition {
  readonly type: 'channel'
  readonly channelId: number
  readonly pts: number
  readonly top: number
  readonly unverified: boolean
  /** The channel is not followed any more: forget its position. */
  readonly gone: boolean
}

/**
 * The date is what tells the server which channels to report as changed. So it vouches for ALL sequences, and may be
 * saved only when every delivery handed out before it is done, whatever its sequence.
 */
export interface DatePosition {
  readonly type: 'date'
  readonly date: number
}

/** How an update came: pushed by the server, fetched in a difference, or in the answer of a call of our own. */
export type Origin = 'push' | 'difference' | 'result'

interface DeliveryBase {
  /** Stable: the same event has the same id when it comes again, after a crash or through another way. */
  readonly id: string
  /** The sequence whose position it moves: 0 for the account's own, else a channel id. */
  readonly sequence: number
  /** Absent where this delivery alone moves nothing (such as all but the last of a difference). */
  position: Position | undefined
  /** Users and chats that came with it. They may hold `min` objects. */
  readonly users: readonly tl.User[]
  readonly chats: readonly tl.Chat[]
}

/** An update of Telegram's, with the users and chats that came along. */
export interface UpdateDelivery extends DeliveryBase {
  readonly type: 'update'
  readonly update: tl.Update
  readonly origin: Origin
  /** When the server sent it, seconds; 0 if it did not say. */
  readonly date: number
}

/**
 * Why updates are missing for good.
 * - `tooLong`: the server does not keep that many; the chats must be read anew.
 * - `firstSeen`: a channel is followed from here on; what it had before was never asked for.
 * - `positionLost`: the server disowned our position and gave a new one.
 * - `unavailable`: the channel cannot be read any more while updates of it were missing.
 * - `overflow`: the program was too slow and updates that the server does not repeat (reactions, read marks) were let go.
 */
export type GapReason = 'tooLong' | 'firstSeen' | 'positionLost' | 'unavailable' | 'overflow'

/** Updates are missing here that Telegram will not send: read the history from `fromMessageId` on. */
export interface GapDelivery extends DeliveryBase {
  readonly type: 'gap'
  readonly reason: GapReason
  /** The channel concerned; absent: all private chats and basic groups, whose message ids are one series. */
  readonly channelId: number | undefined
  /** The first message id that may be missing; 1 if none was ever seen. */
  readonly fromMessageId: number
  /** The newest message id the server has, or the one before the next delivered; absent if it did not say. */
  readonly toMessageId: number | undefined
  /** The newest messages, where the server sent some along. They are NOT delivered otherwise. */
  readonly messages: readonly tl.Message[]
}

/**
 * Why a channel is followed no more.
 * - `forbidden`, `left`: Telegram says that the account is not in it.
 * - `inaccessible`: Telegram refuses to tell what happened there (deleted, made private, banned).
 * - `noAccessHash`: there is no access hash for it, or a wrong one, neither in the storage nor in the list of chats, nor did a
 *   difference bring one. The account may still be in it: it is followed again with the next update that brings it along. The
 *   `gap` before this says what is missing.
 */
export type ChannelLostReason = 'forbidden' | 'left' | 'inaccessible' | 'noAccessHash'

/**
 * The account lost its access to a channel, or we did. Should the process die before this is
 * saved, and the account be let in again meanwhile, it does not come again and the channel goes on as if nothing had been:
 * so whatever the handler does away with belongs into the same transaction as the position, or can be read anew.
 */
export interface ChannelLostDelivery extends DeliveryBase {
  readonly type: 'channelLost'
  readonly channelId: number
  readonly reason: ChannelLostReason
}

/** Nothing to handle, only a position to save in its turn. */
export interface PositionDelivery extends DeliveryBase {
  readonly type: 'position'
  position: Position
}

export type Delivery = UpdateDelivery | GapDelivery | ChannelLostDelivery | PositionDelivery

/** A call that the host is to make. Answer each with `difference` or `differenceFailed`, once. */
export type DifferenceRequest =
  | { readonly type: 'state'; readonly id: number; readonly params: tl.updates.getState }
  | { readonly type: 'account'; readonly id: number; readonly params: tl.updates.getDifference }
  | {
      readonly type: 'channel'
      readonly id: number
      /** The host adds the access hash and calls `updates.getChannelDifference` with an empty filter, not forced. */
      readonly channelId: number
      readonly pts: number
      readonly limit: number
    }

export type DifferenceResult = tl.updates.State | tl.updates.Difference | tl.updates.ChannelDifference

export interface EngineOptions {
  /** The account's own user id, for messages that Telegram sends in short form. */
  readonly selfId?: number | undefined
  /**
   * Whether the host can use this peer (it has a full access hash). Users and chats of a delivery count as known once
   * handed out, so note them before the next call. Default: every peer is known.
   */
  readonly knows?: ((kind: PeerKind, id: number) => boolean) | undefined
  /** Ask at the start for what happened meanwhile. Without it a restored session goes on from now. Default true. */
  readonly catchUp?: boolean | undefined
  /** Updates asked for in one channel difference: 100 (default) for users, up to 100,000 for bots. */
  readonly channelLimit?: number | undefined
  /** Channel differences under way at once (default 4). */
  readonly channelsAtOnce?: number | undefined
  /** How many updates may wait in memory, over all sequences (default 2,000). */
  readonly bufferLimit?: number | undefined
  /** 0..1, different for each session of a host: spreads retries and checks out, so that they do not come all at once. */
  readonly spread?: number | undefined
}
