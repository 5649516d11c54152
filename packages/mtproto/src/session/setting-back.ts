/**
 * Where the msg_ids of a client go on when the server has said that its time runs ahead (code 17). Ids beyond the limit of
 * 30 s are refused, so that nobody knows them, and those that follow may be lower. But what was sent under ids within it
 * may have been accepted without a word, or may be on its way: it keeps its id, by which the server knows it again, and so
 * all that follows must have higher ones.
 */
import type { Call } from './call.ts'
import { messageIdAt } from './message-id.ts'
import { MAX_AHEAD } from './server-time.ts'

/** How long (ms) what was sent may be on its way, also after its connection is gone. */
const LATE = 60_000

export interface Sent {
  /** The highest msg_id given out. */
  last: bigint
  /** The highest that the server is known to have accepted. */
  accepted: bigint
  /** Calls that have not ended, by their msg_ids. */
  calls: ReadonlyMap<bigint, Readonly<Call>>
}

/**
 * The msg_id after which they go on, or undefined if the session cannot go on at this time of the server (ms). `refusedId`:
 * the packet of which it has just said so.
 */
export function lastAfterSettingBack(sent: Sent, serverNow: number, refusedId: bigint): bigint | undefined {
  const limit = messageIdAt(serverNow + MAX_AHEAD)
  const { last, accepted, calls } = sent
  if (accepted > limit) return undefined
  if (last <= limit) return last
  const late = messageIdAt(serverNow + MAX_AHEAD + LATE)
  let highest = messageIdAt(serverNow)
  if (accepted > highest) highest = accepted
  for (const [msgId, call] of calls) {
    if (msgId <= limit) {
      if (msgId > highest) highest = msgId
    } else if (msgId <= late && !wasRefused(call, refusedId)) {
      // If it is late enough, its time will have come: and under another id as well it would run twice.
      return undefined
    }
  }
  return highest
}

/** And was sent in no other packet. */
function wasRefused({ sends, msgId, packetId }: Readonly<Call>, refusedId: bigint): boolean {
  return sends === 1 && (msgId === refusedId || packetId === refusedId)
}
