import fc from 'fast-check'
import { expect, test } from 'vitest'
import { printable, printableLine } from './printable.ts'
import { table } from './table.ts'

test('what would move the cursor, ring the bell or turn the text around becomes visible', () => {
  expect(printable('a\u001b[2Jb\u0007c\u009bd\u202ee\r\nf\rg\th 🎈 é')).toBe('a␛[2Jb␇c�d�e\nf␍g  h 🎈 é')
  expect(printableLine('one\ntwo')).toBe('one two')
})

test('no text whatever brings a control character to the terminal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      for (const char of printable(text)) {
        const code = char.codePointAt(0) ?? 0
        expect(char === '\n' || (code >= 0x20 && (code < 0x7f || code >= 0xa0))).toBe(true)
      }
    }),
  )
})

test('a table has its columns below each other', () => {
  expect(
    table([
      ['1', 'one', ''],
      ['10', 'a\nb', 'x'],
    ]),
  ).toEqual(['1   one', '10  a b  x'])
})
