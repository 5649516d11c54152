/** Both sides against each other, the server against clients as they are found, and bytes at random against both. */
import {
  bigintToBytes,
  bytesToBigint,
  generateRsaKey,
  knownDhPrime,
  modPow,
  randomBytes,
  rsaPadDecrypt,
  rsaPadEncrypt,
  sha1,
} from '@telegram-mt/crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../seeded-random.testing.ts'
import { ClientKeyExchange, type KeyExchangeStep } from './client-key-exchange.ts'
import { KeyExchangeError } from './key-exchange-error.ts'
import { exchange } from './malicious-server.testing.ts'
import {
  encodeObject,
  encodeRequest,
  pqInnerData,
  readAnswer,
  readPqInnerData,
  readRequest,
} from './messages.ts'
import { decodePlain, encodePlain, isPlain } from './plain.ts'
import { ServerKeyExchange } from './server-key-exchange.ts'
import { isPrime, randomPrime } from './small-primes.ts'

const key = generateRsaKey()
const now = 1_700_000_000_000

function sent(step: KeyExchangeStep): Uint8Array {
  if (step.type !== 'send') throw new Error(`${step.type} instead of send`)
  return step.packet
}

test('both sides make the same key, whatever the seed, the clocks and the group', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.integer({ min: 1, max: 5 }),
      fc.option(fc.integer({ min: 60, max: 200_000 }), { nil: undefined }),
      fc.integer({ min: -1e9, max: 1e9 }),
      fc.nat(3000),
      fc.constantFrom(3, 4, 7),
      (seed, dc, expiresIn, serverAhead, rtt, g) => {
        const random = seededRandom(seed)
        const setup = {
          key,
          random,
          client: { dc, expiresIn, random: seededRandom(seed + 1) },
          server: { dc, dh: { prime: knownDhPrime, g } },
        }
        const { code, done, server } = exchange(setup, {}, { now, rtt, serverAhead })
        expect(code).toBe('done')
        expect(done?.authKey).toHaveLength(256)
        expect(server.known.done).toMatchObject({ authKey: done?.authKey, serverSalt: done?.serverSalt, dc })
        expect(server.known.done?.expiresIn).toBe(expiresIn)
        expect(Math.abs(done!.timeOffset - serverAhead)).toBeLessThanOrEqual(1)
      },
    ),
    { numRuns: 25 },
  )
})

