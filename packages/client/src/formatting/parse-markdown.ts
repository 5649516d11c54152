/**
 * Markdown as Telegram's apps type it, with a way to write everything that Telegram can mark:
 *
 * | written | shown |
 * | --- | --- |
 * | `**bold**` `__italic__` `--underlined--` `~~struck~~` `‖‖spoiler‖‖` (two vertical bars) | styles, in any mixture |
 * | `` `code` `` | code |
 * | ```` ```ts ⏎ code ⏎ ``` ```` | a block of code, with its language or without |
 * | `[text](https://…)` `[name](tg://user?id=42)` | a link; a mention of a person without a username |
 * | `![👍](tg://emoji?id=53…)` `![today](tg://time?unix=16…&format=wDT)` | a custom emoji; a date in the reader's own form |
 * | `> line` | a quote; `>+ ` begins one that is shown collapsed, `>- ` a new one right after another |
 *
 * A backslash makes the next character plain. A marker opens only before, and closes only after, something that is no white
 * space, so that `2 ** 3 ** 4` stays what it is. Markers without a partner are plain text: every text is Markdown, and
 * reading it never fails. In code only `` \` ``, `\\` and `\>` are escapes.
 */
import type { tl } from '../layer.ts'
import type { FormattedText } from './formatted-text.ts'
import { type MarkdownQuote, takeQuotes } from './markdown-quotes.ts'
import { type Token, tokenize } from './markdown-tokens.ts'
import { normalizeEntities } from './normalize-entities.ts'
import { dateFromLink, emojiFromLink, userFromLink } from './tg-links.ts'

/**
 * The text that Markdown describes. Never fails.
 *
 * ```ts
 * parseMarkdown('**hello** [world](https://example.org)')
 * // { text: 'hello world', entities: [{ _: 'messageEntityBold', offset: 0, length: 5 }, …] }
 * ```
 */
export function parseMarkdown(source: string): FormattedText {
  return readMarkdown(source, (address) => address)
}

/** @param fill what becomes of addresses and names of languages before they are looked at. */
export function readMarkdown(source: string, fill: (address: string) => string): FormattedText {
  const { text: flat, quotes } = takeQuotes(source)
  const reading = new Reading(flat, fill)
  for (const token of tokenize(flat)) reading.take(token)
  const { text } = reading
  return { text, entities: normalizeEntities(text, [...reading.quotes(quotes), ...reading.entities]) }
}

class Reading {
  readonly #source: string
  readonly #fill: (address: string) => string
  readonly entities: tl.MessageEntity[] = []
  /** For each place in the source, the place in the text. */
  readonly #places: Uint32Array
  readonly #openMarks = new Map<string, number>()
  readonly #openLinks: number[] = []
  text = ''

  constructor(source: string, fill: (address: string) => string) {
    this.#source = source
    this.#fill = fill
    this.#places = new Uint32Array(source.length + 1)
  }

  take(token: Token): void {
    const { start, end } = token
    const at = this.text.length
    this.#places.fill(at, start, end)
    switch (token.type) {
      case 'text':
        this.#plain(start, end)
        break
      case 'escape':
        this.#plain(start + 1, end)
        break
      case 'code': {
        this.#code(token.from, token.to)
        const length = this.text.length - at
        this.#places.fill(this.text.length, token.to, end)
        this.entities.push(
          token.block
            ? { _: 'messageEntityPre', offset: at, length, language: this.#fill(token.language) }
            : { _: 'messageEntityCode', offset: at, length },
        )
        break
      }
      case 'mark':
        if (token.opens) this.#openMarks.set(token.style, at)
        else {
          const offset = this.#openMarks.get(token.style) ?? at
          this.entities.push({ _: token.style, offset, length: at - offset })
        }
        break
      case 'linkStart':
        this.#openLinks.push(at)
        break
      case 'linkEnd': {
        const offset = this.#openLinks.pop() ?? at
        this.entities.push(...this.#link(token, { offset, length: at - offset }))
        break
      }
    }
    this.#places.fill(this.text.length, end, end + 1)
  }

  quotes(quotes: readonly MarkdownQuote[]): tl.MessageEntity[] {
    return quotes.map(({ start, end, collapsed }) => {
      const offset = this.#places[start] ?? 0
      let to = this.#places[end] ?? 0
      while (to > offset && this.text[to - 1] === '\n') to--
      return { _: 'messageEntityBlockquote', offset, length: to - offset, ...(collapsed && { collapsed }) }
    })
  }

  #plain(start: number, end: number): void {
    const at = this.text.length
    for (let i = start; i < end; i++) this.#places[i] = at + i - start
    this.text += this.#source.slice(start, end)
  }

  #code(from: number, to: number): void {
    let plain = from
    for (let i = from; i < to - 1; i++) {
      if (this.#source[i] !== '\\' || !/[`\\>]/.test(this.#source[i + 1] ?? '')) continue
      this.#plain(plain, i)
      this.#places[i] = this.text.length
      plain = ++i
    }
    this.#plain(plain, to)
  }

  /** An image that is no emoji and no date becomes a link to it. */
  #link(token: Token & { type: 'linkEnd' }, place: { offset: number; length: number }): tl.MessageEntity[] {
    const url = this.#fill(token.url)
    const made = token.image
      ? (emojiFromLink(url, place) ?? dateFromLink(url, place))
      : userFromLink(url, place)
    return [made ?? { _: 'messageEntityTextUrl', ...place, url }]
  }
}
