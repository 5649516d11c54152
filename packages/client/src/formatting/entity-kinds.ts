/**
 * The kinds of marks by what they may be mixed with (https://core.telegram.org/bots/api#formatting-options):
 * "bold, italic, underline, strikethrough, and spoiler entities can contain and can be part of any other entities, except
 * pre and code. Blockquote … entities can't be nested. All other entities can't contain each other."
 */
import type { tl } from '../layer.ts'

/** Marks that only change the looks: two that touch are as good as one. */
export type Style =
  | 'messageEntityBold'
  | 'messageEntityItalic'
  | 'messageEntityUnderline'
  | 'messageEntityStrike'
  | 'messageEntitySpoiler'

export type StyleEntity = Extract<tl.MessageEntity, { _: Style }>
export type CodeEntity = tl.messageEntityCode | tl.messageEntityPre
export type LinkEntity =
  | tl.messageEntityTextUrl
  | tl.messageEntityMentionName
  | tl.inputMessageEntityMentionName
  | tl.messageEntityCustomEmoji
  | tl.messageEntityFormattedDate
export type QuoteEntity = tl.messageEntityBlockquote
/** Marks that somebody has made; all others the server finds in the text by itself. */
export type MadeEntity = StyleEntity | CodeEntity | LinkEntity | QuoteEntity

export const STYLES: readonly Style[] = [
  'messageEntityBold',
  'messageEntityItalic',
  'messageEntityUnderline',
  'messageEntityStrike',
  'messageEntitySpoiler',
]

export const isStyle = (entity: tl.MessageEntity): entity is StyleEntity =>
  (STYLES as readonly string[]).includes(entity._)

export const isCode = (entity: tl.MessageEntity): entity is CodeEntity =>
  entity._ === 'messageEntityCode' || entity._ === 'messageEntityPre'

export const isQuote = (entity: tl.MessageEntity): entity is QuoteEntity =>
  entity._ === 'messageEntityBlockquote'

export const isLink = (entity: tl.MessageEntity): entity is LinkEntity =>
  entity._ === 'messageEntityTextUrl' ||
  entity._ === 'messageEntityMentionName' ||
  entity._ === 'inputMessageEntityMentionName' ||
  entity._ === 'messageEntityCustomEmoji' ||
  entity._ === 'messageEntityFormattedDate'

/** From the outermost to the innermost of marks over the same text. */
export function rank(entity: tl.MessageEntity): number {
  if (isQuote(entity)) return 0
  if (isCode(entity)) return 1
  if (isLink(entity)) return 2
  const style = (STYLES as readonly string[]).indexOf(entity._)
  return style < 0 ? 9 : 3 + style
}
