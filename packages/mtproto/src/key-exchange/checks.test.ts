/** Each check of the key exchange, by its row, with a peer that trips it. */
import { getDiffieHellman } from 'node:crypto'
import {
  aesIge,
  bigintToBytes,
  bytesToBigint,
  generateRsaKey,
  knownDhPrime,
  modPow,
  rsaPadDecrypt,
  sha1,
} from '@telegram-mt/crypto'
import { describe, expect, test } from 'vitest'
import type { tl } from '../generated/index.ts'
import { seededRandom } from '../seeded-random.testing.ts'
import { ClientKeyExchange } from './client-key-exchange.ts'
import { KeyExchangeError } from './key-exchange-error.ts'
import { exchange, type Malice, MaliciousServer } from './malicious-server.testing.ts'
import {
  type Answer,
  type DhGenNumber,
  dhGen,
  encodeObject,
  encodeRequest,
  type Request,
  readPqInnerData,
  readRequest,
} from './messages.ts'
import { decodePlain, encodePlain } from './plain.ts'
import { authKeyAuxHash, newNonceHash, refusalHash, seal } from './secrets.ts'
import { ServerKeyExchange } from './server-key-exchange.ts'

const key = generateRsaKey()
const otherKey = generateRsaKey()
const random = seededRandom('checks')
const prime = bytesToBigint(knownDhPrime)
const setup = { client: {}, server: {}, key, random }
const now = 1_700_000_000_000

const codeOf = (malice: Malice): string => exchange(setup, malice).code
const innerCode = (change: Partial<tl.server_DH_inner_data>): string =>
  codeOf({ inner: (inner) => ({ ...inner, ...change }) })
/** Rewrites one kind of answer only. */
const only =
  (kind: Answer['_'], change: (answer: Answer) => object): Malice['answer'] =>
  (answer) =>
    answer._ === kind ? ({ ...answer, ...change(answer) } as Answer) : answer
const flip = (bytes: Uint8Array, at = 0): Uint8Array => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte))

test('an honest server is accepted', () => {
  const { code, done, server } = exchange(setup)
  expect(code).toBe('done')
  expect(done?.authKey).toEqual(server.known.done?.authKey)
  expect(done?.serverSalt).toBe(server.known.done?.serverSalt)
})

describe('K1: nonces', () => {
  const kinds = ['resPQ', 'server_DH_params_ok', 'dh_gen_ok'] as const
  test.each(kinds)('K1: another nonce in %s is refused', (kind) => {
    const answer = only(kind, ({ nonce }) => ({ nonce: flip(nonce, 15) }))
    expect(codeOf({ answer })).toBe('KEY_EXCHANGE_NONCE')
  })
  test.each(kinds.slice(1))('K1: another server_nonce in %s is refused', (kind) => {
    const answer = only(kind, ({ serverNonce }) => ({ serverNonce: flip(serverNonce) }))
    expect(codeOf({ answer })).toBe('KEY_EXCHANGE_NONCE')
  })
  test('K1: other nonces inside the encrypted answer are refused', () => {
    expect(innerCode({ nonce: new Uint8Array(16) })).toBe('KEY_EXCHANGE_NONCE')
    expect(innerCode({ serverNonce: new Uint8Array(16) })).toBe('KEY_EXCHANGE_NONCE')
  })
})

test('K2: a pq that is no product of two primes of at most 64 bits is refused', () => {
  const bad = [
    0n,
    1n,
    2n,
    0x7fffffffffffffe7n, // a prime
    3n * 5n * 7n * 11n,
    1000003n * 1000003n,
    (1n << 63n) | 2n,
  ].map((pq) => bigintToBytes(pq, 8))
  bad.push(new Uint8Array(0), Uint8Array.of(0, ...bigintToBytes(15n, 8)), bigintToBytes((1n << 64n) + 15n, 9))
  for (const pq of bad) expect(codeOf({ answer: only('resPQ', () => ({ pq })) })).toBe('KEY_EXCHANGE_PQ')
})

test('K2: p < q', () => {
  const request = readRequest(decodePlain(exchange(setup).packets[1]!).body)
  if (request._ !== 'req_DH_params') throw new Error(request._)
  expect(bytesToBigint(request.p)).toBeLessThan(bytesToBigint(request.q))
})

