/** Message text and its entities, as the server accepts them (core.telegram.org/api/entities). Offsets are UTF-16. */
import type { tl } from '../generated/types.ts'
import type { UserContext } from './context.ts'
import { inputUser } from './peers.ts'
import { badRequest } from './rpc-error.ts'

const TEXT_LENGTH = 4096
const CAPTION_LENGTH = 1024
const ENTITY_COUNT = 100

export interface FormattedText {
  text: string
  entities: tl.MessageEntity[] | undefined
}

/** @throws RpcError MESSAGE_EMPTY, MESSAGE_TOO_LONG, ENTITIES_TOO_LONG, ENTITY_BOUNDS_INVALID */
export function messageText(
  ctx: UserContext,
  message: string,
  entities: tl.MessageEntity[] | undefined,
): FormattedText {
  const formatted = trimmed(ctx, message, entities)
  if (formatted.text === '') throw badRequest('MESSAGE_EMPTY')
  if (formatted.text.length > TEXT_LENGTH) throw badRequest('MESSAGE_TOO_LONG')
  return formatted
}

/** The text of a message that has media: it may be empty. */
export function caption(
  ctx: UserContext,
  message: string,
  entities: tl.MessageEntity[] | undefined,
): FormattedText {
  const formatted = trimmed(ctx, message, entities)
  if (formatted.text.length > CAPTION_LENGTH) throw badRequest('MEDIA_CAPTION_TOO_LONG')
  return formatted
}

/** Telegram cuts white space off both ends and moves the entities along. */
function trimmed(ctx: UserContext, message: string, entities: tl.MessageEntity[] = []): FormattedText {
  const text = message.trim()
  const cut = message.length - message.trimStart().length
  if (entities.length > ENTITY_COUNT) throw badRequest('ENTITIES_TOO_LONG')
  const kept = entities.flatMap((entity) => {
    if (entity.offset < 0 || entity.length < 0 || entity.offset + entity.length > message.length) {
      throw badRequest('ENTITY_BOUNDS_INVALID')
    }
    const offset = Math.max(0, entity.offset - cut)
    const end = Math.min(text.length, entity.offset + entity.length - cut)
    return end > offset ? [accepted(ctx, { ...entity, offset, length: end - offset })] : []
  })
  const found = [...kept, ...detected(text)]
  return { text, entities: found.length > 0 ? found.sort((a, b) => a.offset - b.offset) : undefined }
}

function accepted(ctx: UserContext, entity: tl.MessageEntity): tl.MessageEntity {
  if (entity._ !== 'inputMessageEntityMentionName') return entity
  const { offset, length } = entity
  return { _: 'messageEntityMentionName', offset, length, userId: inputUser(ctx, entity.userId).id }
}

const detectable = [
  ['messageEntityUrl', /\bhttps?:\/\/[^\s<>"]+/g],
  ['messageEntityMention', /(?<![\w@])@[a-zA-Z]\w{3,31}/g],
  ['messageEntityHashtag', /(?<![\w#])#[\p{L}_][\p{L}\p{N}_]*/gu],
  ['messageEntityBotCommand', /(?<![\w/])\/[a-zA-Z]\w{0,63}(@\w{4,32})?/g],
] as const

/** What the server finds by itself in a text. Nothing inside of a link. */
function detected(text: string): tl.MessageEntity[] {
  const found: tl.MessageEntity[] = []
  for (const [_, pattern] of detectable) {
    for (const match of text.matchAll(pattern)) {
      const offset = match.index
      const inside = found.some((e) => offset >= e.offset && offset < e.offset + e.length)
      if (!inside) found.push({ _, offset, length: match[0].length })
    }
  }
  return found
}
