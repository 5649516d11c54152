import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FramingError, parseProxySecret, proxyFraming, ServerFraming, TlsServerFraming } from '../../index.ts'
import { seededRandom } from '../../seeded-random.testing.ts'
import { decoyPublicKey } from './curve25519.ts'

const now = 1_700_000_000_000
const random = seededRandom('fake TLS')
const secret = random(16)
const data = new Uint8Array(56).fill(3)

const client = (ours = secret, dc = 2) =>
  proxyFraming({ kind: 'tls', secret: ours, domain: 'example.org' }, { dc, random })
const server = (options: Partial<ConstructorParameters<typeof TlsServerFraming>[0]> = {}) =>
  new TlsServerFraming({ random, secrets: [random(16), secret], now, ...options })

function written(frames: { type: string; data?: Uint8Array }[]): Uint8Array {
  if (frames[0]?.type !== 'write') throw new Error(`${frames[0]?.type} instead of write`)
  return frames[0].data!
}

function codeOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (error instanceof FramingError) return error.code
    throw error
  }
  return 'no error'
}

function* pieces(bytes: Uint8Array, sizes: number[]): Generator<Uint8Array> {
  let at = 0
  for (let i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length]!
    yield bytes.subarray(at, at + size)
    at += size
  }
}

test('a hello, an answer, and packets of any size in any chunks, both ways', () => {
  const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 4000 })), {
    minLength: 1,
    maxLength: 8,
  })
  const packets = fc.array(
    fc.nat(250).map((blocks) => new Uint8Array(24 + 16 * blocks).fill(blocks | 1)),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  fc.assert(
    fc.property(packets, sizes, (sent, chunks) => {
      const a = client()
      const b = server()
      expect(a.ready).toBe(false)
      const hello = a.open(now)!
      const answer = [...pieces(hello, chunks)].flatMap((chunk) => b.push(chunk))
      for (const chunk of pieces(written(answer), chunks)) {
        expect(a.ready).toBe(false)
        expect(a.push(chunk)).toEqual([])
      }
      expect(a.ready).toBe(true)
      const expected = sent.map((packet) => ({ type: 'packet', data: packet }))
      const up = sent.flatMap((packet) => [...pieces(a.encode(packet), chunks)])
      expect(up.flatMap((chunk) => b.push(chunk))).toEqual(expected)
      expect(b.transport).toMatchObject({ name: 'padded', obfuscated: true, dc: 2, secret })
      const down = sent.flatMap((packet) => [...pieces(b.encode(packet), chunks)])
      expect(down.flatMap((chunk) => a.push(chunk))).toEqual(expected)
      expect(a.push(b.encodeError(-404))).toEqual([{ type: 'error', code: -404 }])
    }),
    { numRuns: 20 },
  )
})

test('the hello looks like one: lengths fit, the domain is in it, no two are alike', () => {
  const hello = client().open(now)!
  const view = new DataView(hello.buffer)
  expect([...hello.subarray(0, 3)]).toEqual([0x16, 3, 1])
  expect(view.getUint16(3)).toBe(hello.length - 5)
  expect(view.getUint32(5)).toBe(0x01000000 + hello.length - 9)
  const ciphers = view.getUint16(76)
  let at = 78 + ciphers + 2
  expect(view.getUint16(at)).toBe(hello.length - at - 2)
  const types: number[] = []
  for (at += 2; at < hello.length; at += 4 + view.getUint16(at + 2)) types.push(view.getUint16(at))
  expect(at).toBe(hello.length)
  expect(new Set(types).size).toBe(types.length)
  expect(types).toHaveLength(18)
  expect(Buffer.from(hello).includes('example.org')).toBe(true)
  expect(client().open(now)).not.toEqual(hello)
  // A server tells it from all transports.
  expect(new ServerFraming({ random }).push(hello)).toEqual([
    { type: 'foreign', protocol: 'tls', data: hello },
  ])
})

test('a decoy key is an x-coordinate of the curve', () => {
  const p = (1n << 255n) - 19n
  for (let i = 0; i < 10; i++) {
    const x = BigInt(`0x${Buffer.from(decoyPublicKey(random)).reverse().toString('hex')}`)
    const square = (x ** 3n + 486662n * x ** 2n + x) % p
    let power = 1n
    for (const bit of ((p - 1n) / 2n).toString(2)) power = (power * power * (bit === '1' ? square : 1n)) % p
    expect(power).toBe(1n)
  }
  expect(decoyPublicKey((length) => new Uint8Array(length))).toHaveLength(32)
})

