/**
 * What is done with a delivery: everything that the program has set, one after the other, and the session's own notes. It
 * counts as handled when all of it is done; if one part throws, all of it is done again.
 */

import { eventsOf } from '../updates/events.ts'
import type { HandlerContext } from '../updates/handler.ts'
import { type EventFacts, lookupOf } from './event-facts.ts'
import type { EventHandler, MessageHandler, Update, UpdateHandler } from './handlers.ts'
import { incomingMessage } from './incoming-message.ts'
import type { MessageIndex } from './message-index.ts'
import { printMessage } from './print-message.ts'
import type { TakenUpdates } from './taken-updates.ts'
import type { UpdateLog } from './update-log.ts'

/** What it needs to know of the account. */
export interface HandledAccount {
  readonly id: string
  readonly userId: number | undefined
  readonly username: string | undefined
}

export class ProgramHandler {
  readonly #account: HandledAccount
  readonly #index: MessageIndex
  readonly #log: UpdateLog | undefined
  readonly #print: boolean
  #onUpdate: UpdateHandler | undefined
  #onEvent: EventHandler | undefined
  #onMessage: MessageHandler | undefined
  #taken: TakenUpdates | undefined
  /** Those to be taken by hand stand in line for what has to be looked up first. */
  #line: Promise<unknown> = Promise.resolve()

  /** `print`: whether messages that nobody wants are printed. */
  constructor(account: HandledAccount, index: MessageIndex, log: UpdateLog | undefined, print: boolean) {
    this.#account = account
    this.#index = index
    this.#log = log
    this.#print = print
    index.wantsContents = log !== undefined
  }

  set onUpdate(handler: UpdateHandler | undefined) {
    this.#onUpdate = handler
  }

  set onMessage(handler: MessageHandler | undefined) {
    this.#onMessage = handler
  }

  set onEvent(handler: EventHandler | undefined) {
    this.#onEvent = handler
    this.#index.wantsContents = handler !== undefined || this.#log !== undefined
  }

  /** The program takes updates by hand, or does not any more. */
  set taken(taken: TakenUpdates | undefined) {
    this.#taken = taken
    if (taken !== undefined) this.#index.wantsContents = true
  }

  /** Whether the program has set a callback. */
  get hasCallback(): boolean {
    return this.#onUpdate !== undefined || this.#onEvent !== undefined || this.#onMessage !== undefined
  }

  /** Returns no promise where there is nothing to wait for. */
  readonly handle = (update: Update, context: HandlerContext): unknown => {
    if (this.#taken !== undefined) return this.#giveAway(this.#taken, update, context)
    if (this.hasCallback || this.#log !== undefined) return this.#offer(update, context)
    if (this.#print) this.#printed(update)
    this.#index.note(update)
    return undefined
  }

  /** As long as nothing has to be waited for, nothing is: for most updates of most programs no promise is made. */
  #offer(update: Update, context: HandlerContext): unknown {
    const { userId } = this.#account
    const facts = this.#index.facts(update)
    if (facts instanceof Promise)
      return facts.then((known) => this.#offerKnowing(update, known, context, userId))
    if (this.#onUpdate !== undefined || this.#onEvent !== undefined)
      return this.#offerKnowing(update, facts, context, userId)
    this.#log?.append(update, facts)
    const told = this.#tellMessage(update, context)
    if (isThenable(told)) return told.then(() => this.#note(update, userId))
    this.#index.note(update)
    return undefined
  }

  async #offerKnowing(
    update: Update,
    facts: EventFacts,
    context: HandlerContext,
    userId: number | undefined,
  ): Promise<void> {
    this.#log?.append(update, facts)
    if (this.#onUpdate !== undefined) await this.#onUpdate(update, context)
    if (this.#onEvent !== undefined) await this.#tellEvents(this.#onEvent, update, facts, context)
    await this.#tellMessage(update, context)
    this.#note(update, userId)
  }

  /** A handler that was long at work may have been given the update of an account that is here no more. */
  #note(update: Update, userId: number | undefined): void {
    if (this.#account.userId === userId) this.#index.note(update)
  }

  #tellMessage(update: Update, context: HandlerContext): unknown {
    if (this.#onMessage === undefined) return undefined
    const message = incomingMessage(update, this.#account.userId)
    return message === undefined ? undefined : this.#onMessage(message, context)
  }

  async #giveAway(taken: TakenUpdates, update: Update, context: HandlerContext): Promise<void> {
    const { userId } = this.#account
    const turn = this.#line.then(() => this.#index.facts(update))
    this.#line = turn.catch(() => undefined)
    this.#log?.append(update, await turn)
    await taken.handler(update, context)
    this.#note(update, userId)
  }

  async #tellEvents(
    handler: EventHandler,
    update: Update,
    facts: EventFacts,
    context: HandlerContext,
  ): Promise<void> {
    for (const event of eventsOf(update, lookupOf(facts, this.#account.userId))) await handler(event, context)
  }

  #printed(update: Update): void {
    const message = incomingMessage(update, this.#account.userId)
    if (message !== undefined) printMessage(this.#account.username ?? this.#account.id, message)
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
