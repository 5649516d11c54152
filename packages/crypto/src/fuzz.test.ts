/**
 * Everything in this room that reads foreign bytes, fed with random, truncated, flipped and spliced input: it may
 * refuse, by a typed error that tells nothing of the key, or accept; nothing else. FUZZ_SECONDS sets how long each runs.
 */
import { generateKeyPairSync } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import {
  CryptoError,
  type CryptoErrorCode,
  checkDhPrime,
  checkDhValue,
  exportRsaPrivateKey,
  exportRsaPublicKey,
  factorizePq,
  generateRsaKey,
  gunzip,
  gzip,
  knownDhPrime,
  parseRsaPrivateKey,
  parseRsaPublicKey,
  randomBytes,
  rsaPadDecrypt,
  rsaPadEncrypt,
} from './index.ts'

const seconds = Number(process.env.FUZZ_SECONDS ?? 0.2)
vi.setConfig({ testTimeout: 20_000 + 4000 * seconds })

/** Runs until the time is over; on failure fast-check prints the seed and the shortest input. */
function fuzz<T>(input: fc.Arbitrary<T>, codes: CryptoErrorCode[], run: (value: T) => void): void {
  fc.assert(
    fc.property(input, (value) => {
      try {
        run(value)
      } catch (error) {
        expect(error).toBeInstanceOf(CryptoError)
        expect(codes).toContain((error as CryptoError).code)
      }
    }),
    { numRuns: 1_000_000_000, interruptAfterTimeLimit: seconds * 1000, markInterruptAsFailure: false },
  )
}

/** One of these, damaged: cut, bytes changed, or a piece replaced by something random. */
function damaged(...originals: Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const original = fc.constantFrom(...originals)
  const change = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 }))
  return fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc.tuple(original, fc.nat()).map(([bytes, cut]) => bytes.slice(0, cut % (bytes.length + 1))),
    fc.tuple(original, fc.array(change, { minLength: 1, maxLength: 6 })).map(([bytes, changes]) => {
      const copy = bytes.slice()
      for (const [at, flip] of changes) copy[at % copy.length]! ^= flip
      return copy
    }),
    fc
      .tuple(original, fc.nat(), fc.uint8Array({ maxLength: 20 }), fc.nat(30))
      .map(([bytes, from, piece, gone]) => {
        const at = from % bytes.length
        return new Uint8Array([...bytes.subarray(0, at), ...piece, ...bytes.subarray(at + gone)])
      }),
  )
}

const text = (value: string) => new TextEncoder().encode(value)
const pem = (label: string, der: Uint8Array) =>
  `-----BEGIN ${label}-----\n${Buffer.from(der).toString('base64')}\n-----END ${label}-----\n`

const key = generateRsaKey()
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pemCodes: CryptoErrorCode[] = ['PEM_INVALID', 'RSA_KEY_INVALID']

describe('fuzz', () => {
  it('PEM text', () => {
    const texts = [exportRsaPublicKey(key), exportRsaPrivateKey(key)].map(text)
    for (const parse of [parseRsaPublicKey, parseRsaPrivateKey]) {
      fuzz(damaged(...texts), pemCodes, (bytes) => {
        parse(Buffer.from(bytes).toString('latin1'))
      })
    }
    fuzz(fc.string(), pemCodes, parseRsaPrivateKey)
  })

  it('DER inside of PEM', () => {
    const publicForms = (['pkcs1', 'spki'] as const).map((type) => publicKey.export({ type, format: 'der' }))
    fuzz(fc.tuple(damaged(...publicForms), fc.boolean()), pemCodes, ([der, spki]) => {
      parseRsaPublicKey(pem(spki ? 'PUBLIC KEY' : 'RSA PUBLIC KEY', der))
    })
    const privateForms = (['pkcs1', 'pkcs8'] as const).map((type) =>
      privateKey.export({ type, format: 'der' }),
    )
    fuzz(fc.tuple(damaged(...privateForms), fc.boolean()), pemCodes, ([der, pkcs8]) => {
      parseRsaPrivateKey(pem(pkcs8 ? 'PRIVATE KEY' : 'RSA PRIVATE KEY', der))
    })
  })

  it('gzip', () => {
    const plain = text('some text, some text and more of it; '.repeat(40))
    const streams = [
      gzip(plain),
      new Uint8Array(deflateSync(plain)),
      gzip(randomBytes(300)),
      gzip(new Uint8Array(9000)),
    ]
    fuzz(
      fc.tuple(damaged(...streams), fc.nat(3000)),
      ['INFLATE_INVALID', 'INFLATE_TOO_LARGE'],
      ([bytes, most]) => {
        expect(gunzip(bytes, most).length).toBeLessThanOrEqual(most)
      },
    )
  })

  it('RSA_PAD', () => {
    const whole = rsaPadEncrypt(randomBytes(100), key, randomBytes)
    fuzz(damaged(whole), ['RSA_DATA_INVALID'], (bytes) => {
      // Only the untouched block has the right hash inside.
      if (rsaPadDecrypt(bytes, key)) expect(bytes).toEqual(whole)
    })
  })

  it('numbers of the key exchange', () => {
    fuzz(fc.bigInt({ min: -(1n << 66n), max: 1n << 66n }), ['PQ_INVALID'], (pq) => {
      const { p, q } = factorizePq(pq)
      expect(p * q).toBe(pq)
    })
    fuzz(
      fc.tuple(damaged(knownDhPrime), fc.integer({ min: 0, max: 9 })),
      ['DH_PRIME_INVALID', 'DH_GENERATOR_INVALID'],
      ([p, g]) => {
        checkDhPrime(p, g)
        expect(p).toEqual(knownDhPrime)
      },
    )
    fuzz(damaged(knownDhPrime), ['DH_VALUE_INVALID'], (value) => checkDhValue(value, knownDhPrime))
  })
})
