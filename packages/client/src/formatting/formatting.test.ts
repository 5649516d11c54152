import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { tl } from '../layer.ts'
import { FormatError } from './format-error.ts'
import { normalizeEntities } from './normalize-entities.ts'
import { parseHtml } from './parse-html.ts'
import { parseMarkdown } from './parse-markdown.ts'
import { toHtml } from './print-html.ts'
import { escapeMarkdown, markdownEntities, toMarkdown } from './print-markdown.ts'
import { html, markdown } from './template.ts'

const bold = (offset: number, length: number): tl.MessageEntity => ({
  _: 'messageEntityBold',
  offset,
  length,
})
const italic = (offset: number, length: number): tl.MessageEntity => ({
  _: 'messageEntityItalic',
  offset,
  length,
})
const quote = (offset: number, length: number): tl.MessageEntity => ({
  _: 'messageEntityBlockquote',
  offset,
  length,
})

describe('parseMarkdown', () => {
  test.each<[string, string, tl.MessageEntity[]]>([
    ['**hello** world', 'hello world', [bold(0, 5)]],
    [
      '__a__ --b-- ~~c~~ ||d||',
      'a b c d',
      [
        italic(0, 1),
        { _: 'messageEntityUnderline', offset: 2, length: 1 },
        { _: 'messageEntityStrike', offset: 4, length: 1 },
        { _: 'messageEntitySpoiler', offset: 6, length: 1 },
      ],
    ],
    ['**a __b** c__', 'a b c', [bold(0, 3), italic(2, 3)]],
    ['**a__b__c**', 'abc', [bold(0, 3), italic(1, 1)]],
    ['👍**x**', '👍x', [bold(2, 1)]],
    ['`a*b**`', 'a*b**', [{ _: 'messageEntityCode', offset: 0, length: 5 }]],
    [
      '```ts\nconst a = `1`\n```',
      'const a = `1`',
      [{ _: 'messageEntityPre', offset: 0, length: 13, language: 'ts' }],
    ],
    ['```x```', 'x', [{ _: 'messageEntityPre', offset: 0, length: 1, language: '' }]],
    [
      '[a **b**](https://e.org/w_(x))',
      'a b',
      [{ _: 'messageEntityTextUrl', offset: 0, length: 3, url: 'https://e.org/w_(x)' }, bold(2, 1)],
    ],
    ['[Ann](tg://user?id=42)', 'Ann', [{ _: 'messageEntityMentionName', offset: 0, length: 3, userId: 42 }]],
    [
      '![👍](tg://emoji?id=5368324170671202286)',
      '👍',
      [{ _: 'messageEntityCustomEmoji', offset: 0, length: 2, documentId: 5368324170671202286n }],
    ],
    [
      '![soon](tg://time?unix=1647531900&format=wDT)',
      'soon',
      [
        {
          _: 'messageEntityFormattedDate',
          offset: 0,
          length: 4,
          date: 1647531900,
          dayOfWeek: true,
          longDate: true,
          longTime: true,
        },
      ],
    ],
    ['> a\n> **b**\nc', 'a\nb\nc', [quote(0, 3), bold(2, 1)]],
    [
      '>+ a\n> b\n>- c',
      'a\nb\nc',
      [{ _: 'messageEntityBlockquote', offset: 0, length: 3, collapsed: true }, quote(4, 1)],
    ],
    ['```\n> a\n```', '> a', [{ _: 'messageEntityPre', offset: 0, length: 3, language: '' }]],
  ])('%j', (source, text, entities) => {
    expect(parseMarkdown(source)).toEqual({ text, entities })
  })

  test.each([
    '2 ** 3 ** 4',
    '****',
    '--------',
    '**open',
    'a ** b',
    '[x]',
    '[x] (y)',
    '[x]()',
    '`open',
    '```open',
    '``',
    'snake_case-and-dashes',
    '- -- -',
    'c:\\dir',
    '](x)',
    'a > b',
  ])('%j is plain text', (source) => {
    expect(parseMarkdown(source)).toEqual({ text: source, entities: [] })
  })

  test('a backslash makes markers plain', () => {
    expect(parseMarkdown('\\*\\*a\\*\\* \\`b\\` \\[c\\](d) \\\\ \\> e')).toEqual({
      text: '**a** `b` [c](d) \\ > e',
      entities: [],
    })
  })

  test('reads anything in time that grows with its length only', () => {
    for (const part of ['[', '](', '`', '```', '**', '> ', '![', '\\', '||a']) {
      expect(parseMarkdown(part.repeat(20_000)).text.length).toBeGreaterThan(0)
    }
  })
})

