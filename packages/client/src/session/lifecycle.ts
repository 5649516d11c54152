/**
 * The life of a session as one state machine.
 *
 * ```
 *            ┌────────────► waiting ◄───────────┐
 *            │                 │                │
 *  idle ─► connecting ─────────┴──► authorizing ─► online
 *            │                          │           │
 *            └──────────► loggedOut ◄───┴───────────┘      (the key is dead: no more tries)
 *
 *  every state ─► closed            (the program closed it; its record stays)
 * ```
 *
 * `authorizing` is a connection whose key belongs to no account yet; `online` belongs to one. A session that is
 * `loggedOut` may be signed in anew and goes to `connecting` then.
 */
import { EventEmitter } from 'eventemitter3'
import { type ServerKeyUnknownError, SessionStateError } from '../errors.ts'
import { HostLife } from '../host/host-life.ts'
import type { LogoutReason } from '../rpc/rpc-error.ts'

/** Where a session is in its life: docs/lifecycle.md has all states. */
export type SessionState =
  /** Not connected, and not trying to be. */
  | { readonly name: 'idle' }
  /** In the host's queue of connects (its `connectsWaiting`), opening a socket, or exchanging keys. */
  | { readonly name: 'connecting' }
  /** Connected; nobody is signed in on this auth key. */
  | { readonly name: 'authorizing' }
  /** Connected and signed in. */
  | { readonly name: 'online' }
  /** The connection was lost; the next attempt comes at `until` (milliseconds since the epoch). */
  | { readonly name: 'waiting'; readonly until: number; readonly reason: string }
  /** The auth key is dead: why, and since when (milliseconds since the epoch), also after a restart. */
  | { readonly name: 'loggedOut'; readonly reason: LogoutReason; readonly at: number }
  /** Closed by the program. */
  | { readonly name: 'closed' }

/** The names of the states. */
export type SessionStateName = SessionState['name']

const next: Record<SessionStateName, readonly SessionStateName[]> = {
  idle: ['connecting', 'loggedOut', 'closed'],
  connecting: ['authorizing', 'online', 'waiting', 'connecting', 'loggedOut', 'closed'],
  authorizing: ['online', 'connecting', 'waiting', 'loggedOut', 'closed'],
  online: ['authorizing', 'connecting', 'waiting', 'loggedOut', 'closed'],
  waiting: ['connecting', 'authorizing', 'online', 'waiting', 'loggedOut', 'closed'],
  loggedOut: ['connecting', 'closed'],
  closed: ['connecting'],
}

interface LifecycleEvents {
  state: [now: SessionState, before: SessionState]
  /** Whoever answers is not the server: for those who wait to be connected. */
  stranger: [ServerKeyUnknownError]
}

export class Lifecycle extends EventEmitter<LifecycleEvents> {
  #state: SessionState = { name: 'idle' }
  readonly #host: HostLife
  #isForgotten = false

  constructor(host = new HostLife()) {
    super()
    this.#host = host
  }

  get state(): SessionState {
    return this.#state
  }

  is(...names: SessionStateName[]): boolean {
    return names.includes(this.#state.name)
  }

  /** It is in the storage no more: whatever was begun under its key would come to nothing. */
  forget(): void {
    this.#isForgotten = true
  }

  /** @throws SessionStateError `HOST_CLOSED`, `SESSION_UNKNOWN` if the session may never connect again. */
  requireOfHost(session: string): void {
    this.#host.requireOpen()
    if (this.#isForgotten)
      throw new SessionStateError('SESSION_UNKNOWN', `session ${JSON.stringify(session)} was forgotten`)
  }

  /** @throws SessionStateError `HOST_CLOSED`, `SESSION_CLOSED`, `SESSION_DEAD` if no calls can be made. */
  requireUsable(session: string, method: string): void {
    this.#host.requireOpen()
    if (this.is('closed'))
      throw new SessionStateError('SESSION_CLOSED', `${method}: session ${session} is closed`)
    if (this.#state.name === 'loggedOut') {
      throw new SessionStateError(
        'SESSION_DEAD',
        `${method}: session ${session} is logged out (${this.#state.reason}); connect it to sign in anew`,
      )
    }
  }

  /** Moves on, if the machine has such a step, and tells listeners; a repeated state without news is no step. */
  to(state: SessionState): boolean {
    const from = this.#state
    if (!next[from.name].includes(state.name)) return false
    if (state.name === 'connecting' && (this.#host.isClosed || this.#isForgotten)) return false
    if (from.name === state.name && state.name !== 'waiting') return false
    this.#state = state
    this.emit('state', state, from)
    return true
  }
}