test('K3: only a known RSA key is accepted', () => {
  const code = (fingerprints: bigint[]) =>
    codeOf({ answer: only('resPQ', () => ({ serverPublicKeyFingerprints: fingerprints })) })
  expect(code([])).toBe('KEY_EXCHANGE_FINGERPRINT')
  expect(code([otherKey.fingerprint])).toBe('KEY_EXCHANGE_FINGERPRINT')
  // Keys for other servers can be added, and the one that is known is found among unknown ones.
  expect(code([otherKey.fingerprint, key.fingerprint])).toBe('done')
  expect(exchange({ ...setup, client: { publicKeys: [otherKey, key] } }).code).toBe('done')
})

test('K4: RSA_PAD: the server gets the inner data back, and refuses a damaged one', () => {
  const server = new ServerKeyExchange({ key, dc: 2, random })
  const client = new ClientKeyExchange({ publicKeys: [key], dc: 2, random })
  const step = client.receive(server.receive(client.start(now), now).packets[0]!, now)
  if (step.type !== 'send') throw new Error(step.type)
  const { msgId, body } = decodePlain(step.packet)
  const request = readRequest(body)
  if (request._ !== 'req_DH_params') throw new Error(request._)
  expect(request.encryptedData).toHaveLength(256)
  const padded = rsaPadDecrypt(request.encryptedData, key)
  expect(padded).toHaveLength(192)
  const inner = readPqInnerData(padded)
  expect(padded.subarray(0, 100)).toEqual(encodeObject(inner).subarray(0, 100))
  for (const at of [1, 100, 255]) {
    const encryptedData = flip(request.encryptedData, at)
    const packet = encodePlain(msgId, encodeRequest({ ...request, encryptedData }))
    expect(server.receive(packet, now)).toEqual({ packets: [], error: -404 })
  }
  expect(server.receive(step.packet, now).packets).toHaveLength(1)
})

test('K5: the DC and the life of the key are sent as given, and the server refuses a wrong DC', () => {
  for (const dc of [2, -2, 10_002, -10_002]) {
    for (const expiresIn of [undefined, 86_400]) {
      const { code, server, done } = exchange({ ...setup, client: { dc, expiresIn } })
      expect(code).toBe('done')
      expect(server.known.inner).toMatchObject(expiresIn === undefined ? { dc } : { dc, expiresIn })
      expect(server.known.done).toMatchObject(expiresIn === undefined ? { dc } : { dc, expiresIn })
      expect(done?.expiresAt).toBe(expiresIn === undefined ? undefined : now + 86_400_000)
    }
  }
  for (const dc of [3, -3, 10_003, 0]) {
    expect(exchange({ ...setup, client: { dc } }).code).toBe('transport error -444')
  }
})

describe('K6: the encrypted answer', () => {
  const answer = (change: (bytes: Uint8Array) => Uint8Array) =>
    codeOf({
      answer: only('server_DH_params_ok', (message) => ({
        encryptedAnswer: change((message as tl.server_DH_params_ok).encryptedAnswer),
      })),
    })
  test('K6: a damaged one is refused', () => {
    expect(answer((bytes) => flip(bytes, 40))).toBe('KEY_EXCHANGE_ANSWER')
    expect(answer((bytes) => flip(bytes, 0))).toBe('KEY_EXCHANGE_ANSWER')
  })
  test('K6: one of a wrong length is refused', () => {
    for (const length of [0, 16, 15, 400, 591]) {
      expect(answer((bytes) => bytes.subarray(0, length))).toBe('KEY_EXCHANGE_ANSWER')
    }
    expect(answer(() => new Uint8Array(2048))).toBe('KEY_EXCHANGE_ANSWER')
  })
  const sealed = (change: (plain: Uint8Array) => Uint8Array, hashOf = (plain: Uint8Array) => plain) =>
    codeOf({
      inner: (inner, known) => {
        const plain = encodeObject(inner)
        const changed = change(plain)
        const blocks = new Uint8Array((20 + changed.length + 15) & ~15)
        blocks.set(sha1(hashOf(plain)))
        blocks.set(changed, 20)
        return aesIge.encrypt(blocks, known.keys!.key, known.keys!.iv)
      },
    })
  test('K6: a wrong SHA-1 is refused', () => {
    expect(sealed((plain) => plain)).toBe('done')
    expect(sealed((plain) => flip(plain, 44))).toBe('KEY_EXCHANGE_ANSWER')
    expect(
      sealed(
        (plain) => plain,
        (plain) => flip(plain),
      ),
    ).toBe('KEY_EXCHANGE_ANSWER')
  })
  test('K6: more than 15 bytes of padding are refused, even under a SHA-1 that is right for the object', () => {
    const padded = (extra: number) =>
      sealed((plain) => new Uint8Array(plain.length + extra).fill(0).map((_, i) => plain[i] ?? 0))
    expect(padded(8)).toBe('done')
    expect(padded(24)).toBe('KEY_EXCHANGE_ANSWER')
    expect(padded(100)).toBe('KEY_EXCHANGE_ANSWER')
  })
  test('K6: something else than server_DH_inner_data is refused', () => {
    const inner: Malice['inner'] = (_, { keys }) => seal(new Uint8Array(560), keys!, random)
    expect(codeOf({ inner })).toBe('KEY_EXCHANGE_ANSWER')
  })
})