describe('parseHtml', () => {
  test.each<[string, string, tl.MessageEntity[]]>([
    ['<b>hello</b> &lt;&amp;&#128512;&#x41;&nbsp;&nope;', 'hello <&😀A\u00a0&nope;', [bold(0, 5)]],
    ['<strong>a<em>b</em></strong><B>c</B>', 'abc', [bold(0, 3), italic(1, 1)]],
    [
      '<pre><code class="language-ts">a</code></pre>',
      'a',
      [{ _: 'messageEntityPre', offset: 0, length: 1, language: 'ts' }],
    ],
    [
      '<pre>a</pre><code>b</code>',
      'ab',
      [
        { _: 'messageEntityPre', offset: 0, length: 1, language: '' },
        { _: 'messageEntityCode', offset: 1, length: 1 },
      ],
    ],
    [
      "<a href='https://e.org/?a=1&amp;b=2'>x</a>",
      'x',
      [{ _: 'messageEntityTextUrl', offset: 0, length: 1, url: 'https://e.org/?a=1&b=2' }],
    ],
    [
      '<blockquote expandable>q</blockquote>a<br>b',
      'qa\nb',
      [{ _: 'messageEntityBlockquote', offset: 0, length: 1, collapsed: true }],
    ],
    [
      '<tg-emoji emoji-id="53">👍</tg-emoji><span class="tg-spoiler">s</span>',
      '👍s',
      [
        { _: 'messageEntityCustomEmoji', offset: 0, length: 2, documentId: 53n },
        { _: 'messageEntitySpoiler', offset: 2, length: 1 },
      ],
    ],
    [
      '<tg-time unix="1647531900" format="r">x</tg-time>',
      'x',
      [{ _: 'messageEntityFormattedDate', offset: 0, length: 1, date: 1647531900, relative: true }],
    ],
  ])('%j', (source, text, entities) => {
    expect(parseHtml(source)).toEqual({ text, entities })
  })

  test.each([
    ['a\n<b>x', 2, 1, /<b> is never closed/],
    ['<b>x</i>', 1, 5, /<b> is still open/],
    ['x</b>', 1, 2, /no tag is open/],
    ['a < b', 1, 3, /&lt;/],
    ['<blink>x</blink>', 1, 1, /<blink> is not known/],
    ['<a>x</a>', 1, 1, /href/],
    ['<b/>', 1, 1, /no content/],
    ['<tg-emoji emoji-id="x">x</tg-emoji>', 1, 1, /emoji-id/],
    ['<tg-time unix="1" format="zz">x</tg-time>', 1, 1, /unix/],
  ])('%j is refused, saying where', (source, line, column, message) => {
    try {
      parseHtml(source)
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(FormatError)
      expect(error).toMatchObject({ code: 'FORMAT_INVALID', line, column })
      expect((error as Error).message).toMatch(message)
    }
  })

  test('any text is read or refused', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('<', '>', '/', 'b', 'a href="', '"', '&', ';', ' ', '\n', 'x')),
        (parts) => {
          try {
            parseHtml(parts.join(''))
          } catch (error) {
            expect(error).toBeInstanceOf(FormatError)
          }
        },
      ),
    )
  })
})

/** Characters that mean something to one of the two, and some that do not. */
const text = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom('a', 'b', ' ', '\n', 'ü', '👍', '1') },
      fc.constantFrom(
        '*',
        '_',
        '-',
        '~',
        '|',
        '`',
        '[',
        ']',
        '(',
        ')',
        '!',
        '>',
        '\\',
        '<',
        '&',
        ';',
        '+',
        '\t',
        '"',
        "'",
      ),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''))

const formatted = text.chain((text) =>
  fc.record({
    text: fc.constant(text),
    entities: fc.array(
      fc
        .record({
          offset: fc.nat(Math.max(0, text.length)),
          length: fc.nat(12),
          kind: fc.nat(12),
          url: fc.constantFrom('https://example.org/', 'a(b)c', 'x\\y`', '"&<', '] (', 'tg://x'),
          language: fc.constantFrom('', 'ts', 'c++'),
        })
        .map(({ offset, length, kind, url, language }): tl.MessageEntity => {
          const place = { offset, length }
          switch (kind) {
            case 0:
              return { _: 'messageEntityCode', ...place }
            case 1:
              return { _: 'messageEntityPre', ...place, language }
            case 2:
              return { _: 'messageEntityTextUrl', ...place, url }
            case 3:
              return { _: 'messageEntityMentionName', ...place, userId: 4242 }
            case 4:
              return { _: 'messageEntityCustomEmoji', ...place, documentId: -7n }
            case 5:
              return { _: 'messageEntityFormattedDate', ...place, date: 1, shortTime: true }
            case 6:
              return { _: 'messageEntityBlockquote', ...place }
            case 7:
              return { _: 'messageEntityBlockquote', ...place, collapsed: true }
            case 8:
              return { _: 'messageEntityUnderline', ...place }
            case 9:
              return { _: 'messageEntityStrike', ...place }
            case 10:
              return { _: 'messageEntitySpoiler', ...place }
            case 11:
              return { _: 'messageEntityItalic', ...place }
            default:
              return { _: 'messageEntityBold', ...place }
          }
        }),
      { maxLength: 8 },
    ),
  }),
)

