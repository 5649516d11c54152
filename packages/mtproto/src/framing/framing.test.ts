import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type ClientFraming,
  clientFraming,
  DEFAULT_MAX_PACKET,
  type Frame,
  FramingError,
  ServerFraming,
  type TransportName,
} from '../index.ts'
import { seededRandom } from '../seeded-random.testing.ts'
import { crc32 } from './crc32.ts'

const transports: TransportName[] = ['abridged', 'intermediate', 'padded', 'full']

/** Packets as MTProto has them: plain ones, and encrypted ones of whole AES blocks. */
const packet = fc.oneof(
  fc.uint8Array({ minLength: 0, maxLength: 600 }).map((bytes) => {
    const body = bytes.subarray(0, bytes.length & ~3)
    const plain = new Uint8Array(20 + body.length)
    plain[8] = 1
    new DataView(plain.buffer).setUint32(16, body.length, true)
    plain.set(body, 20)
    return plain
  }),
  fc.tuple(fc.nat(100), fc.nat(255)).map(([blocks, fill]) => new Uint8Array(40 + 16 * blocks).fill(fill | 1)),
)

const obfuscations = ['none', 'plain', 'secret'] as const
const connection = fc.record({
  name: fc.constantFrom(...transports),
  obfuscated: fc.constantFrom(...obfuscations),
  seed: fc.nat(),
  dc: fc.integer({ min: -10005, max: 10005 }),
})

function connect(c: {
  name: TransportName
  obfuscated: (typeof obfuscations)[number]
  seed: number
  dc: number
}) {
  const random = seededRandom(c.seed)
  const secret = random(16)
  const obfuscated = c.obfuscated === 'none' ? false : c.obfuscated === 'plain' ? true : { secret, dc: c.dc }
  return {
    client: clientFraming(c.name, { obfuscated, random }),
    server: new ServerFraming({ random, secrets: [random(16), secret] }),
    secret,
  }
}

/** `data` in pieces whose lengths repeat `sizes`. */
function* pieces(data: Uint8Array, sizes: number[]): Generator<Uint8Array> {
  let at = 0
  for (let i = 0; at < data.length; i++) {
    const size = sizes[i % sizes.length]!
    yield data.subarray(at, at + size)
    at += size
  }
}

const chunking = fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 3000 })), {
  minLength: 1,
  maxLength: 20,
})

function concat(parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}

function packets(frames: readonly { type: string; data?: Uint8Array }[]): string[] {
  return frames.map((frame) =>
    frame.type === 'packet' ? Buffer.from(frame.data!).toString('hex') : frame.type,
  )
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

function codeOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (error instanceof FramingError) return error.code
    throw error
  }
  return 'no error'
}

function words(...values: number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(values).buffer)
}

describe('round trip', () => {
  test('any packets, in any chunks, through any transport, both ways', () => {
    fc.assert(
      fc.property(
        connection,
        fc.array(packet, { minLength: 1, maxLength: 8 }),
        fc.array(packet, { maxLength: 8 }),
        chunking,
        (setup, up, down, sizes) => {
          const { client, server, secret } = connect(setup)
          const sent = concat(up.map((data) => client.encode(data)))
          const received = [...pieces(sent, sizes)].flatMap((chunk) => server.push(chunk))
          expect(packets(received)).toEqual(up.map(hex))
          expect(server.transport).toMatchObject({
            name: setup.name,
            obfuscated: setup.obfuscated !== 'none',
            ...(setup.obfuscated === 'secret' ? { dc: setup.dc, secret } : {}),
          })
          const answered = concat(down.map((data) => server.encode(data)))
          const answers = [...pieces(answered, sizes)].flatMap((chunk) => client.push(chunk))
          expect(packets(answers)).toEqual(down.map(hex))
        },
      ),
      { numRuns: 300 },
    )
  })

  test.each(transports)('%s: a packet of the largest size passes, four bytes more do not', (name) => {
    const { client, server } = connect({ name, obfuscated: 'none', seed: 1, dc: 1 })
    const largest = new Uint8Array(DEFAULT_MAX_PACKET - 8).fill(7)
    expect(packets(server.push(client.encode(largest)))).toEqual([hex(largest)])
    expect(codeOf(() => client.encode(new Uint8Array(DEFAULT_MAX_PACKET + 4)))).toBe('FRAME_TOO_LARGE')
  })

  test.each(transports)('%s: a frame inside one chunk is a view of it, not a copy', (name) => {
    const { client, server } = connect({ name, obfuscated: 'none', seed: 1, dc: 1 })
    const chunk = client.encode(new Uint8Array(40).fill(9))
    const [frame] = server.push(chunk)
    expect(frame?.type === 'packet' && frame.data.buffer === chunk.buffer).toBe(true)
  })

  test('a large frame in very small chunks takes time in proportion to its size', () => {
    const time = (size: number) => {
      const { client, server } = connect({ name: 'intermediate', obfuscated: 'none', seed: 1, dc: 1 })
      const bytes = client.encode(new Uint8Array(size).fill(1))
      const start = process.cpuUsage().user
      const frames = [...pieces(bytes, [4])].flatMap((chunk) => server.push(chunk))
      expect(frames).toHaveLength(1)
      return process.cpuUsage().user - start
    }
    time(100_040)
    // Sixteen times the bytes: a quadratic reader would need 256 times as long.
    expect(time(1_600_040)).toBeLessThan(100 * Math.max(time(100_040), 5_000))
  })
})

