/** Where an account is in its updates, and what it has missed. */
import { currentState, difference } from '../world/difference.ts'
import type { UserMethods } from './method-table.ts'
import { badRequest } from './rpc-error.ts'

export const updatesMethods: UserMethods = {
  'updates.getState': ({ world, me }) => currentState(world, me),

  // qts counts secret chats and bot events, of which a world has none to tell: any qts, -1 included, is as good.
  'updates.getDifference': ({ world, me }, params) => {
    if (params.pts <= 0) throw badRequest('PERSISTENT_TIMESTAMP_EMPTY')
    if (params.date < 0 || params.pts > me.pts + 1_000_000) throw badRequest('PERSISTENT_TIMESTAMP_INVALID')
    return difference(world, me, params)
  },
}
