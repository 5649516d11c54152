/** Joins a session to the invoker that makes its calls. */
import type { TimerWheel } from '@telegram-mt/net'
import type { Host } from '../host/host.ts'
import type { Call, Method, Result } from '../layer.ts'
import type { PeerDirectory } from '../peers/directory.ts'
import { peersIn } from '../peers/peers-in.ts'
import type { RpcCallOptions } from '../rpc/caller.ts'
import type { FloodNews } from '../rpc/flood-lines.ts'
import type { FloodWait } from '../rpc/flood-wait.ts'
import type { Where } from '../rpc/invoke.ts'
import type { InvokerSession } from '../rpc/invoker.ts'
import type { LogoutReason } from '../rpc/rpc-error.ts'
import type { UpdateLoop } from '../update-loop/update-loop.ts'
import type { SessionConnections } from './connections.ts'
import type { SessionCounters } from './counters.ts'
import { MovedError } from './dc-line.ts'
import type { Tell } from './events.ts'
import type { StoredSession } from './stored-session.ts'

export interface SessionCallsOptions {
  readonly host: Host
  readonly stored: StoredSession
  readonly connections: SessionConnections
  readonly counters: SessionCounters
  readonly peers: PeerDirectory
  readonly updates: UpdateLoop
  readonly tell: Tell
  onDead(reason: LogoutReason): void
}

/** Takes in what answers say of peers and updates, before those who asked get them. */
export class SessionCalls implements InvokerSession {
  readonly #of: SessionCallsOptions

  constructor(options: SessionCallsOptions) {
    this.#of = options
  }

  get wheel(): TimerWheel {
    return this.#of.host.connections.wheel
  }

  get floodWaitLimit(): number {
    return this.#of.host.floodWaitLimit
  }

  signedIn(): boolean {
    return this.#of.stored.userId !== undefined
  }

  jitter(): number {
    return this.#of.host.connections.random()
  }

  call<M extends Method>(call: Call<M>, options: RpcCallOptions, where: Where): Promise<Result<M>> {
    return this.#of.connections.call(call, options, where)
  }

  isElsewhere(where: Where): boolean {
    return this.#of.connections.isElsewhere(where)
  }

  moveTo(dc: number): Promise<void> {
    return this.#of.connections.moveTo(dc)
  }

  authorizationLost(where: Where): void {
    this.#of.connections.authorizationLost(where)
  }

  forgetInitialization(where: Where): void {
    this.#of.connections.forgetInitialization(where)
  }

  isMoved(error: unknown): boolean {
    return error instanceof MovedError
  }

  onFloodWait(wait: FloodWait, news: FloodNews): void {
    const { host, stored, counters, tell } = this.#of
    if (news !== 'joined') {
      host.logger.warn(
        { session: stored.id, ...wait },
        news === 'thrown' ? 'flood wait thrown' : 'flood wait',
      )
      counters.floodWaits++
    }
    // Who is thrown the error needs no event.
    if (news !== 'thrown') tell('floodWait', wait)
  }

  onPause(method: string, milliseconds: number, error: unknown): void {
    const { host, stored } = this.#of
    host.logger.info({ session: stored.id, method, milliseconds, err: error }, 'a call is tried again')
  }

  onRetry(): void {
    this.#of.counters.retries++
  }

  onEnd(method: string, milliseconds: number, error: unknown, aborted: boolean): void {
    const { host, stored, counters } = this.#of
    counters.called(method, milliseconds, error, aborted)
    if (error !== undefined)
      host.logger.debug({ session: stored.id, method, milliseconds, err: error }, 'call failed')
  }

  onDead(reason: LogoutReason): void {
    this.#of.onDead(reason)
  }

  onResult<M extends Method>(call: Call<M>, result: Result<M>): void {
    const { peers, updates } = this.#of
    const { users, chats } = peersIn(result)
    if (users.length > 0 || chats.length > 0) peers.learn(users, chats, result)
    updates.ownResult(call, result)
  }
}
