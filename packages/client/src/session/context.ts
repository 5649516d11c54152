/** What the functions of the account API get of a session: calls, its record, its peers, and what a login leads to. */
import type { Host } from '../host/host.ts'
import type { tl } from '../layer.ts'
import type { Outbox } from '../messages/outbox/outbox.ts'
import type { PeerDirectory } from '../peers/directory.ts'
import type { Invoke } from '../rpc/invoke.ts'
import type { StoredSession } from './stored-session.ts'

export interface SessionContext {
  readonly host: Host
  readonly stored: StoredSession
  readonly peers: PeerDirectory
  readonly invoke: Invoke
  /** The way for every call that makes messages: stored before it leaves, repeated under the same id, in order. */
  readonly outbox: Outbox
  /** @throws SessionStateError `SESSION_CLOSED`, `SESSION_DEAD` no calls can be made before `connect`. */
  requireUsable(method: string): void
  /** A login has succeeded: remembers the account and begins to follow its updates. */
  signedIn(user: tl.User): Promise<tl.user>
  /** The account has signed out by its own wish. */
  signedOut(): Promise<void>
  /** Calls back whenever a login token may have been accepted, until the function that it gives is called. */
  onLoginToken(listener: () => void): () => void
  /** Goes over to another datacenter: logins that are begun on one end where the account lives. */
  moveTo(dc: number): Promise<void>
}
