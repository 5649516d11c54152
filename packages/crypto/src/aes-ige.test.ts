import { createCipheriv } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AesIge, encryptThroughCbc, wasmAesIge } from './aes-ige.ts'

interface Vector {
  key: string
  iv: string
  plaintext: string
  ciphertext: string
}
const file = new URL('./vectors/aes-256-ige.json', import.meta.url)
const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { vectors: Vector[] }
const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'))
const invalid = expect.objectContaining({ code: 'LENGTH_INVALID' })

/** c_i = E(m_i ⊕ c_{i-1}) ⊕ m_{i-1}, block by block with the platform's single-block cipher. */
function slowEncrypt(data: Uint8Array, key: Uint8Array, iv: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-256-ecb', key, null)
  const xor = (a: Uint8Array, b: Uint8Array) => a.map((byte, i) => byte ^ (b[i] ?? 0))
  const out = new Uint8Array(data.length)
  let [lastOut, lastIn] = [iv.subarray(0, 16), iv.subarray(16)]
  for (let from = 0; from < data.length; from += 16) {
    const block = data.subarray(from, from + 16)
    lastOut = xor(new Uint8Array(cipher.update(xor(block, lastOut))), lastIn)
    lastIn = block
    out.set(lastOut, from)
  }
  return out
}

const throughCbc: AesIge = { ...wasmAesIge, name: 'CBC', encrypt: encryptThroughCbc }

describe.each([wasmAesIge, throughCbc])('AES-256-IGE by $name', (ige) => {
  it('matches OpenSSL', () => {
    for (const vector of vectors) {
      const [key, iv] = [bytes(vector.key), bytes(vector.iv)]
      expect(ige.encrypt(bytes(vector.plaintext), key, iv)).toEqual(bytes(vector.ciphertext))
      expect(ige.decrypt(bytes(vector.ciphertext), key, iv)).toEqual(bytes(vector.plaintext))
    }
  })

  it('matches the definition at any length, alignment and place of the output', () => {
    const blocks = fc.oneof(
      fc.nat(20),
      fc.integer({ min: 120, max: 140 }),
      fc.integer({ min: 4090, max: 8200 }),
    )
    fc.assert(
      fc.property(blocks, fc.nat(3), fc.nat(255), (count, shift, seed) => {
        const scramble = (_: number, i: number) => Math.imul(i + seed, 0x9e3779b1) >>> 13
        const data = new Uint8Array(16 * count + shift).map(scramble).subarray(shift)
        const key = new Uint8Array(32 + shift).map(scramble).subarray(shift)
        const iv = new Uint8Array(33 + shift).map(scramble).subarray(shift + 1)
        const before = data.slice()
        const encrypted = slowEncrypt(data, key, iv)
        expect(Buffer.compare(ige.encrypt(data, key, iv), encrypted)).toBe(0)
        expect(Buffer.compare(ige.decrypt(encrypted, key, iv), data)).toBe(0)
        expect(Buffer.compare(data, before)).toBe(0)

        const elsewhere = new Uint8Array(data.length + 1).subarray(1)
        expect(ige.encrypt(data, key, iv, elsewhere)).toBe(elsewhere)
        expect(Buffer.compare(elsewhere, encrypted)).toBe(0)
        ige.encrypt(data, key, iv, data)
        expect(Buffer.compare(data, encrypted)).toBe(0)
        ige.decrypt(data, key, iv, data)
        expect(Buffer.compare(data, before)).toBe(0)
      }),
      { numRuns: 40 },
    )
  })
})

describe('AES-256-IGE', () => {
  it('refuses lengths that are not whole blocks, and keys, ivs and outputs of another length', () => {
    const { encrypt, decrypt } = wasmAesIge
    const [data, key, iv] = [new Uint8Array(64), new Uint8Array(32), new Uint8Array(32)]
    for (const work of [encrypt, decrypt]) {
      for (const length of [1, 15, 17, 63])
        expect(() => work(data.subarray(0, length), key, iv)).toThrow(invalid)
      for (const length of [0, 16, 31]) {
        expect(() => work(data, key.subarray(0, length), iv)).toThrow(invalid)
        expect(() => work(data, key, iv.subarray(0, length))).toThrow(invalid)
        expect(() => work(data, key, iv, new Uint8Array(length))).toThrow(invalid)
      }
      expect(work(data.subarray(0, 0), key, iv)).toEqual(new Uint8Array())
    }
  })
})
