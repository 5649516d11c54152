/**
 * Where an older layer says the same by another name or type. Fields that a layer lacks are left out by its codec; these
 * are the cases in which that is not enough.
 */
import type { tl } from '../generated/types.ts'

/** Whether the client's layer has a constructor of this name. */
export type Knows = (name: string) => boolean

/**
 * An answer, or pushed updates, as the client's layer can say it; the same object if it can say it as it is.
 * @param type the type to be written, in that layer: the method's result, or `Updates`
 */
export function inLayer(type: string, value: unknown, knows: Knows): unknown {
  if (!isObject(value)) return value
  // Joining answered with plain updates until there was more to say.
  if (value._ === 'messages.chatInviteJoinResultOk' && type === 'Updates')
    return inLayer(type, value.updates, knows)
  if (value._ === 'updates' && isUpdates(value.updates)) {
    return knowsAll(value.updates, knows) ? value : { ...value, updates: known(value.updates, knows) }
  }
  if (isUpdates(value.otherUpdates)) {
    return knowsAll(value.otherUpdates, knows)
      ? value
      : { ...value, otherUpdates: known(value.otherUpdates, knows) }
  }
  // messages.invitedUsers and its like carry updates along.
  if (isObject(value.updates) && value.updates._ === 'updates') {
    return { ...value, updates: inLayer('Updates', value.updates, knows) }
  }
  return value
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && '_' in value
}

function isUpdates(value: unknown): value is tl.Update[] {
  return Array.isArray(value)
}

function knowsAll(updates: tl.Update[], knows: Knows): boolean {
  return updates.every((update) => knows(update._))
}

function known(updates: tl.Update[], knows: Knows): tl.Update[] {
  return updates.flatMap((update) => {
    if (knows(update._)) return [update]
    // An update that cannot be told still takes its place in the sequence: an empty deletion moves the pts along.
    if ('pts' in update && 'ptsCount' in update && update.pts !== undefined) {
      return [{ _: 'updateDeleteMessages', messages: [], pts: update.pts, ptsCount: update.ptsCount }]
    }
    return []
  })
}
