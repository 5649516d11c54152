import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lineToArguments, splitWords } from './words.ts'

const texts = (line: string) => splitWords(line).map(({ text }) => text)

describe('words of a line', () => {
  test.each([
    ['', []],
    ['  \t ', []],
    ['use  ann ', ['use', 'ann']],
    ['newgroup "Our weekend" @bob', ['newgroup', 'Our weekend', '@bob']],
    ["newgroup 'Our weekend' @bob", ['newgroup', 'Our weekend', '@bob']],
    ['history "say \\"hi\\" \\\\ there"', ['history', 'say "hi" \\ there']],
    ["don't do 'that", ["don't", 'do', "'that"]],
    ['"a"b "" c', ['"a"b', '', 'c']],
  ])('%j', (line, words) => {
    expect(texts(line)).toEqual(words)
  })

  test('every character of a line is in a word or a space between words', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', ' ', '"', "'", '\\', '-', '\t', 'é') }), (line) => {
        let at = 0
        for (const { start, end } of splitWords(line)) {
          expect(line.slice(at, start).trim()).toBe('')
          expect(end).toBeGreaterThan(start)
          at = end
        }
        expect(line.slice(at).trim()).toBe('')
      }),
    )
  })
})

describe('what the parser is given', () => {
  test.each([
    ["send @bob don't  worry -- be happy", ['send', '@bob', '--', "don't  worry -- be happy"]],
    ['send "Our weekend" "in quotes" and not', ['send', 'Our weekend', '--', '"in quotes" and not']],
    ['send @bob "  in quotes  "', ['send', '@bob', '--', '  in quotes  ']],
    [
      'send --silent --reply-to 5 @bob --not-an-option',
      ['send', '--silent', '--reply-to', '5', '@bob', '--', '--not-an-option'],
    ],
    ['send --session @ann @bob hi', ['send', '--session', '@ann', '@bob', '--', 'hi']],
    ['send --reply-to=5 -4000001 hi', ['send', '--reply-to=5', '-4000001', '--', 'hi']],
    ['send @bob', ['send', '@bob']],
    ['history friends --limit 5', ['history', 'friends', '--limit', '5']],
    ['nonsense "a b"', ['nonsense', 'a b']],
    ['', []],
  ])('%j', (line, words) => {
    expect(lineToArguments(line)).toEqual(words)
  })
})