describe('round trips', () => {
  test('through HTML, whatever is marked', () => {
    fc.assert(
      fc.property(formatted, ({ text, entities }) => {
        expect(parseHtml(toHtml({ text, entities }))).toEqual({
          text,
          entities: normalizeEntities(text, entities),
        })
      }),
      { numRuns: 500 },
    )
  })

  test('through Markdown, whatever is marked', () => {
    fc.assert(
      fc.property(formatted, ({ text, entities }) => {
        expect(parseMarkdown(toMarkdown({ text, entities }))).toEqual({
          text,
          entities: markdownEntities(text, entities),
        })
      }),
      { numRuns: 1500 },
    )
  })

  test('escaped text is the text', () => {
    fc.assert(
      fc.property(text, (text) => {
        expect(parseMarkdown(escapeMarkdown(text))).toEqual({ text, entities: [] })
      }),
      { numRuns: 1000 },
    )
  })

  test('a message prints like its text; what the server marks by itself is left to it', () => {
    const message = {
      message: '#tag and more',
      entities: [{ _: 'messageEntityHashtag', offset: 0, length: 4 } as const, bold(9, 4)],
    }
    expect(toMarkdown(message)).toBe('#tag and **more**')
    expect(toHtml(message)).toBe('#tag and <b>more</b>')
  })

  test('styles that cross a link leave it whole', () => {
    const entities: tl.MessageEntity[] = [
      bold(0, 4),
      { _: 'messageEntityTextUrl', offset: 2, length: 4, url: 'u' },
      italic(3, 5),
    ]
    expect(toHtml({ text: 'abcdefgh', entities })).toBe(
      '<b>ab</b><a href="u"><b>c<i>d</i></b><i>ef</i></a><i>gh</i>',
    )
  })
})

describe('normalizeEntities', () => {
  test('never marks half a character', () => {
    expect(normalizeEntities('👍👍', [bold(1, 2)])).toEqual([bold(2, 2)])
  })

  test('is a fixed point, inside the text, and in order', () => {
    fc.assert(
      fc.property(formatted, ({ text, entities }) => {
        const once = normalizeEntities(text, entities)
        expect(normalizeEntities(text, once)).toEqual(once)
        for (const { offset, length } of once)
          expect(offset >= 0 && length > 0 && offset + length <= text.length).toBe(true)
      }),
    )
  })
})

describe('templates', () => {
  const name = '**Ann** <b>'
  test('values are text, whatever they hold', () => {
    const expected = { text: 'hi **Ann** <b>!', entities: [bold(3, 11)] }
    expect(markdown`hi **${name}**!`).toEqual(expected)
    expect(html`hi <b>${name}</b>!`).toEqual(expected)
    expect(markdown`> ${'a\nb'}\n\`${'`x`'}\``).toEqual({
      text: 'a\nb\n`x`',
      entities: [quote(0, 3), { _: 'messageEntityCode', offset: 4, length: 3 }],
    })
  })

  test('in addresses too', () => {
    const url = 'https://e.org/a_(b)"'
    const link: tl.MessageEntity = { _: 'messageEntityTextUrl', offset: 0, length: 11, url: `${url}?x` }
    expect(markdown`[${name}](${url}?x)`).toEqual({ text: name, entities: [link] })
    expect(html`<a href="${url}?x">${name}</a>`).toEqual({ text: name, entities: [link] })
    const mention = { _: 'messageEntityMentionName', offset: 0, length: 3, userId: 42 }
    expect(markdown`[Ann](tg://user?id=${42})`).toEqual({ text: 'Ann', entities: [mention] })
    expect(html`<tg-emoji emoji-id="${53n}">x</tg-emoji>`.entities).toMatchObject([{ documentId: 53n }])
  })

  test('formatted values keep their marks', () => {
    const inner = markdown`__${'x'}__y`
    expect(markdown`a **${inner}** ${1}`).toEqual({ text: 'a xy 1', entities: [bold(2, 2), italic(2, 1)] })
  })
})