describe('refusals', () => {
  test('a client with another secret', () => {
    expect(codeOf(() => server().push(client(random(16)).open(now)!))).toBe('FRAME_TLS_DIGEST')
  })
  test('a hello with one changed byte', () => {
    for (const at of [12, 50, 200, 1000]) {
      const hello = client().open(now)!
      hello[at]! ^= 1
      expect(codeOf(() => server().push(hello))).toBe('FRAME_TLS_DIGEST')
    }
  })
  test('a clock too far behind or ahead', () => {
    for (const [offset, code] of [
      [-1200, 'no error'],
      [-1201, 'FRAME_TLS_TIME'],
      [600, 'no error'],
      [601, 'FRAME_TLS_TIME'],
    ] as const) {
      expect(codeOf(() => server().push(client().open(now + offset * 1000)!))).toBe(code)
    }
  })
  test('a hello that came before', () => {
    const seen = new Set<string>()
    const isReplay = (digest: Uint8Array) => seen.size === seen.add(String(digest)).size
    const hello = client().open(now)!
    expect(codeOf(() => server({ isReplay }).push(hello))).toBe('no error')
    expect(codeOf(() => server({ isReplay }).push(hello))).toBe('FRAME_TLS_DIGEST')
  })
  test('an answer from a server without the secret, or changed on its way', () => {
    const a = client()
    const answer = written(server().push(a.open(now)!))
    for (const at of [20, 60, 140, answer.length - 1]) {
      const changed = answer.slice()
      changed[at]! ^= 1
      const b = client()
      b.open(now)
      expect(codeOf(() => b.push(changed))).toBe('FRAME_TLS_DIGEST')
    }
    // The answer to one hello does not serve for another.
    const b = client()
    b.open(now)
    expect(codeOf(() => b.push(answer))).toBe('FRAME_TLS_DIGEST')
  })
  test('other protocols', () => {
    const a = client()
    a.open(now)
    expect(codeOf(() => a.push(Buffer.from('HTTP/1.1 400 Bad Request')))).toBe('FRAME_TLS_RECORD')
    const alerted = client()
    alerted.open(now)
    expect(codeOf(() => alerted.push(Uint8Array.of(0x15, 3, 3, 0, 2, 2, 40)))).toBe('FRAME_TLS_RECORD')
    expect(codeOf(() => server().push(Buffer.from('GET / HTTP/1.1')))).toBe('FRAME_TLS_RECORD')
    expect(codeOf(() => server().push(Uint8Array.of(0x16, 3, 1, 0xff, 0xff)))).toBe('FRAME_TLS_RECORD')
    expect(codeOf(() => server().push(Uint8Array.of(0x17, 3, 3, 0, 1, 1)))).toBe('FRAME_TLS_RECORD')
    expect(codeOf(() => server().push(Uint8Array.of(0x16, 3, 1, 0, 4, 1, 0, 0, 0)))).toBe('FRAME_TLS_RECORD')
  })
  test('an alert in the stream, and a stream without the secret inside', () => {
    const b = server()
    b.push(client().open(now)!)
    expect(codeOf(() => b.push(Uint8Array.of(0x15, 3, 3, 0, 2, 2, 40)))).toBe('FRAME_TLS_RECORD')
    const c = server()
    c.push(client().open(now)!)
    expect(codeOf(() => c.push(Uint8Array.from([0x17, 3, 3, 0, 80, ...random(80)])))).toBe(
      'FRAME_TRANSPORT_UNKNOWN',
    )
  })
  test('packets before the handshake is over', () => {
    expect(codeOf(() => client().encode(data))).toBe('FRAME_TLS_HANDSHAKE')
    expect(codeOf(() => client().push(data))).toBe('FRAME_TLS_HANDSHAKE')
    expect(codeOf(() => server().encode(data))).toBe('FRAME_TLS_HANDSHAKE')
  })
})

test('proxy secrets of the other kinds need no handshake', () => {
  for (const [prefix, name] of [
    ['', 'intermediate'],
    ['dd', 'padded'],
  ] as const) {
    const framing = proxyFraming(parseProxySecret(prefix + Buffer.from(secret).toString('hex')), {
      dc: -4,
      random,
    })
    expect(framing.open(now)).toBeUndefined()
    expect(framing.ready).toBe(true)
    const accepting = new ServerFraming({ random, secrets: [secret], secretRequired: true })
    expect(accepting.push(framing.encode(data))).toEqual([{ type: 'packet', data }])
    expect(accepting.transport).toEqual({ name, obfuscated: true, dc: -4, secret })
  }
})

const fuzzMs = Number(process.env.FUZZ_SECONDS ?? 0.3) * 1000
test('random and damaged bytes give a FramingError, never anything else', {
  timeout: fuzzMs * 2 + 20_000,
}, () => {
  const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 1e9)
  const bytes = seededRandom(seed)
  const number = () => new DataView(bytes(4).buffer).getUint32(0)
  const hello = client().open(now)!
  const end = Date.now() + fuzzMs
  for (let round = 0; round === 0 || Date.now() < end; round++) {
    const a = client()
    const junk = round % 2 === 0 ? hello.slice(0, number() % (hello.length + 1)) : bytes(100)
    if (junk.length > 5) junk[number() % junk.length] = number()
    if (round % 2 === 1) junk.set([0x16 + (number() & 1), 3, 3, 0])
    a.open(now)
    for (const action of [() => server().push(junk), () => a.push(junk)]) {
      try {
        action()
      } catch (error) {
        if (!(error instanceof FramingError))
          throw new Error(`FUZZ_SEED=${seed} round ${round}`, { cause: error })
      }
    }
  }
})
