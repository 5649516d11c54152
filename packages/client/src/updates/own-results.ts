/**
 * What the answers of our own calls say about the update sequences. The server pushes no update for a change to the
 * session that made it: the answer stands for it and takes its number, so an answer left aside looks like a gap.
 */
import type { tl } from '../layer.ts'
import { fromSentMessage, isSendCall } from './short-messages.ts'

/** Any method of the API with its parameters. */
export interface Call {
  readonly _: string
}

/** What to do with an answer. */
export type OwnResult =
  | { readonly type: 'updates'; readonly updates: tl.Updates }
  | { readonly type: 'numbered'; readonly channelId: number; readonly pts: number; readonly count: number }
  | { readonly type: 'update'; readonly update: tl.Update; readonly date: number }
  /** Where channels are at present: a place to start from for those not followed yet. */
  | { readonly type: 'channels'; readonly points: readonly SeenChannel[] }
  /** It moved the account's sequence in a way that cannot be told from the answer. */
  | { readonly type: 'unclear' }

export interface SeenChannel {
  readonly channelId: number
  readonly pts: number
  readonly top: number
}

const UPDATES = new Set([
  'updatesTooLong',
  'updateShortMessage',
  'updateShortChatMessage',
  'updateShort',
  'updatesCombined',
  'updates',
])

/** `undefined` for the answers, most of them, that have nothing to do with updates. */
export function readOwnResult(
  call: Call,
  result: unknown,
  selfId: number | undefined,
): OwnResult | undefined {
  if (!isTagged(result)) return undefined
  if (isUpdates(result)) return { type: 'updates', updates: result }
  switch (result._) {
    case 'updateShortSentMessage':
      return readSent(call, result as tl.updateShortSentMessage, selfId)
    case 'messages.affectedMessages':
    case 'messages.affectedHistory':
    case 'messages.affectedFoundMessages':
      return readAffected(call, result as Affected)
    case 'messages.dialogs':
    case 'messages.dialogsSlice':
    case 'messages.peerDialogs':
      return readDialogs(result as tl.messages.dialogs)
    default:
      // messages.invitedUsers, payments.paymentResult, … carry their updates in a field.
      if ('updates' in result && isTagged(result.updates) && isUpdates(result.updates)) {
        return { type: 'updates', updates: result.updates }
      }
      return undefined
  }
}

type Affected = tl.messages.affectedMessages | tl.messages.affectedHistory | tl.messages.affectedFoundMessages

function isTagged(value: unknown): value is { readonly _: string } {
  return typeof value === 'object' && value !== null && '_' in value && typeof value._ === 'string'
}

function isUpdates(value: { readonly _: string }): value is tl.Updates {
  return UPDATES.has(value._)
}

function readSent(call: Call, sent: tl.updateShortSentMessage, selfId: number | undefined): OwnResult {
  const update = isSendCall(call) ? fromSentMessage(call, sent, selfId) : undefined
  return update === undefined ? { type: 'unclear' } : { type: 'update', update, date: sent.date }
}

function readAffected(call: Call, { pts, ptsCount: count }: Affected): OwnResult | undefined {
  if (count === 0) return undefined
  const channelId = channelOfCall(call)
  // Deletions are told like those made elsewhere, so that whoever mirrors the chats has one place to look at.
  if (isDelete(call) && call.id.length > 0) {
    const numbers = { messages: call.id, pts, ptsCount: count }
    const update: tl.Update =
      channelId === 0
        ? { _: 'updateDeleteMessages', ...numbers }
        : { _: 'updateDeleteChannelMessages', channelId, ...numbers }
    return { type: 'update', update, date: 0 }
  }
  return { type: 'numbered', channelId, pts, count }
}

function isDelete(call: Call): call is tl.messages.deleteMessages | tl.channels.deleteMessages {
  return call._ === 'messages.deleteMessages' || call._ === 'channels.deleteMessages'
}

/** The channel that a call was about, 0 for a private chat or basic group: it decides whose pts the answer gives. */
function channelOfCall(call: Call): number {
  const target = 'channel' in call ? call.channel : 'peer' in call ? call.peer : undefined
  if (!isTagged(target) || !('channelId' in target)) return 0
  return typeof target.channelId === 'number' ? target.channelId : 0
}

function readDialogs({ dialogs }: { readonly dialogs: readonly tl.Dialog[] }): OwnResult {
  const points: SeenChannel[] = []
  for (const dialog of dialogs) {
    if (dialog._ !== 'dialog' || dialog.peer._ !== 'peerChannel' || dialog.pts === undefined) continue
    points.push({ channelId: dialog.peer.channelId, pts: dialog.pts, top: dialog.topMessage })
  }
  return { type: 'channels', points }
}
