import {
  type Arbitrary,
  assert as assertProperty,
  bigInt,
  boolean,
  constant,
  constantFrom,
  integer,
  ipV4,
  nat,
  oneof,
  property,
  record,
  string,
  uint8Array,
} from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sampleKey, strings } from './fixtures.testing.ts'
import { type PortableSession, SessionStringError } from './portable-session.ts'
import { formatSessionString, parseSessionString, type SessionStringFormat } from './session-string.ts'

const formats: SessionStringFormat[] = ['telegram-mt', 'telethon', 'pyrogram', 'gramjs', 'mtcute']
const dc4 = { host: '149.154.167.91', port: 443 }
const test2 = { host: '2001:67c:4e8:f002::e', port: 443 }

const known: Record<keyof typeof strings, Partial<PortableSession> & { format: SessionStringFormat }> = {
  telegram: { format: 'gramjs', dc: 4, test: false, address: dc4 },
  telegramName: {
    format: 'gramjs',
    dc: 4,
    test: false,
    address: { host: 'venus.web.telegram.org', port: 80 },
  },
  teleproto: { format: 'gramjs', dc: 4, test: false, address: dc4 },
  teleprotoName: {
    format: 'gramjs',
    dc: 4,
    test: false,
    address: { host: 'venus.web.telegram.org', port: 80 },
  },
  mtcute: { format: 'mtcute', dc: 4, test: false, address: dc4, userId: 2 ** 40 + 5, isBot: false },
  mtcuteTest: { format: 'mtcute', dc: 2, test: true, address: test2, userId: undefined },
  telethon4: { format: 'telethon', dc: 4, test: false, address: dc4 },
  telethon6: { format: 'telethon', dc: 2, test: true, address: test2 },
  pyrogram: { format: 'pyrogram', dc: 4, test: false, userId: 2 ** 40 + 5, isBot: false, apiId: 12345 },
  pyrogramTestBot: { format: 'pyrogram', dc: 2, test: true, userId: 77, isBot: true, apiId: 12345 },
  pyrogramOld32: {
    format: 'pyrogram',
    dc: 4,
    test: false,
    userId: 4000000000,
    isBot: false,
    apiId: undefined,
  },
  pyrogramOld64: {
    format: 'pyrogram',
    dc: 4,
    test: false,
    userId: 2 ** 40 + 5,
    isBot: true,
    apiId: undefined,
  },
}

const names = Object.keys(strings) as (keyof typeof strings)[]

describe('strings of other libraries', () => {
  it.each(names)('are read: %s', (name) => {
    expect(parseSessionString(` ${strings[name]}\n`)).toMatchObject({ ...known[name], authKey: sampleKey })
  })

  // mtcute adds an address for media, which is not kept; Pyrogram no longer writes its old formats.
  const rewritten = names.filter((name) => name !== 'mtcute' && !name.startsWith('pyrogramOld'))
  it.each(rewritten)('are written as the library writes them: %s', (name) => {
    const session = parseSessionString(strings[name])
    expect(formatSessionString(session, session.format)).toBe(strings[name])
  })

  it('become each other', () => {
    const session = parseSessionString(strings.mtcute)
    expect(formatSessionString(session, 'telethon')).toBe(strings.telethon4)
    expect(formatSessionString(session, 'gramjs')).toBe(strings.telegram)
    expect(formatSessionString({ ...session, apiId: 12345 }, 'pyrogram')).toBe(strings.pyrogram)
  })

  it('get the published address where the format needs one', () => {
    const { address } = parseSessionString(
      formatSessionString(parseSessionString(strings.pyrogram), 'telethon'),
    )
    expect(address).toEqual(dc4)
    const { address: ofTest } = parseSessionString(
      formatSessionString(parseSessionString(strings.pyrogramTestBot), 'gramjs'),
    )
    expect(ofTest?.host).toBe('149.154.167.40')
  })
})

const sessions: Arbitrary<PortableSession> = record({
  dc: integer({ min: 1, max: 5 }),
  test: boolean(),
  address: record({
    host: oneof(ipV4(), constantFrom('2001:db8::1', '1:2:3:4:5:6:7:8', 'fe80::')),
    port: integer({ min: 1, max: 32767 }),
  }),
  userId: integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  isBot: boolean(),
  authKey: uint8Array({ minLength: 256, maxLength: 256 }).map((key) => Uint8Array.of(1, ...key.subarray(1))),
  salt: bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  apiId: integer({ min: 1, max: 2 ** 31 - 1 }),
})