test('K7: a dh_prime that is no 2048-bit safe prime is refused', () => {
  const wrong = {
    'a composite number': bigintToBytes(prime + 6n, 256),
    shorter: bigintToBytes(prime >> 8n, 255),
    longer: bigintToBytes((prime << 8n) + 1n, 257),
    nothing: new Uint8Array(0),
    // 2^2048 - 9509 is prime, but half of it is not.
    'a prime that is not safe': bigintToBytes((1n << 2048n) - 9509n, 256),
  }
  for (const [what, dhPrime] of Object.entries(wrong)) {
    expect([what, innerCode({ dhPrime })]).toEqual([what, 'KEY_EXCHANGE_DH_PRIME'])
  }
})

test('K7: another safe prime is accepted after its tests', () => {
  const dh = { prime: new Uint8Array(getDiffieHellman('modp14').getPrime()), g: 2 }
  const { code, server, done } = exchange({ ...setup, server: { dh } })
  expect(code).toBe('done')
  expect(done?.authKey).toEqual(server.known.done?.authKey)
})

test('K8: a g outside 2..7, or one that is no quadratic residue, is refused, with the known prime too', () => {
  for (const g of [-3, 0, 1, 8, 1_000_000]) expect(innerCode({ g })).toBe('KEY_EXCHANGE_DH_GENERATOR')
  const residue = (g: number) => modPow(BigInt(g), (prime - 1n) / 2n, prime) === 1n
  const refused = [2, 3, 4, 5, 6, 7].filter((g) => !residue(g))
  expect(refused.length).toBeGreaterThan(0)
  for (const g of refused) expect([g, innerCode({ g })]).toEqual([g, 'KEY_EXCHANGE_DH_GENERATOR'])
})

test('K9: a g_a outside the safe range is refused', () => {
  const edge = 1n << (2048n - 64n)
  for (const value of [0n, 1n, 2n, edge - 1n, prime - edge + 1n, prime - 2n, prime - 1n, prime, prime + 5n]) {
    expect(innerCode({ gA: bigintToBytes(value, 256) })).toBe('KEY_EXCHANGE_DH_VALUE')
  }
  expect(innerCode({ gA: new Uint8Array(0) })).toBe('KEY_EXCHANGE_DH_VALUE')
})

test('K9: the client never sends a g_b outside it, the server never takes one', () => {
  // A source of randomness that gives b = 0 leads to g_b = 1.
  const broken = (length: number) => (length === 256 ? new Uint8Array(256) : random(length))
  expect(exchange({ ...setup, client: { random: broken } }).code).toBe('KEY_EXCHANGE_DH_VALUE')
})

