/**
 * Where an older layer says the same by another name or type. Fields that a layer lacks are left out by its codec; these
 * are the cases in which that is not enough.
 */
import type { tl } from '../generated/types.ts'

/** Whether the client's layer has a constructor of this name. */
export type Knows = (name: string) => boolean

/**
 * The answer to a method, as the type that the client's layer gives as its result.
 * @param type the result type in that layer: `Updates`
 */
export function resultOfType(type: string, result: unknown): unknown {
  if (type === 'Updates' && isJoinResult(result)) return result.updates
  return result
}

function isJoinResult(result: unknown): result is tl.messages.chatInviteJoinResultOk {
  return (
    typeof result === 'object' &&
    result !== null &&
    '_' in result &&
    result._ === 'messages.chatInviteJoinResultOk'
  )
}

/** Updates without those that the client's layer cannot say; the same object if it can say them all. */
export function updatesKnown(updates: tl.Updates, knows: Knows): tl.Updates {
  if (updates._ !== 'updates' || updates.updates.every((update) => knows(update._))) return updates
  return { ...updates, updates: updates.updates.flatMap((update) => olderUpdate(update, knows)) }
}

/** The same for the updates and messages of a difference. */
export function differenceKnown(
  difference: tl.updates.Difference | tl.updates.ChannelDifference,
  knows: Knows,
): typeof difference {
  if (!('otherUpdates' in difference)) return difference
  if (difference.otherUpdates.every((update) => knows(update._))) return difference
  return {
    ...difference,
    otherUpdates: difference.otherUpdates.flatMap((update) => olderUpdate(update, knows)),
  }
}

function olderUpdate(update: tl.Update, knows: Knows): tl.Update[] {
  if (knows(update._)) return [update]
  // An update that cannot be told still takes its place in the sequence: an empty deletion moves the pts along.
  if ('pts' in update && 'ptsCount' in update && update.pts !== undefined) {
    return [{ _: 'updateDeleteMessages', messages: [], pts: update.pts, ptsCount: update.ptsCount }]
  }
  return []
}