const kept: Record<SessionStringFormat, (keyof PortableSession)[]> = {
  'telegram-mt': ['dc', 'test', 'address', 'userId', 'isBot', 'authKey', 'salt'],
  telethon: ['dc', 'address', 'authKey'],
  gramjs: ['dc', 'address', 'authKey'],
  pyrogram: ['dc', 'test', 'userId', 'isBot', 'authKey', 'apiId'],
  mtcute: ['dc', 'test', 'address', 'userId', 'isBot', 'authKey'],
}

describe.each(formats)('%s', (format) => {
  it('gives back what it holds, and is told from the others', () => {
    assertProperty(
      property(sessions, (session) => {
        const parsed = parseSessionString(formatSessionString(session, format))
        expect(parsed.format).toBe(format)
        for (const field of kept[format]) expect(parsed[field]).toEqual(session[field])
      }),
    )
  })

  it('answers any damage with a SessionStringError', () => {
    const whole = formatSessionString({ ...parseSessionString(strings.pyrogram), salt: 5n }, format)
    const damaged = oneof(
      nat(whole.length - 1).map((end) => whole.slice(0, end)),
      record({ at: nat(whole.length - 1), by: string({ maxLength: 3 }) }).map(
        ({ at, by }) => whole.slice(0, at) + by + whole.slice(at + 1),
      ),
      nat(whole.length - 1).map((at) => whole.slice(at)),
      string().map((more) => whole + more),
    )
    assertProperty(
      property(damaged, (text) => expectTypedError(() => parseSessionString(text))),
      { numRuns: 500 },
    )
    assertProperty(
      property(damaged, (text) => expectTypedError(() => parseSessionString(text, format))),
      { numRuns: 500 },
    )
  })
})

it('answers any text with a session or a SessionStringError', () => {
  const texts = oneof(
    string(),
    string({ unit: constantFrom(...'ABab01+/-_='), minLength: 300, maxLength: 500 }),
    uint8Array({ minLength: 255, maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('base64url')),
    uint8Array({ minLength: 255, maxLength: 300 }).map(
      (bytes) => `1${Buffer.from(bytes).toString('base64')}`,
    ),
    uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from([3, ...bytes]).toString('base64url')),
    constant('x'.repeat(100_000)),
  )
  assertProperty(
    property(texts, (text) => expectTypedError(() => parseSessionString(text))),
    { numRuns: 1000 },
  )
})

function expectTypedError(action: () => unknown): void {
  try {
    action()
  } catch (error) {
    expect(error).toBeInstanceOf(SessionStringError)
    expect((error as Error).message.length).toBeLessThan(200)
  }
}

describe('our own strings', () => {
  const session = parseSessionString(strings.mtcute)

  it('notice every changed character', () => {
    const whole = formatSessionString(session)
    assertProperty(
      property(nat(whole.length - 1), constantFrom(...'AQgw'), (at, character) => {
        const changed = whole.slice(0, at) + character + whole.slice(at + 1)
        // The last character carries bits that stand for nothing.
        if (changed === whole || at === whole.length - 1) return
        expect(() => parseSessionString(changed)).toThrow(SessionStringError)
      }),
      { numRuns: 300 },
    )
  })

  it('name a version that is not known', () => {
    expect(() => parseSessionString('tmt2.AAAA')).toThrow(
      expect.objectContaining({ code: 'SESSION_STRING_VERSION' }),
    )
  })

  it('need neither address, user nor salt', () => {
    const bare = { dc: 2, test: true, authKey: sampleKey }
    expect(parseSessionString(formatSessionString(bare))).toEqual({
      ...bare,
      address: undefined,
      userId: undefined,
      isBot: undefined,
      salt: 0n,
      format: 'telegram-mt',
    })
  })
})

describe('what does not fit', () => {
  const session = parseSessionString(strings.telegramName)
  it.each<[string, SessionStringFormat, Partial<PortableSession>, string]>([
    ['a name for an address', 'telethon', {}, 'SESSION_STRING_UNFIT'],
    [
      'a port that GramJS misreads',
      'gramjs',
      { address: { host: '1.2.3.4', port: 40000 } },
      'SESSION_STRING_UNFIT',
    ],
    ['a datacenter without an address', 'mtcute', { dc: 77, address: undefined }, 'SESSION_STRING_UNFIT'],
    ['a short key', 'telegram-mt', { authKey: new Uint8Array(255) }, 'SESSION_STRING_INVALID'],
    ['an empty key', 'telegram-mt', { authKey: new Uint8Array(256) }, 'SESSION_STRING_INVALID'],
    ['datacenter 0', 'pyrogram', { dc: 0 }, 'SESSION_STRING_INVALID'],
  ])('is refused: %s', (_, format, change, code) => {
    expect(() => formatSessionString({ ...session, ...change }, format)).toThrow(
      expect.objectContaining({ code }),
    )
  })
})
