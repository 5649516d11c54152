/** Text on its way out: read from its markup, with people named by id made into mentions that Telegram takes. */
import { PeerError, TelegramError } from '../errors.ts'
import type { tl } from '../layer.ts'
import type { SessionContext } from '../session/context.ts'
import type { FormattedText, TextLike } from './formatted-text.ts'
import { parseHtml } from './parse-html.ts'
import { parseMarkdown } from './parse-markdown.ts'

/** How a text is marked. */
export interface TextOptions {
  /** Reads the text as markup: see `parseMarkdown` and `parseHtml`. Without it the text is taken as it is. */
  parseMode?: 'markdown' | 'html' | undefined
  /** Marks parts of the text (https://core.telegram.org/api/entities); offsets in UTF-16 code units. */
  entities?: tl.MessageEntity[] | undefined
}

/**
 * Text as the methods of the API take it. A mention of somebody whom this account does not know stays plain text.
 * @throws FormatError the HTML is wrong. @throws TelegramError `TEXT_AMBIGUOUS` if the text's marks are given twice.
 */
export async function outgoingText(
  session: SessionContext,
  text: TextLike,
  options: TextOptions = {},
): Promise<{ message: string; entities: tl.MessageEntity[] | undefined }> {
  if (typeof text === 'string' && options.parseMode === undefined && options.entities === undefined)
    return { message: text, entities: undefined }
  const formatted = read(text, options)
  const entities = await Promise.all(formatted.entities.map((entity) => inputEntity(session, entity)))
  const known = entities.filter((entity) => entity !== undefined)
  return { message: formatted.text, entities: known.length > 0 ? known : undefined }
}

function read(text: TextLike, { parseMode, entities }: TextOptions): FormattedText {
  const own = typeof text === 'string' ? entities : text.entities
  const twice =
    (parseMode !== undefined && own !== undefined) || (typeof text !== 'string' && entities !== undefined)
  if (twice) {
    throw new TelegramError(
      'TEXT_AMBIGUOUS',
      'the marks of a text are given once: by parseMode, by entities, or along with the text',
    )
  }
  const plain = typeof text === 'string' ? text : text.text
  switch (parseMode) {
    case undefined:
      return { text: plain, entities: own ?? [] }
    case 'markdown':
      return parseMarkdown(plain)
    case 'html':
      return parseHtml(plain)
    default:
      throw new TelegramError('PARSE_MODE_INVALID', "parseMode is neither 'markdown' nor 'html'")
  }
}

/** "messageEntityMentionName: … for sending, inputMessageEntityMentionName". */
async function inputEntity(
  session: SessionContext,
  entity: tl.MessageEntity,
): Promise<tl.MessageEntity | undefined> {
  if (entity._ !== 'messageEntityMentionName') return entity
  const { offset, length } = entity
  try {
    const userId = await session.peers.resolveUser({ kind: 'user', id: entity.userId })
    return { _: 'inputMessageEntityMentionName', offset, length, userId }
  } catch (error) {
    if (error instanceof PeerError) return undefined
    throw error
  }
}
