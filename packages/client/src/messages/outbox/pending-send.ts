/** A send on its way: what it is, how it stands, and who waits for it. */
import type { tl } from '../../layer.ts'
import type { PeerKey } from '../../peers/marked-id.ts'
import type { SendCall } from './send-call.ts'

/** Why a send is not done yet. */
export type SendState =
  /** It is being stored: not a byte of it has left. */
  | { readonly name: 'storing' }
  /** An earlier send to the same chat is not done. */
  | { readonly name: 'queued' }
  /** Telegram has it, or will as soon as the session is connected. */
  | { readonly name: 'sending' }
  /** The session is not connected. */
  | { readonly name: 'offline' }
  /** The session is closed, or its account is not signed in: it goes out when that is over. */
  | { readonly name: 'kept' }
  /** Telegram wants a wait; milliseconds since the epoch. */
  | { readonly name: 'floodWait'; readonly reason: string; readonly until: number }
  /** Telegram had a fault of its own, or is at it still; it is asked again, at this time in milliseconds since the epoch. */
  | { readonly name: 'retrying'; readonly reason: string; readonly until: number }

/** A send as the program sees it in `session.outbox()`. */
export interface OutboxEntry {
  /** The first of its random ids. */
  readonly randomId: bigint
  readonly chat: PeerKey
  /** Such as `messages.sendMessage`. */
  readonly method: SendCall['_']
  readonly state: SendState
  /** How often it was handed to Telegram. */
  readonly attempts: number
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  /** Gives it up. If it was on its way already, it may arrive all the same. */
  cancel(): void
}

/** Whoever asked for it. Nobody, if an earlier process did. */
export interface SendWaiter {
  resolve(answer: tl.Updates): void
  reject(error: unknown): void
}

export class PendingSend {
  readonly randomId: bigint
  readonly chat: PeerKey
  readonly call: SendCall
  readonly order: number
  readonly createdAt: number
  readonly waiters: SendWaiter[] = []
  readonly giveUp = new AbortController()
  attempts = 0
  /** Resolves when it is stored. */
  stored: Promise<void> = Promise.resolve()
  isStored = false
  isSending = false
  /** Seconds; absent: the host's. Nobody is there to be told of a wait of one from an earlier run. */
  floodWaitLimit: number | undefined
  retry: { readonly reason: string; readonly until: number } | undefined
  /** When Telegram's faults began, milliseconds since the epoch. */
  faultsSince: number | undefined

  constructor(randomId: bigint, chat: PeerKey, call: SendCall, order: number, createdAt: number) {
    this.randomId = randomId
    this.chat = chat
    this.call = call
    this.order = order
    this.createdAt = createdAt
  }

  /** One more waits for it. */
  join(signal: AbortSignal | undefined): Promise<tl.Updates> {
    return new Promise((resolve, reject) => {
      const settle = (then: () => void) => {
        signal?.removeEventListener('abort', leave)
        then()
      }
      const waiter = {
        resolve: (answer: tl.Updates) => settle(() => resolve(answer)),
        reject: (error: unknown) => settle(() => reject(error)),
      }
      const leave = () => {
        const at = this.waiters.indexOf(waiter)
        if (at >= 0) this.waiters.splice(at, 1)
        waiter.reject(signal?.reason)
        // The last who waited gives it up for all.
        if (this.waiters.length === 0) this.giveUp.abort(signal?.reason)
      }
      this.waiters.push(waiter)
      signal?.addEventListener('abort', leave, { once: true })
    })
  }

  resolve(answer: tl.Updates): void {
    for (const waiter of this.waiters.splice(0)) waiter.resolve(answer)
  }

  reject(error: unknown): void {
    for (const waiter of this.waiters.splice(0)) waiter.reject(error)
  }
}
