/** Which HTML tags stand for which marks: those of the Bot API (https://core.telegram.org/bots/api#html-style). */
import type { tl } from '../layer.ts'
import type { MadeEntity, Style } from './entity-kinds.ts'
import { escapeHtml } from './html-characters.ts'
import { dateFormat, dateFromFormat, emojiFromId, linkOf, userFromLink } from './tg-links.ts'

export const STYLE_TAGS: Readonly<Record<string, Style>> = {
  b: 'messageEntityBold',
  strong: 'messageEntityBold',
  i: 'messageEntityItalic',
  em: 'messageEntityItalic',
  u: 'messageEntityUnderline',
  ins: 'messageEntityUnderline',
  s: 'messageEntityStrike',
  strike: 'messageEntityStrike',
  del: 'messageEntityStrike',
  'tg-spoiler': 'messageEntitySpoiler',
}

const TAG_OF: Readonly<Record<Style, string>> = {
  messageEntityBold: 'b',
  messageEntityItalic: 'i',
  messageEntityUnderline: 'u',
  messageEntityStrike: 's',
  messageEntitySpoiler: 'tg-spoiler',
}

export const KNOWN_TAGS = [
  ...Object.keys(STYLE_TAGS),
  'span',
  'a',
  'code',
  'pre',
  'blockquote',
  'tg-emoji',
  'tg-time',
  'br',
] as const

export type Attributes = ReadonlyMap<string, string>

/** The mark for a tag, or what is wrong with its attributes. */
export function entityOfTag(
  name: string,
  attributes: Attributes,
  place: { offset: number; length: number },
): tl.MessageEntity | string {
  const style = STYLE_TAGS[name]
  if (style !== undefined) return { _: style, ...place }
  switch (name) {
    case 'span':
      return attributes.get('class') === 'tg-spoiler'
        ? { _: 'messageEntitySpoiler', ...place }
        : '<span> needs class="tg-spoiler"'
    case 'a': {
      const url = attributes.get('href')
      if (!url) return '<a> needs an href'
      return userFromLink(url, place) ?? { _: 'messageEntityTextUrl', ...place, url }
    }
    case 'code':
      return { _: 'messageEntityCode', ...place }
    case 'pre':
      return { _: 'messageEntityPre', ...place, language: attributes.get('language') ?? '' }
    case 'blockquote':
      return {
        _: 'messageEntityBlockquote',
        ...place,
        ...(attributes.has('expandable') && { collapsed: true }),
      }
    case 'tg-emoji':
      return emojiFromId(attributes.get('emoji-id') ?? '', place) ?? '<tg-emoji> needs an emoji-id, a number'
    default:
      return (
        dateFromFormat(attributes.get('unix') ?? '', attributes.get('format') ?? '', place) ??
        '<tg-time> needs unix, seconds since 1970, and may have a format: r, or of w, d or D, t or T'
      )
  }
}

export function openingTag(entity: MadeEntity): string {
  switch (entity._) {
    case 'messageEntityCode':
      return '<code>'
    case 'messageEntityPre':
      return entity.language === '' ? '<pre>' : `<pre><code class="language-${escapeHtml(entity.language)}">`
    case 'messageEntityBlockquote':
      return entity.collapsed ? '<blockquote expandable>' : '<blockquote>'
    case 'messageEntityCustomEmoji':
      return `<tg-emoji emoji-id="${entity.documentId}">`
    case 'messageEntityFormattedDate': {
      const format = dateFormat(entity)
      return `<tg-time unix="${entity.date}"${format === '' ? '' : ` format="${format}"`}>`
    }
    case 'messageEntityTextUrl':
    case 'messageEntityMentionName':
    case 'inputMessageEntityMentionName':
      return `<a href="${escapeHtml(linkOf(entity) ?? '')}">`
    default:
      return `<${TAG_OF[entity._]}>`
  }
}

export function closingTag(entity: MadeEntity): string {
  switch (entity._) {
    case 'messageEntityCode':
      return '</code>'
    case 'messageEntityPre':
      return entity.language === '' ? '</pre>' : '</code></pre>'
    case 'messageEntityBlockquote':
      return '</blockquote>'
    case 'messageEntityCustomEmoji':
      return '</tg-emoji>'
    case 'messageEntityFormattedDate':
      return '</tg-time>'
    case 'messageEntityTextUrl':
    case 'messageEntityMentionName':
    case 'inputMessageEntityMentionName':
      return '</a>'
    default:
      return `</${TAG_OF[entity._]}>`
  }
}
