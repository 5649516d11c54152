import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TlError, TlReader, TlWriter } from './index.ts'
import { decodeUtf8 } from './utf8.ts'

const hex = (data: Uint8Array) => Buffer.from(data).toString('hex')
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'hex'))

function written(write: (w: TlWriter) => void): Uint8Array {
  const w = new TlWriter(1)
  write(w)
  return w.finish()
}

function codeOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof TlError) return error.code
    throw error
  }
  return 'nothing thrown'
}

const anyLong = fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n })
const anyString = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.string({ unit: 'grapheme-ascii', maxLength: 20 }),
)

describe('the layout published on core.telegram.org/mtproto/serialize', () => {
  test('numbers are little-endian', () => {
    expect(hex(written((w) => w.int(-2)))).toBe('feffffff')
    expect(hex(written((w) => w.uint(0x1cb5c415)))).toBe('15c4b51c')
    expect(hex(written((w) => w.long(-2n)))).toBe('feffffffffffffff')
    expect(hex(written((w) => w.int53(0x1_0000_0002)))).toBe('0200000001000000')
    expect(hex(written((w) => w.int53(-1)))).toBe('ffffffffffffffff')
    expect(hex(written((w) => w.double(1)))).toBe('000000000000f03f')
    expect(hex(written((w) => w.bool(true)))).toBe('b5757299')
    expect(hex(written((w) => w.bool(false)))).toBe('379779bc')
  })

  test('byte strings carry their length and are padded to four bytes', () => {
    expect(hex(written((w) => w.bytes(bytesOf(''))))).toBe('00000000')
    expect(hex(written((w) => w.bytes(bytesOf('010203'))))).toBe('03010203')
    expect(hex(written((w) => w.bytes(bytesOf('01020304'))))).toBe('0401020304000000')
    expect(hex(written((w) => w.bytes(new Uint8Array(253)))).length).toBe(2 * 256)
    const long = written((w) => w.bytes(new Uint8Array(254).fill(7)))
    expect(hex(long.subarray(0, 5))).toBe('fefe000007')
    expect(long.length).toBe(260)
    expect(hex(written((w) => w.string('é')))).toBe('02c3a900')
  })

  test('vectors', () => {
    const data = written((w) => w.vector([1, 2], (w, v) => w.int(v)))
    expect(hex(data)).toBe('15c4b51c020000000100000002000000')
    expect(new TlReader(data).vector((r) => r.int())).toEqual([1, 2])
    const bare = written((w) => w.bareVector([5n], (w, v) => w.long(v)))
    expect(hex(bare)).toBe('010000000500000000000000')
    expect(new TlReader(bare).bareVector((r) => r.long(), 8)).toEqual([5n])
  })
})

test('what is written is read back', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      anyLong,
      fc.maxSafeInteger(),
      fc.double(),
      fc.boolean(),
      fc.uint8Array({ maxLength: 600 }),
      fc.array(anyString, { maxLength: 4 }),
      (int, long, int53, double, bool, bytes, strings) => {
        const data = written((w) => {
          w.int(int)
          w.long(long)
          w.int53(int53)
          w.double(double)
          w.bool(bool)
          w.bytes(bytes)
          w.vector(strings, (w, s) => w.string(s))
        })
        expect(data.length % 4).toBe(0)
        const r = new TlReader(data)
        expect(r.int()).toBe(int)
        expect(r.long()).toBe(long)
        expect(r.int53()).toBe(int53)
        expect(r.double()).toBe(double)
        expect(r.bool()).toBe(bool)
        expect(r.bytes()).toEqual(bytes)
        expect(r.vector((r) => r.string())).toEqual(strings.map((s) => Buffer.from(s).toString()))
        r.expectEnd()
      },
    ),
  )
})

test('strings around every limit survive, one byte and more per character', () => {
  for (const char of ['a', 'é', '€', '😀']) {
    for (const length of [
      0, 1, 3, 4, 11, 12, 13, 23, 24, 25, 63, 84, 85, 127, 252, 253, 254, 255, 256, 70_000,
    ]) {
      const text = char.repeat(length)
      expect(new TlReader(written((w) => w.string(text))).string()).toBe(text)
    }
  }
})

test('a byte order mark is part of a string', () => {
  expect(new TlReader(written((w) => w.string('\ufeffabcdefghijklmnop'))).string()).toBe(
    '\ufeffabcdefghijklmnop',
  )
  expect(decodeUtf8(bytesOf('efbbbf41'), 0, 4)).toBe('\ufeffA')
})

test('byte strings are views, and plain Uint8Arrays even when the input is a Buffer', () => {
  const input = Buffer.from('xx03010203', 'latin1')
  input.set(
    written((w) => w.bytes(bytesOf('010203'))),
    2,
  )
  const value = new TlReader(input, 2, 6).bytes()
  expect(value.constructor).toBe(Uint8Array)
  expect(value.buffer).toBe(input.buffer)
  expect(hex(value)).toBe('010203')
})