describe('M10: transport errors and quick acknowledgements', () => {
  test.each(transports)('%s: errors arrive with their codes, nothing-to-say is dropped', (name) => {
    for (const obfuscated of obfuscations) {
      const { client, server } = connect({ name, obfuscated, seed: 3, dc: 2 })
      server.push(client.encode(new Uint8Array(40).fill(1)))
      const bytes = [-404, -429, 0, -444, -403].map((code) => server.encodeError(code))
      expect(client.push(concat(bytes))).toEqual(
        [-404, -429, -444, -403].map((code) => ({ type: 'error', code })),
      )
    }
  })

  test('full: the bare code that Telegram sends in place of length and seqno is an error as well', () => {
    const client = clientFraming('full', { random: seededRandom(1) })
    expect(client.push(words(-429, -429, -429))).toEqual([{ type: 'error', code: -429 }])
  })

  test.each(['abridged', 'intermediate', 'padded'] as const)(
    '%s: a quick ack is asked for and given',
    (name) => {
      for (const obfuscated of obfuscations) {
        for (const size of [40, 40 + 16 * 40]) {
          const { client, server } = connect({ name, obfuscated, seed: 4, dc: 2 })
          const data = new Uint8Array(size).fill(1)
          expect(server.push(client.encode(data, true))).toEqual([{ type: 'packet', data, quickAck: true }])
          const answer = concat([server.encodeQuickAck(0x12345678), server.encode(data)])
          expect(client.push(answer)).toEqual([
            { type: 'quickAck', token: 0x92345678 },
            { type: 'packet', data },
          ])
        }
      }
    },
  )

  test('full has none', () => {
    const { client, server } = connect({ name: 'full', obfuscated: 'none', seed: 1, dc: 1 })
    const data = new Uint8Array(40).fill(1)
    expect(codeOf(() => client.encode(data, true))).toBe('FRAME_QUICK_ACK_UNSUPPORTED')
    server.push(client.encode(data))
    expect(codeOf(() => server.encodeQuickAck(1))).toBe('FRAME_QUICK_ACK_UNSUPPORTED')
  })
})

