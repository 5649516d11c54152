// Turns the documentation texts of a schema (a little HTML) into doc comments.

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  raquo: '»',
  laquo: '«',
  ndash: '–',
  mdash: '—',
  hellip: '…',
  lsquo: '‘',
  rsquo: '’',
}

/** Plain text with Markdown links, on one line. */
export function plainText(html: string): string {
  return html
    .replace(/<a\b[^>]*?href="([^"]*)"[^>]*>(.*?)<\/a>/gis, (_, href: string, text: string) =>
      link(href, text),
    )
    .replace(/<\/?code>/gi, '`')
    .replace(/<br\s*\/?>|<\/p>|<\/li>/gi, ' ')
    .replace(/<\/?[a-z][^>]*>/gi, '')
    .replace(/&(?:#(\d{1,6})|(\w+));/g, (entity, code: string | undefined, name: string | undefined) =>
      code === undefined ? (ENTITIES[name ?? ''] ?? entity) : String.fromCodePoint(Number(code)),
    )
    .replace(/\s+/g, ' ')
    .trim()
}

function link(href: string, html: string): string {
  const text = plainText(html)
  const target = href.replace('://corefork.telegram.org', '://core.telegram.org')
  return text === '' || text === target ? target : `[${text}](${target})`
}

/** A doc comment of these paragraphs and tags, or nothing when all are empty. */
export function docComment(lines: readonly (string | undefined)[], indent: string): string {
  const written = lines.filter((line) => line !== undefined && line !== '').map((line) => safe(line ?? ''))
  if (written.length === 0) return ''
  if (written.length === 1) return `${indent}/** ${written[0]} */\n`
  return `${indent}/**\n${written.map((line) => `${indent} * ${line}\n`).join('')}${indent} */\n`
}

/** A comment must not end early, and a text must not begin a tag or an inline tag by accident. */
function safe(line: string): string {
  return line.replaceAll('*/', '*\\/').replace(/@(?!throws\b)/g, '\\@')
}
