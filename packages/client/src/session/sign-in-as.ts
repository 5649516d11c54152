/**
 * Somebody signs in. All that a session has stored belongs to an account: to whom it belonged before, it stays; when another
 * account takes its place, all of it goes, in the batch that stores who is signed in now, so that no crash leaves one account
 * with what another has left.
 */
import { SessionStateError, TelegramError } from '../errors.ts'
import type { Host } from '../host/host.ts'
import type { tl } from '../layer.ts'
import type { Outbox } from '../messages/outbox/outbox.ts'
import type { PeerDirectory } from '../peers/directory.ts'
import type { UpdateLoop } from '../update-loop/update-loop.ts'
import type { Tell } from './events.ts'
import type { StoredSession } from './stored-session.ts'

interface SignedInParts {
  readonly host: Host
  readonly stored: StoredSession
  readonly peers: PeerDirectory
  readonly updates: UpdateLoop
  readonly outbox: Outbox
}

interface SignInEvents {
  readonly tell: Tell
  fault(error: unknown, where: string): void
}

/** @throws StorageError it could not be stored: then nobody is signed in, as far as is known here. */
export async function signInAs(user: tl.user, parts: SignedInParts, events: SignInEvents): Promise<void> {
  const { host, stored, peers } = parts
  if (await belongsTo(user.id, host, stored)) await stored.saveUser(user)
  else await takePlace(user, parts, events)
  peers.learn([user], [])
}

/** Whether what is stored is this account's, or nobody's. */
async function belongsTo(userId: number, host: Host, stored: StoredSession): Promise<boolean> {
  if (stored.accountId !== undefined) return stored.accountId === userId
  if (stored.mark.state === 'active') return true
  // Records of earlier versions lost the name of their account when its key had died.
  const { state } = await host.storage.updatePositions(stored.id)
  return state?.userId === userId
}

async function takePlace(user: tl.user, parts: SignedInParts, { tell, fault }: SignInEvents): Promise<void> {
  const { stored, peers, updates, outbox } = parts
  const error = new SessionStateError(
    'SEND_OF_OTHER_ACCOUNT',
    `session ${stored.id} was signed in as another account: what the one before had kept was not sent`,
  )
  const sends = await outbox.lostToAnother(error)
  const { writes, unread, parked } = await updates.program.lostToAnother()
  const saved = stored.saveUser(user, [{ type: 'accountClear' }, ...writes])
  // It is handed in: what is read from now on is read without what was there.
  outbox.drop(error)
  peers.clear()
  updates.forgetAccount()
  await saved
  for (const send of sends) tell('sendFailed', send)
  if (unread + parked === 0) return
  const lost = `${unread} logged updates that a reader had still to read, and ${parked} parked ones`
  fault(
    new TelegramError(
      'ACCOUNT_CHANGED',
      `session ${stored.id} was signed in as another account: of the one before went ${lost}`,
    ),
    'signing in',
  )
}