describe('the server', () => {
  const random = seededRandom('server')
  const pair = () => ({
    server: new ServerKeyExchange({ key, dc: 2, random }),
    client: new ClientKeyExchange({ publicKeys: [key], dc: 2, random }),
  })
  const only = (server: ServerKeyExchange, packet: Uint8Array) => {
    const { packets, error } = server.receive(packet, now)
    if (packets[0] === undefined) throw new Error(`refused with ${error}`)
    return packets[0]
  }

  test('takes req_pq as well as req_pq_multi', () => {
    const { server } = pair()
    const packet = encodePlain(4n, encodeRequest({ _: 'req_pq', nonce: random(16) }))
    expect(readAnswer(decodePlain(only(server, packet)).body)._).toBe('resPQ')
  })

  test('takes a second req_pq_multi on the connection, and goes on with either exchange', () => {
    const { server, client } = pair()
    const second = new ClientKeyExchange({ publicKeys: [key], dc: 2, random, expiresIn: 86_400 })
    const first = only(server, client.start(now))
    const other = only(server, second.start(now))
    const a = only(server, sent(client.receive(first, now)))
    const b = only(server, sent(second.receive(other, now)))
    const doneA = server.receive(sent(client.receive(a, now)), now)
    const doneB = server.receive(sent(second.receive(b, now)), now)
    expect(client.receive(doneA.packets[0]!, now)).toMatchObject({
      type: 'done',
      authKey: doneA.done?.authKey,
    })
    expect(second.receive(doneB.packets[0]!, now)).toMatchObject({
      type: 'done',
      authKey: doneB.done?.authKey,
    })
    expect(doneA.done?.expiresIn).toBeUndefined()
    expect(doneB.done?.expiresIn).toBe(86_400)
  })

  test('remembers a few exchanges only', () => {
    const { server, client } = pair()
    const first = only(server, client.start(now))
    for (let i = 0; i < 4; i++) {
      only(server, new ClientKeyExchange({ publicKeys: [key], dc: 2, random }).start(now))
    }
    expect(server.receive(sent(client.receive(first, now)), now)).toEqual({ packets: [], error: -404 })
  })

  test('takes p_q_inner_data in each of its four shapes', () => {
    for (const dc of [undefined, 2, -2, 10_002]) {
      for (const expiresIn of [undefined, 3600]) {
        const { server, client } = pair()
        const packet = rewritten(server, client, { dc, expiresIn })
        const { done } = server.receive(packet, now)
        expect(done?.dc).toBe(dc)
        expect(done?.expiresIn).toBe(expiresIn)
      }
    }
  })

  test('accepts the padding that came before RSA_PAD, and none whose hash is wrong', () => {
    const { server, client } = pair()
    const last = rewritten(server, client, NEITHER, hashed)
    expect(server.receive(last, now).done?.authKey).toHaveLength(256)
    const again = pair()
    const spoilt = (data: Uint8Array) => hashed(data, 1)
    const refusal = rewritten.bind(undefined, again.server, again.client, NEITHER, spoilt)
    expect(refusal).toThrow()
  })

  test('answers -404 to everything that does not fit', () => {
    const refused = { packets: [], error: -404 }
    const { server, client } = pair()
    expect(server.receive(new Uint8Array(40).fill(1), now)).toEqual(refused)
    expect(server.receive(encodePlain(4n, new Uint8Array(0)), now)).toEqual(refused)
    expect(server.receive(encodePlain(4n, new Uint8Array(40)), now)).toEqual(refused)
    expect(
      server.receive(encodePlain(5n, encodeRequest({ _: 'req_pq_multi', nonce: random(16) })), now),
    ).toEqual(refused)
    const resPq = only(server, client.start(now))
    const packet = sent(client.receive(resPq, now))
    const request = readRequest(decodePlain(packet).body)
    if (request._ !== 'req_DH_params') throw new Error(request._)
    for (const change of [
      { nonce: random(16) },
      { serverNonce: random(16) },
      { p: request.q, q: request.p },
      { publicKeyFingerprint: 1n },
      { encryptedData: random(256) },
      { encryptedData: random(255) },
    ]) {
      expect(server.receive(encodePlain(8n, encodeRequest({ ...request, ...change })), now)).toEqual(refused)
    }
    const { nonce, serverNonce } = request
    // The last step before the middle one, and a damaged one.
    const early = encodePlain(
      8n,
      encodeRequest({ _: 'set_client_DH_params', nonce, serverNonce, encryptedData: random(336) }),
    )
    expect(server.receive(early, now)).toEqual(refused)
    const last = sent(client.receive(only(server, packet), now))
    expect(server.receive(early, now)).toEqual(refused)
    expect(server.receive(last, now).done).toBeDefined()
    // An exchange ends once.
    expect(server.receive(last, now)).toEqual(refused)
  })

  /** Runs an exchange whose inner data is of another shape than our client writes; the packet is the last one. */
  function rewritten(
    server: ServerKeyExchange,
    client: ClientKeyExchange,
    shape: { dc: number | undefined; expiresIn: number | undefined },
    encrypt: (data: Uint8Array) => Uint8Array = (data) => rsaPadEncrypt(data, key, random),
  ) {
    const resPq = only(server, client.start(now))
    const packet = sent(client.receive(resPq, now))
    const request = readRequest(decodePlain(packet).body)
    if (request._ !== 'req_DH_params') throw new Error(request._)
    const { pq, p, q, nonce, serverNonce, newNonce } = readPqInnerData(
      rsaPadDecrypt(request.encryptedData, key),
    )
    const inner = pqInnerData({ pq, p, q, nonce, serverNonce, newNonce }, shape.dc, shape.expiresIn)
    const encryptedData = encrypt(encodeObject(inner))
    const answer = only(server, encodePlain(8n, encodeRequest({ ...request, encryptedData })))
    return sent(client.receive(answer, now))
  }
})

