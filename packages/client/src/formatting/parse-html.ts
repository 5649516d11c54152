/**
 * HTML as the Bot API takes it: `<b> <i> <u> <s> <tg-spoiler> <a href> <code> <pre> <blockquote expandable>
 * <tg-emoji emoji-id> <tg-time unix format>` and their usual synonyms. White space and line breaks stay as they are; `<br>` is
 * a line break. Wrong HTML is refused, saying where: nothing is guessed.
 */
import type { tl } from '../layer.ts'
import { FormatError } from './format-error.ts'
import type { FormattedText } from './formatted-text.ts'
import { decodeHtml } from './html-characters.ts'
import { type Attributes, entityOfTag, KNOWN_TAGS } from './html-tags.ts'
import { normalizeEntities } from './normalize-entities.ts'

interface OpenTag {
  name: string
  attributes: Attributes
  /** Where the tag stands in the source. */
  at: number
  /** Where its content begins in the text. */
  offset: number
  index: number
}

const TAG =
  /<(\/?)([a-zA-Z][a-zA-Z0-9-]*)((?:\s+[a-zA-Z-]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>=]+))?)*)\s*(\/?)>/y
const ATTRIBUTE = /([a-zA-Z-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>=]+)))?/g

/**
 * The text that HTML describes.
 * @throws FormatError `FORMAT_INVALID` with the place: an unknown tag, one that is not closed, a `<` that begins no tag, …
 */
export function parseHtml(source: string): FormattedText {
  return readHtml(source, (value) => value)
}

/** @param fill what becomes of the values of attributes before they are looked at. */
export function readHtml(source: string, fill: (value: string) => string): FormattedText {
  const open: OpenTag[] = []
  const entities: tl.MessageEntity[] = []
  let text = ''
  for (let at = 0; at < source.length; ) {
    const tagAt = source.indexOf('<', at)
    const end = tagAt < 0 ? source.length : tagAt
    text += decodeHtml(source.slice(at, end))
    if (tagAt < 0) break
    TAG.lastIndex = tagAt
    const tag = TAG.exec(source)
    if (tag === null) throw new FormatError(source, tagAt, 'a < that begins no tag: write &lt;')
    const name = (tag[2] ?? '').toLowerCase()
    const attributes = readAttributes(tag[3] ?? '', fill)
    at = tagAt + tag[0].length
    if (!(KNOWN_TAGS as readonly string[]).includes(name)) throw unknownTag(source, tagAt, name)
    if (name === 'br') {
      text += '\n'
    } else if (tag[1] === '/') {
      const last = open.pop()
      if (last?.name !== name) {
        const expected = last === undefined ? 'no tag is open' : `<${last.name}> is still open`
        throw new FormatError(source, tagAt, `</${name}> closes nothing: ${expected}`)
      }
      const entity = entityOfTag(name, last.attributes, {
        offset: last.offset,
        length: text.length - last.offset,
      })
      if (typeof entity === 'string') throw new FormatError(source, last.at, entity)
      entities[last.index] = joined(entity, last.attributes, open.at(-1))
    } else if (tag[4] === '/') {
      throw new FormatError(source, tagAt, `<${name}/> has no content: write <${name}>…</${name}>`)
    } else {
      open.push({ name, attributes, at: tagAt, offset: text.length, index: entities.length })
      entities.push({ _: 'messageEntityUnknown', offset: 0, length: 0 })
    }
  }
  const left = open.at(-1)
  if (left !== undefined) throw new FormatError(source, left.at, `<${left.name}> is never closed`)
  return { text, entities: normalizeEntities(text, entities) }
}

/** `<pre><code class="language-ts">` is one block with a language, not code in a block. */
function joined(
  entity: tl.MessageEntity,
  attributes: Attributes,
  parent: OpenTag | undefined,
): tl.MessageEntity {
  if (entity._ !== 'messageEntityCode' || parent?.name !== 'pre' || parent.offset !== entity.offset)
    return entity
  const language = attributes.get('class')?.match(/^language-(.*)$/s)?.[1]
  if (language !== undefined) parent.attributes = new Map([...parent.attributes, ['language', language]])
  return { _: 'messageEntityUnknown', offset: entity.offset, length: 0 }
}

function readAttributes(text: string, fill: (value: string) => string): Attributes {
  const attributes = new Map<string, string>()
  for (const [, name = '', double, single, bare] of text.matchAll(ATTRIBUTE)) {
    attributes.set(name.toLowerCase(), fill(decodeHtml(double ?? single ?? bare ?? '')))
  }
  return attributes
}

const unknownTag = (source: string, at: number, name: string) =>
  new FormatError(
    source,
    at,
    `<${name.slice(0, 24)}> is not known: expected one of ${KNOWN_TAGS.map((tag) => `<${tag}>`).join(' ')}`,
  )
