/** Markdown cut into tokens, and which of its markers belong together. Markers that find no partner are plain text. */
import type { Style } from './entity-kinds.ts'

export const MARKERS: Readonly<Record<string, Style>> = {
  '**': 'messageEntityBold',
  __: 'messageEntityItalic',
  '--': 'messageEntityUnderline',
  '~~': 'messageEntityStrike',
  '||': 'messageEntitySpoiler',
}

interface Place {
  start: number
  end: number
}

export type Token =
  | (Place & { type: 'text' })
  /** A character after a backslash. */
  | (Place & { type: 'escape' })
  | (Place & { type: 'code'; block: boolean; language: string; from: number; to: number })
  | (Place & { type: 'mark'; style: Style; opens: boolean })
  | (Place & { type: 'linkStart'; image: boolean })
  | (Place & { type: 'linkEnd'; url: string; opening: number; image: boolean })

/** Backslash makes these plain: ASCII punctuation, and white space beside a marker. */
export const ESCAPABLE = /[!-/:-@[-`{-~\s]/
/** Longer ones are no links: Telegram would refuse them. */
const LONGEST_URL = 4096

export function tokenize(source: string): Token[] {
  return new Tokenizer(source).run()
}

class Tokenizer {
  readonly #source: string
  readonly #tokens: Token[] = []
  readonly #openMarks = new Map<Style, number>()
  readonly #openLinks: number[] = []
  #at = 0
  #textFrom = 0
  #noMoreFences = false

  constructor(source: string) {
    this.#source = source
  }

  run(): Token[] {
    const source = this.#source
    while (this.#at < source.length) {
      const token = this.#next()
      if (token === undefined) {
        this.#at++
        continue
      }
      this.#flush(token.start)
      this.#tokens.push(token)
      this.#at = this.#textFrom = token.end
      if (token.type === 'linkStart') this.#openLinks.push(this.#tokens.length - 1)
      if (token.type === 'linkEnd') this.#openLinks.pop()
    }
    this.#flush(source.length)
    for (const index of [...this.#openMarks.values(), ...this.#openLinks]) this.#makeText(index)
    return this.#tokens
  }

  #flush(end: number): void {
    if (end > this.#textFrom) this.#tokens.push({ type: 'text', start: this.#textFrom, end })
  }

  #makeText(index: number): void {
    const token = this.#tokens[index]
    if (token !== undefined)
      this.#tokens[index] = {
        type: 'text',
        start: token.start,
        end: token.end,
      }
  }

  #next(): Token | undefined {
    const source = this.#source
    const start = this.#at
    switch (source[start]) {
      case '\\': {
        const next = source[start + 1]
        if (next === undefined || !ESCAPABLE.test(next)) return undefined
        return { type: 'escape', start, end: start + 2 }
      }
      case '`':
        return source.startsWith('```', start) ? this.#block(start) : this.#code(start)
      case '!':
        if (source[start + 1] !== '[') return undefined
        return { type: 'linkStart', image: true, start, end: start + 2 }
      case '[':
        return { type: 'linkStart', image: false, start, end: start + 1 }
      case ']':
        return this.#linkEnd(start)
      default:
        return this.#mark(start)
    }
  }

  /** Pairs each marker with the last open one of its kind; styles may cross each other. */
  #mark(start: number): Token | undefined {
    const source = this.#source
    const style = MARKERS[source.slice(start, start + 2)]
    if (style === undefined) return undefined
    const end = start + 2
    const escaped = this.#textFrom === start && this.#tokens.at(-1)?.type === 'escape'
    const opening = this.#openMarks.get(style)
    if (opening !== undefined) {
      if (!escaped && isSpace(source[start - 1])) return undefined
      this.#openMarks.delete(style)
      if (this.#tokens[opening]?.end === start) {
        // Nothing between them: `****` is four asterisks.
        this.#makeText(opening)
        return { type: 'text', start, end }
      }
      return { type: 'mark', style, opens: false, start, end }
    }
    if (isSpace(source[end])) return undefined
    this.#openMarks.set(style, this.#tokens.length + (start > this.#textFrom ? 1 : 0))
    return { type: 'mark', style, opens: true, start, end }
  }

  #code(start: number): Token | undefined {
    const to = this.#find('`', start + 1)
    if (to === undefined || to === start + 1) return undefined
    return { type: 'code', block: false, language: '', from: start + 1, to, start, end: to + 1 }
  }

  #block(start: number): Token {
    const text: Token = { type: 'text', start, end: start + 3 }
    const to = this.#noMoreFences ? undefined : this.#find('```', start + 3)
    if (to === undefined) {
      this.#noMoreFences = true
      return text
    }
    const info = /[^\n`]*\n/y
    info.lastIndex = start + 3
    const first = info.exec(this.#source)?.[0]
    const from = start + 3 + (first?.length ?? 0)
    if (from >= to) return text
    const closing = first !== undefined && to - 1 > from && this.#source[to - 1] === '\n' ? to - 1 : to
    return { type: 'code', block: true, language: first?.trim() ?? '', from, to: closing, start, end: to + 3 }
  }

  /** `](address)` after a `[` */
  #linkEnd(start: number): Token | undefined {
    const opening = this.#openLinks.at(-1)
    const open = opening === undefined ? undefined : this.#tokens[opening]
    if (opening === undefined || open?.type !== 'linkStart' || this.#source[start + 1] !== '(')
      return undefined
    let url = ''
    let depth = 0
    for (let at = start + 2; at < this.#source.length && url.length <= LONGEST_URL; at++) {
      const char = this.#source[at] ?? ''
      const next = this.#source[at + 1] ?? ''
      if (char === '\n') return undefined
      if (char === '\\' && ESCAPABLE.test(next)) {
        url += next
        at++
        continue
      }
      if (char === ')' && depth-- === 0) {
        if (url === '') return undefined
        return { type: 'linkEnd', url, opening, image: open.image, start, end: at + 1 }
      }
      if (char === '(') depth++
      url += char
    }
    return undefined
  }

  /** The next place of these characters with no backslash before them. */
  #find(wanted: string, from: number): number | undefined {
    const source = this.#source
    for (let at = from; ; at++) {
      at = source.indexOf(wanted, at)
      if (at < 0) return undefined
      let backslashes = 0
      while (at - 1 - backslashes >= from && source[at - 1 - backslashes] === '\\') backslashes++
      if (backslashes % 2 === 0) return at
    }
  }
}

const isSpace = (char: string | undefined): boolean => char === undefined || /\s/.test(char)
