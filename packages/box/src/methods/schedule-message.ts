/** Putting a message aside until its date. */
import type { MarkedId } from '../world/marked-id.ts'
import { renderScheduled } from '../world/scheduled.ts'
import type { MessageContent } from '../world/state-message.ts'
import { announce } from '../world/update-log.ts'
import type { UserContext } from './context.ts'
import { badRequest } from './rpc-error.ts'

const YEAR = 366 * 86_400
/** What is due within this many seconds is sent at once. */
const AT_ONCE = 10
const WAITING = 100

/** @throws RpcError SCHEDULE_DATE_TOO_LATE */
export function isLater(ctx: UserContext, date: number): boolean {
  if (date > ctx.world.seconds() + YEAR) throw badRequest('SCHEDULE_DATE_TOO_LATE')
  return date > ctx.world.seconds() + AT_ONCE
}

/** Returns the id under which the message waits. A random id that waits already is not put aside twice. */
export function schedule(
  ctx: UserContext,
  peer: MarkedId,
  content: () => MessageContent,
  randomId: bigint,
  at: number,
): number {
  const { world, me } = ctx
  for (const [id, waiting] of me.scheduled) if (waiting.randomId === randomId) return id
  if (me.scheduled.size >= WAITING) throw badRequest('SCHEDULE_TOO_MUCH')
  const id = me.nextScheduledId++
  const waiting = { peer, at, content: content(), randomId }
  me.scheduled.set(id, waiting)
  announce(world, me, {
    _: 'updateNewScheduledMessage',
    message: renderScheduled(world, me, id, waiting),
  })
  world.expect(at * 1000)
  return id
}
