/** Bots: signing in by token, commands, buttons and inline queries (core.telegram.org/api/bots). */
import type { tl } from '../generated/types.ts'
import { signedFor } from '../world/files.ts'
import { toPeer } from '../world/marked-id.ts'
import { flushOutbox } from '../world/outbox.ts'
import type { Account } from '../world/state-account.ts'
import type { MessageContent } from '../world/state-message.ts'
import { tell } from '../world/update-log.ts'
import type { World } from '../world/world.ts'
import { checkApiId } from './auth.ts'
import type { UserContext } from './context.ts'
import { messageText } from './formatted-text.ts'
import { messageMedia } from './media.ts'
import type { OpenMethods, UserMethods } from './method-table.ts'
import { inputPeer, inputPlace, inputUser } from './peers.ts'
import { badRequest, RpcError } from './rpc-error.ts'
import { clearDraft, newContent, replyOf, sendOnce, writable } from './sending.ts'
import { signInAs } from './sign-in.ts'

/** Milliseconds that a bot has to answer a button or an inline query. */
const BOT_PATIENCE = 15_000

export const openBotMethods: OpenMethods = {
  'auth.importBotAuthorization': (ctx, { apiId, apiHash, botAuthToken }) => {
    checkApiId(apiId, apiHash)
    const bot = [...ctx.world.state.users.values()].find((user) => user.bot?.token === botAuthToken)
    if (!bot || bot.deleted) throw badRequest('ACCESS_TOKEN_INVALID')
    if (bot.dc !== ctx.caller.dc) throw new RpcError(303, `USER_MIGRATE_${bot.dc}`)
    return signInAs(ctx, bot)
  },
}

export const botMethods: UserMethods = {
  'bots.setBotCommands': ({ me }, { commands }) => {
    if (!me.bot) throw badRequest('USER_BOT_REQUIRED')
    for (const { command } of commands) {
      if (!/^[a-z0-9_]{1,32}$/.test(command)) throw badRequest('BOT_COMMAND_INVALID')
    }
    me.bot.commands = commands
    return true
  },

  'bots.getBotCommands': ({ me }) => {
    if (!me.bot) throw badRequest('USER_BOT_REQUIRED')
    return me.bot.commands
  },

  'bots.resetBotCommands': ({ me }) => {
    if (!me.bot) throw badRequest('USER_BOT_REQUIRED')
    me.bot.commands = []
    return true
  },

  'messages.startBot': (ctx, { bot: input, peer, randomId, startParam }) => {
    const bot = inputUser(ctx, input)
    if (!bot.bot) throw badRequest('BOT_INVALID')
    const target = peer._ === 'inputPeerEmpty' ? { peer: bot.id, user: bot } : writable(ctx, peer)
    const command = startParam === '' ? '/start' : `/start ${startParam}`
    const content = () => ({ ...newContent(ctx), ...messageText(ctx, command, undefined) })
    return ctx.answer(sendOnce(ctx, target, [{ randomId, content }]))
  },

  'messages.getBotCallbackAnswer': (ctx, { peer, msgId, data, game }) => {
    const { world, me } = ctx
    const place = inputPlace(ctx, peer)
    const message = place.content(msgId)
    const bot = world.user(message?.viaBot ?? message?.from ?? 0)
    if (!message || !bot?.bot) throw badRequest('MESSAGE_ID_INVALID')
    if (!hasButton(message.replyMarkup, data)) throw badRequest('DATA_INVALID')
    const queryId = world.randomLong()
    const theirId = place.channel ? msgId : idFor(ctx, place.reference(msgId), bot)
    const answered = awaitBot<tl.messages.botCallbackAnswer>(world, queryId)
    tell(world, bot, {
      _: 'updateBotCallbackQuery',
      queryId,
      userId: me.id,
      peer: toPeer(place.peer === bot.id ? me.id : place.peer),
      msgId: theirId,
      chatInstance: BigInt(place.peer),
      data,
      gameShortName: game ? '' : undefined,
    })
    flushOutbox(world)
    return answered
  },

  'messages.setBotCallbackAnswer': (ctx, { queryId, alert, message, url, cacheTime }) => {
    answerBot<tl.messages.botCallbackAnswer>(ctx, queryId, {
      _: 'messages.botCallbackAnswer',
      alert,
      hasUrl: url !== undefined || undefined,
      nativeUi: true,
      message,
      url,
      cacheTime,
    })
    return true
  },

  'messages.getInlineBotResults': async (ctx, { bot: input, peer, query, offset }) => {
    const { world, me } = ctx
    const bot = inputUser(ctx, input)
    if (!bot.bot || bot.bot.inlinePlaceholder === undefined) throw badRequest('BOT_INLINE_DISABLED')
    if (peer._ !== 'inputPeerEmpty') inputPeer(ctx, peer)
    const queryId = world.randomLong()
    const answered = awaitBot<tl.messages.botResults>(world, queryId)
    tell(world, bot, { _: 'updateBotInlineQuery', queryId, userId: me.id, query, offset })
    flushOutbox(world)
    const results = signedFor(world, me, await answered)
    world.inlineResults.set(queryId, { bot: bot.id, results })
    return results
  },

  'messages.setInlineBotResults': (ctx, params) => {
    const results = params.results.map((result) => inlineResult(ctx, result))
    answerBot<tl.messages.botResults>(ctx, params.queryId, {
      _: 'messages.botResults',
      gallery: params.gallery,
      queryId: params.queryId,
      nextOffset: params.nextOffset,
      results,
      cacheTime: params.cacheTime,
      users: [],
    })
    return true
  },

  'messages.sendInlineBotResult': (ctx, params) => {
    const target = writable(ctx, params.peer)
    const known = ctx.world.inlineResults.get(params.queryId)
    const result = known?.results.results.find((r) => r.id === params.id)
    if (!known || !result) throw badRequest('RESULT_ID_INVALID')
    const content = (): MessageContent => ({
      ...newContent(ctx),
      ...inlineContent(result),
      viaBot: params.hideVia ? undefined : known.bot,
      reply: replyOf(ctx, target.peer, params.replyTo),
      silent: params.silent,
    })
    const told = sendOnce(ctx, target, [{ randomId: params.randomId, content }], params.scheduleDate)
    if (params.clearDraft) clearDraft(ctx, target.peer)
    return ctx.answer(told)
  },
}