describe('K10: new_nonce_hash', () => {
  /** Answers the last request with `kind` instead, under the hash of outcome `number` (damaged unless `right`). */
  const outcome = (kind: DhGenNumber, number: DhGenNumber, right: boolean): Malice => ({
    answer: (answer, { inner, done }) => {
      if (answer._ !== 'dh_gen_ok') return answer
      const hash = newNonceHash(inner!.newNonce, number, authKeyAuxHash(done!.authKey))
      return dhGen(kind, answer, right ? hash : flip(hash, 7))
    },
  })
  test('K10: a wrong hash is refused for ok, retry and fail', () => {
    expect(codeOf(outcome(1, 1, false))).toBe('KEY_EXCHANGE_NEW_NONCE_HASH')
    expect(codeOf(outcome(2, 2, false))).toBe('KEY_EXCHANGE_NEW_NONCE_HASH')
    expect(codeOf(outcome(3, 3, false))).toBe('KEY_EXCHANGE_NEW_NONCE_HASH')
  })
  test('K10: the hash of one answer does not serve for another', () => {
    expect(codeOf(outcome(2, 1, true))).toBe('KEY_EXCHANGE_NEW_NONCE_HASH')
    expect(codeOf(outcome(3, 2, true))).toBe('KEY_EXCHANGE_NEW_NONCE_HASH')
    expect(codeOf(outcome(1, 3, true))).toBe('KEY_EXCHANGE_NEW_NONCE_HASH')
  })
  test('K10: a true dh_gen_fail and server_DH_params_fail end the exchange, a forged one is found out', () => {
    expect(codeOf(outcome(3, 3, true))).toBe('KEY_EXCHANGE_REFUSED')
    const fail = (forged: boolean): Malice => ({
      answer: (answer, { inner }) => {
        if (answer._ !== 'server_DH_params_ok') return answer
        const { nonce, serverNonce } = answer
        const hash = refusalHash(inner!.newNonce)
        return { _: 'server_DH_params_fail', nonce, serverNonce, newNonceHash: forged ? flip(hash) : hash }
      },
    })
    expect(codeOf(fail(false))).toBe('KEY_EXCHANGE_REFUSED')
    expect(codeOf(fail(true))).toBe('KEY_EXCHANGE_NEW_NONCE_HASH')
    expect(exchange({ ...setup, client: { expiresIn: -1 } }).code).toBe('KEY_EXCHANGE_REFUSED')
  })
  test('K10: dh_gen_retry is honoured with a fresh g_b and the right retry_id', () => {
    let asked = 0
    const hashes: Uint8Array[] = []
    const isTaken = (auxHash: Uint8Array) => {
      hashes.push(auxHash)
      return ++asked <= 2
    }
    // The server itself compares retry_id with the hash of the attempt before.
    const { code, done, server } = exchange({ ...setup, server: { isTaken } })
    expect(code).toBe('done')
    expect(new Set(hashes.map(String)).size).toBe(3)
    expect(done?.authKey).toEqual(server.known.done?.authKey)
  })
  test('K10: dh_gen_retry without end is not followed', () => {
    // An honest server gives up by itself, with dh_gen_fail.
    expect(exchange({ ...setup, server: { isTaken: () => true } }).code).toBe('KEY_EXCHANGE_REFUSED')
    let aux = new Uint8Array(0)
    const isTaken = (auxHash: Uint8Array) => {
      aux = auxHash.slice()
      return true
    }
    const answer: Malice['answer'] = (message, { inner }) =>
      message._ === 'dh_gen_fail' ? dhGen(2, message, newNonceHash(inner!.newNonce, 2, aux)) : message
    const endless = exchange({ ...setup, server: { isTaken } }, { answer })
    expect(endless.code).toBe('KEY_EXCHANGE_RETRIES')
    expect(endless.packets.length).toBeLessThan(8)
  })
})

test('K11: leading zeros of the auth key are kept', () => {
  // a·b is chosen such that g^(a·b) begins with a zero byte: in the group of prime order, b = c / a.
  const order = (prime - 1n) / 2n
  const a = bytesToBigint(seededRandom('a')(256)) % (prime - 1n)
  let c = bytesToBigint(seededRandom('c')(250))
  let power = modPow(3n, c, prime)
  while (power >> 2040n !== 0n) {
    power = (power * 3n) % prime
    c++
  }
  const b = (c * modPow(a % order, order - 2n, order)) % order
  const drawing = (value: bigint) => (length: number) =>
    length === 256 ? bigintToBytes(value, 256) : random(length)
  const { done, server } = exchange({
    ...setup,
    client: { random: drawing(b) },
    server: { random: drawing(a) },
  })
  expect(done?.authKey).toHaveLength(256)
  expect(done?.authKey[0]).toBe(0)
  expect(bytesToBigint(done!.authKey)).toBe(power)
  expect(server.known.done?.authKey).toEqual(done?.authKey)
})

test('K12: the clock offset comes from server_time, half the round trip taken into account', () => {
  for (const serverAhead of [0, 3_600_123, -86_400_777]) {
    for (const rtt of [0, 150, 1200]) {
      const clocks = { now: now + 321, rtt, serverAhead }
      const { done } = exchange(setup, {}, clocks)
      expect(Math.abs(done!.timeOffset - serverAhead)).toBeLessThanOrEqual(1)
      // A msg_id is not protected: one that contradicts server_time is not believed.
      const lied = exchange(setup, { msgId: (id) => id + (1n << 44n) }, clocks)
      expect(Math.abs(lied.done!.timeOffset - serverAhead)).toBeLessThanOrEqual(500)
    }
  }
})

