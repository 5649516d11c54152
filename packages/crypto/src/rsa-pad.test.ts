import { constants, createCipheriv, createHash, createPrivateKey, privateDecrypt } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aesIge } from './aes-ige-in-use.ts'
import { bigintToBytes, bytesToBigint } from './bytes.ts'
import { modPow } from './modular-power.ts'
import { randomBytes } from './random.node.ts'
import { exportRsaPrivateKey, generateRsaKey } from './rsa-key.ts'
import { rsaPadDecrypt, rsaPadEncrypt } from './rsa-pad.ts'
import { telegramPublicKeys } from './telegram-public-keys.ts'

const invalid = expect.objectContaining({ code: 'RSA_DATA_INVALID' })
const key = generateRsaKey()

describe('RSA_PAD', () => {
  it('gives the known bytes for Telegram’s key and a random source of zeros', () => {
    const data = new Uint8Array(144).fill(0x61)
    const encrypted = rsaPadEncrypt(
      data,
      telegramPublicKeys.production[0]!,
      (length) => new Uint8Array(length),
    )
    // Made with gotd/td's implementation.
    expect(Buffer.from(encrypted).toString('hex')).toBe(
      'bf68719e836806b040cd261ecaf66eb3c4ba19f3bbea3031b2e6cf29167bab647201d101b291dc5b716a42e789a38d947fe59e9bcce8f30ef46a946743ea8b6babbce7fc0afc46b802aa453e83471d82a4dfad83f971f350b4b4fb474cd1c48fdf427e4b5fecce9ec3178ae7dac3985856fdefa21d6fdc5e0e0fd8a57bc4f51580d637d372be8d87c9aa3fde8e6f8287bcb3be846aadcdd59465375479e248f62ed438f9804fbe36d41ca906243a5f740f3937949aa149ba8a8b8e68b3f3e1e3cd3f946387520e21eee55845e1f015a919a22f6a72bfaecd2cae946c91983b41f9ffabe97963bbde8f30eaf5fd3c5b8cecab8711bd269e441b6084f385726ff0',
    )
  })

  it('is built as published, seen with the platform’s own RSA', () => {
    const data = randomBytes(100)
    const encrypted = rsaPadEncrypt(data, key, randomBytes)
    const padding = constants.RSA_NO_PADDING
    const block = privateDecrypt({ key: createPrivateKey(exportRsaPrivateKey(key)), padding }, encrypted)
    const sha256 = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest()
    const mask = sha256(block.subarray(32))
    const tempKey = block.subarray(0, 32).map((byte, i) => byte ^ mask[i]!)
    const hashed = Buffer.from(aesIge.decrypt(block.subarray(32), tempKey, new Uint8Array(32)))
    const padded = Buffer.from(hashed.subarray(0, 192)).reverse()
    expect(Buffer.compare(padded.subarray(0, 100), data)).toBe(0)
    expect(hashed.subarray(192).equals(sha256(tempKey, padded))).toBe(true)
    // The first block of IGE with a zero iv is a plain block encryption.
    const first = createCipheriv('aes-256-ecb', tempKey, null).update(hashed.subarray(0, 16))
    expect(first.equals(block.subarray(32, 48))).toBe(true)
  })

  it('comes back the same, with its padding', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 144 }), (data) => {
        const encrypted = rsaPadEncrypt(data, key, randomBytes)
        const padded = rsaPadDecrypt(encrypted, key)
        expect([encrypted.length, padded.length]).toEqual([256, 192])
        expect(Buffer.compare(padded.subarray(0, data.length), data)).toBe(0)
      }),
      { numRuns: 30 },
    )
  })

  it('takes new random keys while the number is not below the modulus, but not for ever', () => {
    // With the smallest possible modulus, half of all numbers are too large.
    const small = { n: (1n << 2047n) + 1n, e: 65537n, fingerprint: 0n }
    let keys = 0
    const counting = (length: number) => {
      if (length === 32) keys++
      return randomBytes(length)
    }
    for (let i = 0; i < 20; i++) {
      expect(bytesToBigint(rsaPadEncrypt(new Uint8Array(144), small, counting)) < small.n).toBe(true)
    }
    expect(keys).toBeGreaterThan(20)
    let seed = 0
    const stuck = (length: number) => new Uint8Array(length).fill(seed)
    while (seed < 256) {
      try {
        rsaPadEncrypt(new Uint8Array(144), small, stuck)
        seed++
      } catch (error) {
        expect(error).toEqual(invalid)
        return
      }
    }
    expect.unreachable()
  })

  it('refuses data and keys of the wrong size', () => {
    const encrypted = rsaPadEncrypt(new Uint8Array(), key, randomBytes)
    expect(() => rsaPadEncrypt(new Uint8Array(145), key, randomBytes)).toThrow(invalid)
    expect(() => rsaPadDecrypt(encrypted.subarray(1), key)).toThrow(invalid)
    expect(() => rsaPadDecrypt(bigintToBytes(key.n, 256), key)).toThrow(invalid)
    const keyInvalid = expect.objectContaining({ code: 'RSA_KEY_INVALID' })
    expect(() => rsaPadEncrypt(new Uint8Array(), { ...key, n: key.n >> 1n }, randomBytes)).toThrow(keyInvalid)
    expect(() => rsaPadDecrypt(encrypted, { ...key, n: key.n << 1n })).toThrow(keyInvalid)
  })

  it('refuses a block in which any bit was changed', () => {
    const encrypted = rsaPadEncrypt(randomBytes(100), key, randomBytes)
    const block = bigintToBytes(modPow(bytesToBigint(encrypted), key.d, key.n), 256)
    for (let byte = 1; byte < 256; byte += 5) {
      const changed = block.slice()
      changed[byte]! ^= 1 << (byte % 8)
      const again = bigintToBytes(modPow(bytesToBigint(changed), key.e, key.n), 256)
      expect(() => rsaPadDecrypt(again, key), `byte ${byte}`).toThrow(invalid)
    }
  })
})
