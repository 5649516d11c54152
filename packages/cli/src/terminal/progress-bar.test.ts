import fc from 'fast-check'
import stringWidth from 'string-width'
import { expect, test } from 'vitest'
import { ProgressBar, progressLine } from './progress-bar.ts'
import { shorten } from './shorten.ts'

test('bytes, share, rate and time left', () => {
  expect(progressLine('report.pdf', { bytes: 4_500_000, total: 10_000_000, rate: 1_100_000 }, 79)).toBe(
    'report.pdf  [########----------]   45 %  4.5 MB of 10.0 MB  1.1 MB/s  0:05 left',
  )
  expect(progressLine('x', { bytes: 3, total: undefined, rate: 0 }, 79)).toBe('x  3 B')
  expect(progressLine('x', { bytes: 0, total: 0, rate: 0 }, 79)).toContain('100 %')
  expect(progressLine('x', { bytes: 1, total: 7_300_000_000, rate: 1_000_000 }, 79)).toContain('2:01:40 left')
})

test('no name and no number makes it longer than the line', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.record({
        bytes: fc.nat(),
        total: fc.option(fc.nat(), { nil: undefined }),
        rate: fc.double({ min: 0, max: 1e9, noNaN: true }),
      }),
      fc.integer({ min: 10, max: 120 }),
      (name, transfer, columns) => {
        expect(stringWidth(progressLine(name, transfer, columns))).toBeLessThanOrEqual(columns)
      },
    ),
  )
})

test('wide characters are cut as a whole', () => {
  expect(shorten('漢字漢字', 5)).toBe('漢字…')
  expect(shorten('漢字', 4)).toBe('漢字')
})

test('is drawn as often as people can read, and at the end', () => {
  let now = 0
  const lines: (string | undefined)[] = []
  const bar = new ProgressBar(
    'x',
    (line) => lines.push(line),
    () => 80,
    () => now,
  )
  for (let bytes = 1; bytes <= 1000; bytes++, now++) bar.update({ bytes, total: 1000, rate: 1 })
  bar.end()
  expect(lines.length).toBe(12)
  expect(lines.at(-2)).toContain('100 %')
  expect(lines.at(-1)).toBeUndefined()
})
