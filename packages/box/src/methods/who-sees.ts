/** The accounts that have a message before them: all members of a channel, or the holders of its copies. */
import { membersOf } from '../world/channel-box.ts'
import { commonMessage } from '../world/message-box.ts'
import type { Place } from '../world/place.ts'
import type { Account } from '../world/state-account.ts'
import type { UserContext } from './context.ts'

export function whoSees(ctx: UserContext, place: Place, id: number): Account[] {
  if (place.channel) return membersOf(ctx.world, place.channel)
  const copies = commonMessage(ctx.world, ctx.me, id)?.copies ?? new Map<number, number>()
  return [...copies.keys()].flatMap((userId) => ctx.world.user(userId) ?? [])
}
