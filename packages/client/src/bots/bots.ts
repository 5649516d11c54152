/** Bots, from both sides, joined to the session that they are used with: `session.bots`. */
import type { tl } from '../layer.ts'
import type { PeerLike } from '../peers/directory.ts'
import type { SessionContext } from '../session/context.ts'
import { answerCallback, type CallbackAnswer } from './bot-queries.ts'
import * as commands from './commands.ts'
import * as inline from './inline.ts'

/** Bots, from both sides: starting and asking them, and being one. Reached as `session.bots`. */
export class Bots {
  readonly #session: SessionContext

  /** @internal */
  constructor(session: SessionContext) {
    this.#session = session
  }

  // ---- as a user

  /**
   * Sends `/start` to a bot, with a parameter if it has one: `bots.start('@guide_bot', { parameter: 'from-the-site' })`.
   */
  start(
    bot: PeerLike,
    options?: {
      parameter?: string | undefined
      chat?: PeerLike | undefined
      randomId?: bigint | undefined
    },
  ): Promise<tl.message> {
    return inline.startBot(this.#session, bot, options)
  }

  /** Asks an inline bot: `const results = await bots.query('@gif', 'cats')`. */
  query(bot: PeerLike, query: string, options?: inline.InlineQueryOptions): Promise<tl.messages.botResults> {
    return inline.queryBot(this.#session, bot, query, options)
  }

  /** Sends one of the results of an inline bot: `bots.sendResult(chat, results, results.results[0].id)`. */
  sendResult(
    to: PeerLike,
    results: Pick<tl.messages.botResults, 'queryId'>,
    resultId: string,
    options?: inline.SendInlineResultOptions,
  ): Promise<tl.message> {
    return inline.sendInlineResult(this.#session, to, results, resultId, options)
  }

  // ---- as a bot

  /**
   * Answers a pressed button, which comes as `readBotQuery` says:
   * `bots.answerCallback(queryId, { text: 'Done', alert: true })`.
   */
  answerCallback(queryId: bigint, answer?: CallbackAnswer): Promise<void> {
    return answerCallback(this.#session, queryId, answer)
  }

  /** Answers an inline query: `bots.answerInline(queryId, [{ id: '1', title: 'A castle', text: 'a castle' }])`. */
  answerInline(
    queryId: bigint,
    results: readonly (inline.InlineResult | tl.InputBotInlineResult)[],
    options?: inline.AnswerInlineOptions,
  ): Promise<void> {
    return inline.answerInline(this.#session, queryId, results, options)
  }

  /** Sets the commands that a bot lists (bots only): `bots.setCommands([{ command: 'start', description: 'Begin' }])`. */
  setCommands(list: readonly commands.BotCommand[], options?: commands.CommandListOptions): Promise<void> {
    return commands.setCommands(this.#session, list, options)
  }

  /** The commands that a bot lists (bots only): `const commands = await bots.getCommands({ scope: 'groups' })`. */
  getCommands(options?: commands.CommandListOptions): Promise<commands.BotCommand[]> {
    return commands.getCommands(this.#session, options)
  }

  /** Takes the list of commands away (bots only): `bots.deleteCommands({ language: 'de' })`. */
  deleteCommands(options?: commands.CommandListOptions): Promise<void> {
    return commands.deleteCommands(this.#session, options)
  }
}