describe('M10: frames that lie: the client refuses them, and the server refuses them', () => {
  const random = seededRandom(5)
  const client = (name: TransportName): ClientFraming => clientFraming(name, { random, maxPacket: 1024 })
  const server = (prelude: number[]): ServerFraming => {
    const framing = new ServerFraming({ random, maxPacket: 1024 })
    framing.push(Uint8Array.from(prelude))
    return framing
  }
  const fullFrame = (length: number, seqno: number, payload: Uint8Array, crc?: number) => {
    const head = concat([words(length, seqno), payload])
    return concat([head, words(crc ?? crc32(head))])
  }
  const body = new Uint8Array(40).fill(1)

  const faults: [string, string, () => unknown][] = [
    ['abridged: zero length', 'FRAME_LENGTH_ZERO', () => client('abridged').push(Uint8Array.of(0))],
    [
      'abridged: zero length, long form',
      'FRAME_LENGTH_ZERO',
      () => client('abridged').push(Uint8Array.of(0x7f, 0, 0, 0)),
    ],
    ['abridged: oversized', 'FRAME_TOO_LARGE', () => client('abridged').push(Uint8Array.of(0x7f, 1, 1, 0))],
    [
      'abridged: too short',
      'FRAME_TOO_SHORT',
      () => client('abridged').push(Uint8Array.of(2, ...new Uint8Array(8))),
    ],
    ['intermediate: zero length', 'FRAME_LENGTH_ZERO', () => client('intermediate').push(words(0))],
    ['intermediate: oversized', 'FRAME_TOO_LARGE', () => client('intermediate').push(words(1028))],
    ['intermediate: unaligned', 'FRAME_LENGTH_UNALIGNED', () => client('intermediate').push(words(42))],
    ['intermediate: too short', 'FRAME_TOO_SHORT', () => client('intermediate').push(words(8, 0, 0))],
    ['padded: zero length', 'FRAME_LENGTH_ZERO', () => client('padded').push(words(0))],
    ['padded: oversized', 'FRAME_TOO_LARGE', () => client('padded').push(words(1040))],
    ['padded: too short', 'FRAME_TOO_SHORT', () => client('padded').push(Uint8Array.of(3, 0, 0, 0, 1, 2, 3))],
    ['full: zero length', 'FRAME_LENGTH_ZERO', () => client('full').push(words(0, 0))],
    ['full: negative length', 'FRAME_LENGTH_NEGATIVE', () => client('full').push(words(-5000, 0))],
    [
      'full: negative length with a seqno',
      'FRAME_LENGTH_NEGATIVE',
      () => client('full').push(words(-404, 0)),
    ],
    ['full: unaligned', 'FRAME_LENGTH_UNALIGNED', () => client('full').push(words(41, 0))],
    ['full: oversized', 'FRAME_TOO_LARGE', () => client('full').push(words(1040, 0))],
    ['full: shorter than its envelope', 'FRAME_TOO_SHORT', () => client('full').push(words(12, 0))],
    ['full: wrong seqno', 'FRAME_SEQNO', () => client('full').push(fullFrame(52, 1, body))],
    [
      'full: seqno repeated',
      'FRAME_SEQNO',
      () => client('full').push(concat([fullFrame(52, 0, body), fullFrame(52, 0, body)])),
    ],
    ['full: bad CRC', 'FRAME_CRC', () => client('full').push(fullFrame(52, 0, body, 1))],
    ['full: lying length', 'FRAME_CRC', () => client('full').push(fullFrame(48, 0, body))],
    ['server: zero length', 'FRAME_LENGTH_ZERO', () => server([0xef]).push(Uint8Array.of(0))],
    [
      'server: zero length with a quick ack bit',
      'FRAME_LENGTH_ZERO',
      () => server([0xee, 0xee, 0xee, 0xee]).push(words(0x80000000)),
    ],
    ['server: oversized', 'FRAME_TOO_LARGE', () => server([0xdd, 0xdd, 0xdd, 0xdd]).push(words(0x7fffffff))],
    [
      'server: four bytes are no packet',
      'FRAME_TOO_SHORT',
      () => server([0xee, 0xee, 0xee, 0xee]).push(words(4, -404)),
    ],
    ['server: full with a negative length', 'FRAME_LENGTH_NEGATIVE', () => server([]).push(words(-429, 0))],
    [
      'server: no transport at all',
      'FRAME_TRANSPORT_UNKNOWN',
      () => server([]).push(new Uint8Array(80).fill(0x55)),
    ],
    ['server: written too early', 'FRAME_TRANSPORT_UNDETECTED', () => server([]).encode(body)],
    ['encode: empty', 'FRAME_LENGTH_ZERO', () => client('padded').encode(new Uint8Array(0))],
    ['encode: unaligned', 'FRAME_LENGTH_UNALIGNED', () => client('abridged').encode(new Uint8Array(42))],
    ['encode: too short', 'FRAME_TOO_SHORT', () => client('full').encode(new Uint8Array(8))],
  ]
  test.each(faults)('%s', (_, code, action) => {
    expect(codeOf(action)).toBe(code)
  })

  test('any change of one byte in the full transport is seen', () => {
    fc.assert(
      fc.property(packet, fc.nat(), fc.integer({ min: 1, max: 255 }), (data, at, flip) => {
        const sender = new ServerFraming({ random })
        sender.push(clientFraming('full', { random }).encode(body))
        const bytes = sender.encode(data)
        bytes[at % bytes.length]! ^= flip
        const receiver = clientFraming('full', { random })
        let frames: Frame[] = []
        // A length that grew may make the receiver wait; it never hands out a changed packet.
        const code = codeOf(() => {
          frames = receiver.push(bytes)
        })
        expect(frames.filter((frame) => frame.type === 'packet')).toEqual([])
        if (at % bytes.length >= 4) expect(code).toMatch(/FRAME_(CRC|SEQNO)/)
      }),
    )
  })

  test('a client with another secret is refused', () => {
    const framing = new ServerFraming({ random, secrets: [random(16)], secretRequired: true })
    const stranger = clientFraming('padded', { obfuscated: { secret: random(16), dc: 2 }, random })
    expect(codeOf(() => framing.push(stranger.encode(body)))).toBe('FRAME_TRANSPORT_UNKNOWN')
    const plain = new ServerFraming({ random, secrets: [random(16)], secretRequired: true })
    expect(codeOf(() => plain.push(client('abridged').encode(body)))).toBe('FRAME_TRANSPORT_UNKNOWN')
  })

  const fuzzMs = Number(process.env.FUZZ_SECONDS ?? 0.3) * 1000
  test('random bytes give frames or a FramingError, never anything else', {
    timeout: fuzzMs * 2 + 20_000,
  }, () => {
    const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 1e9)
    const bytes = seededRandom(seed)
    const preludes = [[], [0xef], [0xee, 0xee, 0xee, 0xee], [0xdd, 0xdd, 0xdd, 0xdd]]
    const end = Date.now() + fuzzMs
    for (let round = 0; round === 0 || Date.now() < end; round++) {
      for (const [i, name] of transports.entries()) {
        const junk = bytes(200)
        // Small lengths reach deeper than random ones.
        if (junk[199]! & 1) junk.fill(0, 1, 4)
        for (const push of [
          (chunk: Uint8Array) => clientFraming(name, { random: bytes }).push(chunk),
          (chunk: Uint8Array) =>
            new ServerFraming({ random: bytes }).push(concat([Uint8Array.from(preludes[i]!), chunk])),
        ]) {
          try {
            push(junk)
          } catch (error) {
            if (!(error instanceof FramingError))
              throw new Error(`FUZZ_SEED=${seed} round ${round}`, { cause: error })
          }
        }
      }
    }
  })
})

