/**
 * Markup with values in it: `` markdown`**${name}** wrote: ${text}` ``. Values are text, never markup, so that nobody's name
 * can break or forge a message; formatted text put in keeps its marks.
 */
import type { tl } from '../layer.ts'
import { type FormattedText, type TextLike, toFormattedText } from './formatted-text.ts'
import { normalizeEntities } from './normalize-entities.ts'
import { readHtml } from './parse-html.ts'
import { readMarkdown } from './parse-markdown.ts'

/** What may stand in a `markdown` or `html` template: always text, never markup. */
export type TemplateValue = TextLike | number | bigint

/**
 * Formatted text from Markdown, see `parseMarkdown`.
 *
 * ```ts
 * await session.sendMessage('@somebody', markdown`**${name}** is at [our page](${url})`)
 * ```
 */
export function markdown(strings: TemplateStringsArray, ...values: TemplateValue[]): FormattedText {
  return interpolate(readMarkdown, strings, values)
}

/**
 * Formatted text from HTML, see `parseHtml`.
 *
 * ```ts
 * await session.sendMessage('@somebody', html`<b>${name}</b> is <a href="${url}">here</a>`)
 * ```
 * @throws FormatError if the HTML is wrong.
 */
export function html(strings: TemplateStringsArray, ...values: TemplateValue[]): FormattedText {
  return interpolate(readHtml, strings, values)
}

/** Reads markup; `fill` is applied to addresses and attributes before they are looked at. */
type Read = (source: string, fill: (text: string) => string) => FormattedText

/** The markup is read with a numbered mark in the place of each value; the values go in afterwards. */
function interpolate(
  read: Read,
  strings: readonly string[],
  values: readonly TemplateValue[],
): FormattedText {
  const filling = values.map((value) => toFormattedText(typeof value === 'object' ? value : String(value)))
  const mark = unusedCharacter(strings)
  const marks = new RegExp(`${mark}([0-9]+)${mark}`, 'g')
  const source = strings.map((text, i) => (i < values.length ? `${text}${mark}${i}${mark}` : text)).join('')
  const fill = (text: string) => text.replace(marks, (_, index) => filling[Number(index)]?.text ?? '')
  return insert(read(source, fill), marks, filling)
}

/** Puts the values in the place of their marks and moves what is marked along. */
function insert(parsed: FormattedText, marks: RegExp, filling: readonly FormattedText[]): FormattedText {
  const entities: tl.MessageEntity[] = []
  const growth: { at: number; by: number }[] = []
  let text = ''
  let from = 0
  for (const match of parsed.text.matchAll(marks)) {
    text += parsed.text.slice(from, match.index)
    const value = filling[Number(match[1])] ?? { text: '', entities: [] }
    for (const entity of value.entities) entities.push({ ...entity, offset: entity.offset + text.length })
    text += value.text
    from = match.index + match[0].length
    growth.push({ at: from, by: value.text.length - match[0].length })
  }
  text += parsed.text.slice(from)
  const moved = (place: number): number =>
    growth.reduce((sum, { at, by }) => (at <= place ? sum + by : sum), place)
  for (const entity of parsed.entities) {
    const offset = moved(entity.offset)
    entities.push({ ...entity, offset, length: moved(entity.offset + entity.length) - offset })
  }
  return { text, entities: normalizeEntities(text, entities) }
}

/** "U+FDD0..U+FDEF are noncharacters": no text has them; should one have them all the same, another one is taken. */
function unusedCharacter(strings: readonly string[]): string {
  for (let code = 0xfdd0; code <= 0xfdef; code++) {
    const char = String.fromCharCode(code)
    if (!strings.some((text) => text.includes(char))) return char
  }
  return '\ufdef'
}