describe('a client that breaks the exchange', () => {
  /** The server's answer to the packet that `step` names, rewritten; the exchange is honest up to there. */
  const refused = (step: 'req_DH_params' | 'set_client_DH_params', change: (request: Request) => object) => {
    const server = new ServerKeyExchange({ key, dc: 2, random })
    const client = new ClientKeyExchange({ publicKeys: [key], dc: 2, random })
    for (let packet = client.start(now); ; ) {
      const { msgId, body } = decodePlain(packet)
      const request = readRequest(body)
      if (request._ === step) {
        const rewritten = encodePlain(msgId, encodeRequest({ ...request, ...change(request) } as Request))
        return server.receive(rewritten, now)
      }
      const next = client.receive(server.receive(packet, now).packets[0]!, now)
      if (next.type !== 'send') throw new Error(next.type)
      packet = next.packet
    }
  }
  const refusal = { packets: [], error: -404 }
  const steps = ['req_DH_params', 'set_client_DH_params'] as const

  test.each(steps)('K1: the server refuses other nonces in %s', (step) => {
    expect(refused(step, ({ nonce }) => ({ nonce: flip(nonce) }))).toEqual(refusal)
    const serverNonce = (request: Request) =>
      'serverNonce' in request ? { serverNonce: flip(request.serverNonce) } : {}
    expect(refused(step, serverNonce)).toEqual(refusal)
  })

  test('K2: the server refuses other factors of pq, and those in the wrong order', () => {
    const factors = (change: (p: Uint8Array, q: Uint8Array) => object) => (request: Request) =>
      request._ === 'req_DH_params' ? change(request.p, request.q) : {}
    for (const change of [
      factors((p, q) => ({ p: q, q: p })),
      factors((p) => ({ q: p })),
      factors((p) => ({ p: flip(p, 3) })),
    ])
      expect(refused('req_DH_params', change)).toEqual(refusal)
  })

  test('K3: the server refuses the fingerprint of a key that it does not have', () => {
    const publicKeyFingerprint = otherKey.fingerprint
    expect(refused('req_DH_params', () => ({ publicKeyFingerprint }))).toEqual(refusal)
  })

  test('K6: the server refuses a damaged client_DH_inner_data, and one of a wrong length', () => {
    const encrypted = (change: (bytes: Uint8Array) => Uint8Array) => (request: Request) =>
      'encryptedData' in request ? { encryptedData: change(request.encryptedData) } : {}
    for (const change of [
      (bytes: Uint8Array) => flip(bytes),
      (bytes: Uint8Array) => flip(bytes, bytes.length - 1),
      (bytes: Uint8Array) => bytes.subarray(16),
      (bytes: Uint8Array) => bytes.subarray(1),
      () => new Uint8Array(0),
    ])
      expect(refused('set_client_DH_params', encrypted(change))).toEqual(refusal)
  })
})

describe('K13: time and tries', () => {
  /** Lets the exchange run until `steps` answers have been taken. */
  const waiting = (steps: number, timeout?: number) => {
    const client = new ClientKeyExchange({ publicKeys: [key], dc: 2, random, timeout })
    const server = new MaliciousServer({ key, dc: 2, random }, {})
    let answer = server.receive(client.start(now), now)
    for (let i = 0; i < steps; i++) {
      const step = client.receive(answer as Uint8Array, now)
      if (step.type === 'send') answer = server.receive(step.packet, now)
    }
    return { client, answer: answer as Uint8Array }
  }
  test('K13: resPQ within 60 %, the DH answer within 80 %, all within 10 s', () => {
    for (const [steps, limit] of [
      [0, 6_000],
      [1, 8_000],
      [2, 10_000],
    ] as const) {
      const { client, answer } = waiting(steps)
      expect(client.deadline).toBe(now + limit)
      expect(() => client.checkDeadline(now + limit - 1)).not.toThrow()
      expect(() => client.receive(answer, now + limit)).toThrow(
        expect.objectContaining({ code: 'KEY_EXCHANGE_TIMEOUT' }),
      )
      expect(() => client.receive(answer, now)).toThrow(
        expect.objectContaining({ code: 'KEY_EXCHANGE_STATE' }),
      )
      const silent = waiting(steps, 1000).client
      expect(silent.deadline).toBe(now + limit / 10)
      expect(() => silent.checkDeadline(now + limit / 10)).toThrow(
        expect.objectContaining({ code: 'KEY_EXCHANGE_TIMEOUT' }),
      )
      expect(silent.deadline).toBe(Number.POSITIVE_INFINITY)
    }
  })
  test('K13: nothing is awaited before the start and after the end', () => {
    expect(new ClientKeyExchange({ publicKeys: [key], dc: 2, random }).deadline).toBe(
      Number.POSITIVE_INFINITY,
    )
    expect(waiting(3).client.deadline).toBe(Number.POSITIVE_INFINITY)
  })
  test('K13: an exchange is started once, and ends once', () => {
    const { client, answer } = waiting(3)
    expect(() => client.start(now)).toThrow(expect.objectContaining({ code: 'KEY_EXCHANGE_STATE' }))
    expect(() => client.receive(answer, now)).toThrow(expect.objectContaining({ code: 'KEY_EXCHANGE_STATE' }))
  })
})