/** The answer of a bot to a query, or 400 BOT_RESPONSE_TIMEOUT when it takes too long. */
function awaitBot<T>(world: World, queryId: bigint): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const cancel = world.at(world.now() + BOT_PATIENCE, () => {
      world.botQueries.delete(queryId)
      reject(badRequest('BOT_RESPONSE_TIMEOUT'))
    })
    world.botQueries.set(queryId, (answer) => {
      cancel()
      world.botQueries.delete(queryId)
      // The bot answers with the method that fits the query, and that gives what fits the question.
      resolve(answer as T)
    })
  })
}

/** @throws RpcError QUERY_ID_INVALID: unknown, or answered too late */
function answerBot<T>(ctx: UserContext, queryId: bigint, answer: T): void {
  if (!ctx.me.bot) throw badRequest('USER_BOT_REQUIRED')
  const waiting = ctx.world.botQueries.get(queryId)
  if (!waiting) throw badRequest('QUERY_ID_INVALID')
  waiting(answer)
}

function hasButton(markup: tl.ReplyMarkup | undefined, data: Uint8Array | undefined): boolean {
  if (markup?._ !== 'replyInlineMarkup' || !data) return false
  return markup.rows.some((row) =>
    row.buttons.some((b) => b._ === 'keyboardButtonCallback' && Buffer.compare(b.data, data) === 0),
  )
}

/** The message's id in the bot's own box. */
function idFor(ctx: UserContext, number: number | undefined, bot: Account): number {
  const copies = number === undefined ? undefined : ctx.world.state.messages.get(number)?.copies
  return copies?.get(bot.id) ?? 0
}

/** @throws RpcError RESULT_TYPE_INVALID */
function inlineResult(ctx: UserContext, result: tl.InputBotInlineResult): tl.BotInlineResult {
  const sendMessage = inlineMessage(ctx, result)
  switch (result._) {
    case 'inputBotInlineResult': {
      const { id, type, title, description, url } = result
      return { _: 'botInlineResult', id, type, title, description, url, sendMessage }
    }
    case 'inputBotInlineResultPhoto': {
      const media = messageMedia(ctx, { _: 'inputMediaPhoto', id: result.photo })
      const photo = media._ === 'messageMediaPhoto' ? media.photo : undefined
      return { _: 'botInlineMediaResult', id: result.id, type: result.type, photo, sendMessage }
    }
    case 'inputBotInlineResultDocument': {
      const media = messageMedia(ctx, { _: 'inputMediaDocument', id: result.document })
      const document = media._ === 'messageMediaDocument' ? media.document : undefined
      const { id, type, title, description } = result
      return { _: 'botInlineMediaResult', id, type, title, description, document, sendMessage }
    }
    default:
      throw badRequest('RESULT_TYPE_INVALID')
  }
}

function inlineMessage(ctx: UserContext, result: tl.InputBotInlineResult): tl.BotInlineMessage {
  const message = result.sendMessage
  switch (message._) {
    case 'inputBotInlineMessageText': {
      const { text, entities } = messageText(ctx, message.message, message.entities)
      const { noWebpage, replyMarkup } = message
      return { _: 'botInlineMessageText', noWebpage, message: text, entities, replyMarkup }
    }
    case 'inputBotInlineMessageMediaAuto': {
      const { entities, replyMarkup } = message
      return { _: 'botInlineMessageMediaAuto', message: message.message, entities, replyMarkup }
    }
    default:
      throw badRequest('SEND_MESSAGE_TYPE_INVALID')
  }
}

function inlineContent(result: tl.BotInlineResult): Partial<MessageContent> {
  const message = result.sendMessage
  const text = 'message' in message && typeof message.message === 'string' ? message.message : ''
  const entities = 'entities' in message ? message.entities : undefined
  const { replyMarkup } = message
  if (result._ === 'botInlineResult') return { text, entities, replyMarkup }
  const media: tl.MessageMedia | undefined = result.photo
    ? { _: 'messageMediaPhoto', photo: result.photo }
    : result.document && { _: 'messageMediaDocument', document: result.document }
  return { text, entities, replyMarkup, media }
}
