/** The way back from marks to Markdown: see `parse-markdown.ts` for how it is written. */
import type { tl } from '../layer.ts'
import { isCode, isLink, isQuote, type MadeEntity, type Style } from './entity-kinds.ts'
import { type Printable, toFormattedText } from './formatted-text.ts'
import { MARKERS } from './markdown-tokens.ts'
import { normalizeEntities } from './normalize-entities.ts'
import { linkOf } from './tg-links.ts'

const MARKER_OF = Object.fromEntries(
  Object.entries(MARKERS).map(([marker, style]) => [style, marker]),
) as Record<Style, string>

/**
 * Markdown that `parseMarkdown` reads as the same text with the same marks. Takes a message as well. What the server marks
 * by itself (links, hashtags, …) is left to it; quotes become whole lines, as all apps show them.
 */
export function toMarkdown(from: Printable): string {
  const { text, entities } = toFormattedText(from)
  return new Printer(text, markdownEntities(text, entities)).print()
}

/** The text as Markdown that reads as just this text. */
export function escapeMarkdown(text: string): string {
  return new Printer(text, []).print()
}

/** The marks as far as Markdown can write them. */
export function markdownEntities(text: string, entities: readonly tl.MessageEntity[]): MadeEntity[] {
  const lines = [...quotesOfLines(text, entities), ...entities.filter((entity) => !isQuote(entity))]
  const starts = new Set(lines.filter(isQuote).map(({ offset }) => offset))
  const writable = normalizeEntities(text, lines).flatMap((entity): tl.MessageEntity[] => {
    if (isLink(entity)) return writableLink(entity)
    if (!isCode(entity)) return [entity]
    let { length } = entity
    // The end of a block may not stand on the first line of a quote.
    if (starts.has(entity.offset + length)) {
      while (length > 0 && text[entity.offset + length - 1] === '\n') length--
    }
    if (entity._ === 'messageEntityCode') return [{ ...entity, length }]
    return [{ ...entity, length, language: entity.language.replace(/[\n`]/g, '').trim() }]
  })
  return normalizeEntities(text, writable)
}

function writableLink(entity: MadeEntity & { _: string }): tl.MessageEntity[] {
  if (entity._ === 'inputMessageEntityMentionName') {
    const { offset, length, userId } = entity
    return 'userId' in userId
      ? [{ _: 'messageEntityMentionName', offset, length, userId: userId.userId }]
      : []
  }
  if (entity._ !== 'messageEntityTextUrl') return [entity]
  const url = entity.url.replaceAll('\n', '')
  return url === '' ? [] : [{ ...entity, url }]
}

/** Quotes made of whole lines, none of which is in two of them. */
function quotesOfLines(text: string, entities: readonly tl.MessageEntity[]): tl.messageEntityBlockquote[] {
  const found: tl.messageEntityBlockquote[] = []
  let free = 0
  for (const entity of normalizeEntities(text, entities)) {
    if (!isQuote(entity)) continue
    const from = Math.max(entity.offset, free)
    let to = entity.offset + entity.length
    while (to > from && text[to - 1] === '\n') to--
    if (to <= from) continue
    const start = from === 0 ? 0 : text.lastIndexOf('\n', from - 1) + 1
    const next = text.indexOf('\n', to)
    const end = next < 0 ? text.length : next
    found.push({ ...entity, offset: start, length: end - start })
    free = end + 1
  }
  return found
}

interface Edge {
  open: MadeEntity[]
  close: MadeEntity[]
}

class Printer {
  readonly #text: string
  readonly #edges = new Map<number, Edge>()
  readonly #quotes: { prefix: string; from: number; to: number }[] = []
  #out = ''
  #lineStart = 0
  #lastQuoteEnd = -1

  constructor(text: string, entities: readonly MadeEntity[]) {
    this.#text = text
    for (const entity of entities) {
      this.#edge(entity.offset).open.push(entity)
      // What opened last closes first.
      this.#edge(entity.offset + entity.length).close.unshift(entity)
    }
  }

  print(): string {
    const text = this.#text
    let code: MadeEntity | undefined
    for (let at = 0; at <= text.length; at++) {
      const edge = this.#edges.get(at)
      if (edge !== undefined) {
        for (const entity of edge.close) this.#put(closing(entity))
        for (const entity of edge.close.filter(isQuote)) this.#quoteEnds(entity)
        if (code !== undefined && edge.close.includes(code)) code = undefined
        for (const entity of edge.open.filter(isQuote)) this.#quoteStarts(entity)
        for (const entity of edge.open) this.#put(opening(entity))
        code = edge.open.find(isCode) ?? code
      }
      if (at < text.length) this.#put(code === undefined ? this.#plain(at) : this.#codeChar(at))
    }
    return this.#withQuotes()
  }

  #edge(at: number): Edge {
    let edge = this.#edges.get(at)
    if (edge === undefined) {
      edge = { open: [], close: [] }
      this.#edges.set(at, edge)
    }
    return edge
  }

  #put(text: string): void {
    const newline = text.lastIndexOf('\n')
    if (newline >= 0) this.#lineStart = this.#out.length + newline + 1
    this.#out += text
  }

  #plain(at: number): string {
    const char = this.#text[at] ?? ''
    return this.#isSpecial(char, at) ? `\\${char}` : char
  }

  #isSpecial(char: string, at: number): boolean {
    const before = this.#edges.get(at)
    const after = this.#edges.get(at + 1)
    switch (char) {
      case '\\':
      case '`':
      case '[':
      case ']':
        return true
      case '*':
      case '_':
      case '-':
      case '~':
      case '|':
        // Alone they mark nothing.
        return (
          before !== undefined ||
          after !== undefined ||
          this.#text[at + 1] === char ||
          this.#text[at - 1] === char
        )
      case '!':
        return after !== undefined
      case '>':
        return this.#startsLine(at)
      default:
        // "A marker opens only before, and closes only after, something that is no white space."
        return (before?.open.some(isMarker) || after?.close.some(isMarker)) === true && /\s/.test(char)
    }
  }

  #codeChar(at: number): string {
    const char = this.#text[at] ?? ''
    const special =
      char === '`' || char === '\\' || (char === '>' && (this.#startsLine(at) || this.#edges.has(at)))
    return special ? `\\${char}` : char
  }

  #startsLine(at: number): boolean {
    return at === 0 || this.#text[at - 1] === '\n'
  }

  #quoteStarts(quote: tl.messageEntityBlockquote): void {
    const follows = this.#lastQuoteEnd + 1 === quote.offset && this.#quotes.length > 0
    const prefix = quote.collapsed ? '>+' : follows ? '>-' : '>'
    this.#quotes.push({ prefix, from: this.#lineStart, to: this.#lineStart })
  }

  #quoteEnds(quote: tl.messageEntityBlockquote): void {
    const last = this.#quotes.at(-1)
    if (last !== undefined) last.to = this.#out.length
    this.#lastQuoteEnd = quote.offset + quote.length
  }

  /** Prefixes go in last: the lines of a quote are those of what was written, not of the text. */
  #withQuotes(): string {
    if (this.#quotes.length === 0) return this.#out
    let start = 0
    const lines = this.#out.split('\n').map((line) => {
      const quote = this.#quotes.find(({ from, to }) => from <= start && start <= to)
      const prefix = quote === undefined ? '' : quote.from === start ? quote.prefix : '>'
      start += line.length + 1
      if (prefix === '') return line
      return line === '' ? prefix : `${prefix} ${line}`
    })
    return lines.join('\n')
  }
}

const isMarker = (entity: MadeEntity): boolean => entity._ in MARKER_OF

function opening(entity: MadeEntity): string {
  if (isQuote(entity)) return ''
  if (isLink(entity)) {
    return entity._ === 'messageEntityCustomEmoji' || entity._ === 'messageEntityFormattedDate' ? '![' : '['
  }
  if (entity._ === 'messageEntityCode') return '`'
  if (entity._ === 'messageEntityPre') return `\`\`\`${entity.language}\n`
  return MARKER_OF[entity._]
}

function closing(entity: MadeEntity): string {
  if (isQuote(entity)) return ''
  if (isLink(entity)) return `](${(linkOf(entity) ?? '').replace(/[\\()`]/g, '\\$&')})`
  if (entity._ === 'messageEntityCode') return '`'
  if (entity._ === 'messageEntityPre') return '\n```'
  return MARKER_OF[entity._]
}