test('M4: an even msg_id from the server is refused', () => {
  expect(codeOf({ msgId: (id) => id & ~3n })).toBe('KEY_EXCHANGE_MESSAGE_ID')
  expect(codeOf({ msgId: (id) => id + 1n })).toBe('KEY_EXCHANGE_MESSAGE_ID')
})

test('M4: the client sends msg_ids that are divisible by four and rise, even when time stands still', () => {
  const ids = exchange(setup).packets.map((packet) => decodePlain(packet).msgId)
  for (const id of ids) expect(id % 4n).toBe(0n)
  expect(ids).toEqual([...new Set(ids)].sort((x, y) => (x < y ? -1 : 1)))
  expect(ids[0]! >> 32n).toBe(BigInt(now / 1000))
})

test('S5: what an exchange was protected by is wiped at its end, good or bad; the key only if it came to nothing', () => {
  const outcome = (malice: Malice) => {
    const drawn: Uint8Array[] = []
    const noted = (length: number) => {
      const bytes = random(length)
      if (length === 32 || length === 256) drawn.push(bytes)
      return bytes
    }
    return { drawn, ...exchange({ ...setup, client: { random: noted } }, malice) }
  }
  const wrongHash = only('dh_gen_ok', () => ({ newNonceHash1: new Uint8Array(16) }))
  for (const [malice, code] of [
    [{}, 'done'],
    [{ answer: wrongHash }, 'KEY_EXCHANGE_NEW_NONCE_HASH'],
    [{ inner: () => new Uint8Array(600) }, 'KEY_EXCHANGE_ANSWER'],
  ] as const) {
    const ended = outcome(malice)
    expect(ended.code).toBe(code)
    // new_nonce, and b if it came to that; RSA_PAD draws its keys of 32 bytes elsewhere.
    const used = ended.drawn.filter((bytes) => bytes.every((byte) => byte === 0))
    expect(used.length).toBe(code === 'KEY_EXCHANGE_ANSWER' ? 1 : 2)
    expect(ended.done?.authKey.some((byte) => byte !== 0)).toBe(code === 'done' ? true : undefined)
  }
})

test('a message that is not the next one is refused', () => {
  const answer: Malice['answer'] = (message) =>
    message._ === 'resPQ' ? dhGen(1, message, new Uint8Array(16)) : message
  expect(codeOf({ answer })).toBe('KEY_EXCHANGE_MESSAGE')
  for (const packet of [
    (bytes: Uint8Array) => bytes.subarray(0, 60),
    (bytes: Uint8Array) => flip(bytes, 0),
    (bytes: Uint8Array) => flip(bytes, 20),
    (bytes: Uint8Array) => flip(bytes, 16),
    () => new Uint8Array(0),
  ]) {
    expect(codeOf({ packet })).toBe('KEY_EXCHANGE_MESSAGE')
  }
})

test('no error shows a secret', () => {
  const { client, server } = {
    client: new ClientKeyExchange({ publicKeys: [key], dc: 2, random }),
    server: new MaliciousServer({ key, dc: 2, random }, { inner: (inner) => ({ ...inner, g: 1 }) }),
  }
  const step = client.receive(server.receive(client.start(now), now) as Uint8Array, now)
  if (step.type !== 'send') throw new Error(step.type)
  const answer = server.receive(step.packet, now) as Uint8Array
  try {
    client.receive(answer, now)
    throw new Error('accepted')
  } catch (error) {
    expect(error).toBeInstanceOf(KeyExchangeError)
    const text = `${(error as Error).stack} ${JSON.stringify(error)}`
    expect(text).not.toMatch(/[0-9a-f]{17}|\d{20}/i)
  }
})