describe('detection', () => {
  const random = seededRandom(6)

  test('HTTP and TLS are reported with all of their bytes', () => {
    const request = Buffer.from('POST /api HTTP/1.1\r\n\r\n')
    for (const [bytes, protocol] of [
      [request, 'http'],
      [Buffer.from('GET / HTTP/1.1\r\n\r\n'), 'http'],
      [Buffer.from('OPTIONS * HTTP/1.1\r\n\r\n'), 'http'],
      [Buffer.from('HEAD / HTTP/1.1\r\n\r\n'), 'http'],
      [Buffer.from('160301020001000000', 'hex'), 'tls'],
      [Buffer.from('160301070001000000', 'hex'), 'tls'],
    ] as const) {
      const server = new ServerFraming({ random })
      expect(server.push(bytes.subarray(0, 2))).toEqual([])
      expect(server.push(bytes.subarray(2))).toEqual([
        { type: 'foreign', protocol, data: new Uint8Array(bytes) },
      ])
      expect(server.push(Uint8Array.of(1))).toEqual([{ type: 'foreign', protocol, data: Uint8Array.of(1) }])
    }
  })

  test('an obfuscation header never looks like another protocol', () => {
    // A random source that first offers everything that is forbidden.
    const offers = [
      [0xef],
      [0xee, 0xee, 0xee, 0xee],
      [0xdd, 0xdd, 0xdd, 0xdd],
      [...Buffer.from('GET ')],
      [...Buffer.from('POST')],
      [...Buffer.from('HEAD')],
      [...Buffer.from('OPTI')],
      [0x16, 3, 1, 2],
      [1, 2, 3, 4, 0, 0, 0, 0],
    ]
    let left = [...offers]
    const malicious = (length: number) => {
      const bytes = random(length)
      if (length === 64) bytes.set(left.shift() ?? [])
      return bytes
    }
    const header = clientFraming('abridged', { obfuscated: true, random: malicious }).encode(
      new Uint8Array(40).fill(1),
    )
    expect(left).toEqual([])
    for (const offer of offers) expect([...header.subarray(0, offer.length)]).not.toEqual(offer)
    // The full transport must not carry another one's tag by accident.
    left = []
    let tags = 2
    const accidental = (length: number) => {
      const bytes = random(length)
      if (length === 64) bytes.fill(0xee, 56, 60)
      return length === 4 && tags-- > 0 ? bytes.fill(0xdd) : bytes
    }
    const server = new ServerFraming({ random })
    const full = clientFraming('full', { obfuscated: true, random: accidental })
    const data = new Uint8Array(40).fill(1)
    expect(server.push(full.encode(data))).toEqual([{ type: 'packet', data }])
    expect(server.transport?.name).toBe('full')
    expect(tags).toBeLessThan(0)
  })
})

test('CRC-32 of the standard check string', () => {
  expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926)
  expect(crc32(Buffer.from('6789'), 0, 4, crc32(Buffer.from('12345')))).toBe(0xcbf43926)
})