const NEITHER = { dc: undefined, expiresIn: undefined }

/** A zero byte, SHA-1 (but for `wrong`), the data, random bytes. */
function hashed(data: Uint8Array, wrong = 0): Uint8Array {
  const hash = sha1(data)
  hash[0]! ^= wrong
  const padding = randomBytes(256 - 21 - data.length)
  const block = new Uint8Array([0, ...hash, ...data, ...padding])
  return bigintToBytes(modPow(bytesToBigint(block), key.e, key.n), 256)
}

test('small primes are primes of 31 bits', () => {
  const isPrimeBySieve = (n: number) => {
    for (let d = 2; d * d <= n; d++) if (n % d === 0) return false
    return n > 1
  }
  for (let n = 2; n < 3000; n++) expect([n, isPrime(n)]).toEqual([n, isPrimeBySieve(n)])
  // Strong pseudoprimes to several bases.
  for (const n of [2047, 1373653, 25326001, 4759123, 3215031751]) expect(isPrime(n)).toBe(isPrimeBySieve(n))
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const prime = randomPrime(seededRandom(seed))
      expect(prime).toBeGreaterThan(2 ** 30)
      expect(prime).toBeLessThan(2 ** 31)
      expect(isPrimeBySieve(prime)).toBe(true)
    }),
    { numRuns: 20 },
  )
  expect(randomPrime(() => new Uint8Array(4))).toBeGreaterThan(2 ** 30)
})

test('plain messages', () => {
  const message = encodePlain(-8n, Uint8Array.of(1, 2, 3, 4))
  expect(isPlain(message)).toBe(true)
  expect(decodePlain(message)).toEqual({ msgId: -8n, body: Uint8Array.of(1, 2, 3, 4) })
  // The padded transport leaves bytes behind the message.
  expect(decodePlain(new Uint8Array([...message, 9, 9])).body).toEqual(Uint8Array.of(1, 2, 3, 4))
  for (const bad of [message.subarray(0, 23), message.subarray(0, 19), new Uint8Array(24).fill(1)]) {
    expect(() => decodePlain(bad)).toThrow(KeyExchangeError)
  }
})

const fuzzMs = Number(process.env.FUZZ_SECONDS ?? 0.3) * 1000
test('changed and random bytes end an exchange with a KeyExchangeError, never otherwise', {
  timeout: fuzzMs * 2 + 20_000,
}, () => {
  const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 1e9)
  const random = seededRandom(seed)
  const number = () => new DataView(random(4).buffer).getUint32(0)
  const damage = (packet: Uint8Array) => {
    const damaged = packet.slice(0, number() % 4 === 0 ? number() % packet.length : packet.length)
    for (let i = number() % 4; i >= 0 && damaged.length > 0; i--)
      damaged[number() % damaged.length] = number()
    return damaged
  }
  const end = Date.now() + fuzzMs
  for (let round = 0; round === 0 || Date.now() < end; round++) {
    const server = new ServerKeyExchange({ key, dc: 2, random })
    const client = new ClientKeyExchange({ publicKeys: [key], dc: 2, random })
    const damagedStep = number() % 3
    try {
      let packet = client.start(now)
      for (let step = 0; step < 3; step++) {
        server.receive(damage(packet), now)
        const answer = server.receive(packet, now).packets[0]
        if (answer === undefined) break
        const next = client.receive(step === damagedStep ? damage(answer) : answer, now)
        if (next.type === 'done') break
        packet = next.packet
      }
    } catch (error) {
      if (!(error instanceof KeyExchangeError))
        throw new Error(`FUZZ_SEED=${seed} round ${round}`, { cause: error })
    }
  }
})
