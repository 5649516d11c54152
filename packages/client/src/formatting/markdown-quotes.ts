/**
 * Quotes of Markdown: whole lines that begin with `>`. They are taken out first, so that all other marks may run across
 * their lines. `>+ ` begins a quote that is shown collapsed, `>- ` a new one right after another.
 */

export interface MarkdownQuote {
  /** In the text without prefixes. */
  start: number
  end: number
  collapsed: boolean
}

const FENCE = '```'

/** The text without the prefixes of quoted lines, and where these lines were. */
export function takeQuotes(source: string): { text: string; quotes: MarkdownQuote[] } {
  if (!/^>/m.test(source)) return { text: source, quotes: [] }
  const quotes: MarkdownQuote[] = []
  const lines: string[] = []
  let fence: 'none' | 'open' | 'openInQuote' = 'none'
  let quote: MarkdownQuote | undefined
  let start = 0
  let sourceAt = 0
  for (const line of source.split('\n')) {
    const content: Quoted | undefined = fence === 'open' ? undefined : quoted(line)
    const text = content?.text ?? line
    if (content === undefined) quote = undefined
    else if (quote === undefined || content.begins !== undefined) {
      quote = { start, end: start + text.length, collapsed: content.begins === '+' }
      quotes.push(quote)
    } else quote.end = start + text.length
    for (const at of fences(line)) {
      if (fence !== 'none') fence = 'none'
      else if (closes(source, sourceAt + at + FENCE.length))
        fence = content === undefined ? 'open' : 'openInQuote'
    }
    lines.push(text)
    start += text.length + 1
    sourceAt += line.length + 1
  }
  return { text: lines.join('\n'), quotes }
}

interface Quoted {
  text: string
  begins: '+' | '-' | undefined
}

/** The content of a quoted line, and whether it begins a quote of its own; undefined for other lines. */
function quoted(line: string): Quoted | undefined {
  const parts = /^>(?:([+-])(?= |$))? ?/.exec(line)
  if (parts === null) return undefined
  return { text: line.slice(parts[0].length), begins: parts[1] as '+' | '-' | undefined }
}

/** Where a line opens or closes a block of code. */
function fences(line: string): number[] {
  return [...line.matchAll(/\\.|```/gs)].filter((match) => match[0] === FENCE).map((match) => match.index)
}

function closes(source: string, from: number): boolean {
  return source.indexOf(FENCE, from) >= 0
}