test('a range is kept to: nothing outside it is read', () => {
  const r = new TlReader(bytesOf('010000000200000003000000'), 4, 8)
  expect(r.left).toBe(4)
  expect(r.peekUint()).toBe(2)
  expect(r.int()).toBe(2)
  expect(codeOf(() => r.int())).toBe('TL_TRUNCATED')
  expect(codeOf(() => new TlReader(new Uint8Array(4), 2, 8))).toBe('TL_TRUNCATED')
})

describe('lies in the input', () => {
  const cases: [string, string, (r: TlReader) => unknown][] = [
    ['TL_TRUNCATED', '', (r) => r.uint()],
    ['TL_TRUNCATED', '010203', (r) => r.int()],
    ['TL_TRUNCATED', '01020304', (r) => r.long()],
    ['TL_TRUNCATED', '01020304', (r) => r.int53()],
    ['TL_TRUNCATED', '01020304', (r) => r.double()],
    ['TL_TRUNCATED', '04010203', (r) => r.bytes()],
    ['TL_TRUNCATED', '040102030400', (r) => r.bytes()],
    ['TL_TRUNCATED', 'feffffff00', (r) => r.string()],
    ['TL_TRUNCATED', 'feff', (r) => r.string()],
    ['TL_TRUNCATED', '00', (r) => r.raw(2)],
    ['TL_TRUNCATED', '00', (r) => r.raw(-1)],
    ['TL_TRUNCATED', '00', (r) => r.skip(2)],
    ['TL_BAD_LENGTH', 'ff010203', (r) => r.string()],
    ['TL_BAD_BOOL', '01020304', (r) => r.bool()],
    ['TL_BAD_VECTOR', '01020304', (r) => r.vector((r) => r.int())],
    ['TL_BAD_COUNT', '15c4b51cffffffff', (r) => r.vector((r) => r.int())],
    ['TL_BAD_COUNT', '0300000000000000000000000000', (r) => r.bareVector((r) => r.long(), 8)],
    ['TL_INT53_RANGE', '0000000000002000', (r) => r.int53()],
    ['TL_TRAILING_BYTES', '00', (r) => r.expectEnd()],
  ]
  test.each(cases)('%s for %j', (code, data, read) => {
    expect(codeOf(() => read(new TlReader(bytesOf(data))))).toBe(code)
  })

  test('nesting is bounded', () => {
    const r = new TlReader(new Uint8Array(0))
    const nest = (depth: number): void => {
      r.enter()
      if (depth > 1) nest(depth - 1)
      r.leave()
    }
    nest(200)
    expect(codeOf(() => nest(201))).toBe('TL_TOO_DEEP')
  })
})

describe('values that are not what was asked for', () => {
  const wrong = (value: unknown) => value as never
  const cases: [string, (w: TlWriter) => void][] = [
    ['int fraction', (w) => w.int(1.5)],
    ['int range', (w) => w.int(2 ** 31)],
    ['int missing', (w) => w.int(wrong(undefined))],
    ['uint', (w) => w.uint(-1)],
    ['long number', (w) => w.long(wrong(1))],
    ['long range', (w) => w.long(1n << 63n)],
    ['int53 bigint', (w) => w.int53(wrong(1n))],
    ['int53 range', (w) => w.int53(2 ** 53)],
    ['double', (w) => w.double(wrong('1'))],
    ['bool', (w) => w.bool(wrong(1))],
    ['bytes', (w) => w.bytes(wrong([1]))],
    ['string', (w) => w.string(wrong(null))],
    ['raw', (w) => w.raw(wrong('ab'))],
    ['fixed', (w) => w.fixed(new Uint8Array(15), 16)],
    ['vector', (w) => w.vector(wrong('ab'), () => {})],
    ['uintAt', (w) => w.uintAt(4, 1)],
  ]
  test.each(cases)('%s', (_, write) => {
    expect(codeOf(() => write(new TlWriter()))).toBe('TL_BAD_VALUE')
  })

  test('bytes beyond the 24-bit length', () => {
    expect(codeOf(() => new TlWriter().bytes(new Uint8Array(0x100_0000)))).toBe('TL_TOO_LONG')
  })

  test('the value itself stays out of the message', () => {
    expect(() => new TlWriter().bytes(wrong('secret'))).toThrow('expected a Uint8Array, got a string')
  })
})

test('a writer kept and reset leaves earlier results alone', () => {
  const w = new TlWriter()
  w.int(1)
  const first = w.finish()
  w.reset()
  w.int(2)
  w.uintAt(0, 3)
  expect(hex(first)).toBe('01000000')
  expect(hex(w.finish())).toBe('03000000')
})

test('arbitrary bytes never do worse than a TlError', () => {
  const reads: ((r: TlReader) => unknown)[] = [
    (r) => r.int(),
    (r) => r.long(),
    (r) => r.int53(),
    (r) => r.bool(),
    (r) => r.bytes(),
    (r) => r.string(),
    (r) => r.vector((r) => r.string()),
    (r) => r.bareVector((r) => r.long(), 8),
    (r) => r.raw(16),
  ]
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.array(fc.nat(reads.length - 1)), (data, order) => {
      const r = new TlReader(data)
      try {
        for (const index of order) reads[index]!(r)
      } catch (error) {
        if (!(error instanceof TlError)) throw error
      }
      expect(r.pos).toBeLessThanOrEqual(data.length)
    }),
  )
})
