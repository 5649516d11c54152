/**
 * Sends off what a call has caused: each account concerned gets one `updates` with its own view of the users and chats
 * in it. The caller gets it as the answer of its call, its other sessions get it pushed.
 */
import type { tl } from '../generated/types.ts'
import type { Account } from './state-account.ts'
import { View } from './view.ts'
import type { Pending, SessionRef, World } from './world.ts'

/** Takes what is on its way to the caller, pushes it to the caller's other sessions, and returns it as the answer. */
export function answerWithUpdates(
  world: World,
  me: Account,
  session: SessionRef,
  onlyForCaller: tl.Update[] = [],
): tl.updates {
  const mine = world.outbox.get(me)
  world.outbox.delete(me)
  const { updates, announced } = mine ?? { updates: [], announced: [] }
  const seq = announced.length > 0 ? ++me.seq : 0
  const known = [...updates, ...announced]
  if (known.length > 0) {
    world.push({ userId: me.id, exceptSession: session }, compose(world, me, known, seq))
  }
  return compose(world, me, [...onlyForCaller, ...known], seq)
}

/**
 * Pushes everything that is left. The caller's own session is left out: the answer (affectedMessages and the like)
 * tells it what it needs, except for updates that count in seq, which no such answer carries.
 */
export function flushOutbox(world: World, caller?: { me: Account; session: SessionRef }): void {
  // A listener may cause more: take what is there, then look again.
  while (world.outbox.size > 0) {
    const taken = [...world.outbox]
    world.outbox.clear()
    for (const [account, waiting] of taken) {
      if (account === caller?.me) flushCaller(world, account, waiting, caller.session)
      else pushAll(world, account, waiting)
    }
  }
}

function pushAll(world: World, account: Account, { updates, announced }: Pending): void {
  const seq = announced.length > 0 ? ++account.seq : 0
  world.push({ userId: account.id }, compose(world, account, [...updates, ...announced], seq))
}

function flushCaller(world: World, me: Account, { updates, announced }: Pending, session: SessionRef): void {
  if (updates.length > 0) {
    world.push({ userId: me.id, exceptSession: session }, compose(world, me, updates, 0))
  }
  if (announced.length > 0) world.push({ userId: me.id }, compose(world, me, announced, ++me.seq))
}

export function compose(world: World, me: Account, updates: tl.Update[], seq = 0): tl.updates {
  const { users, chats } = new View(world, me).peersOf(updates)
  return { _: 'updates', updates, users, chats, date: world.seconds(), seq }
}
