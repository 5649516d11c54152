import { describe, expect, it } from 'vitest'
import { createAesCtr } from './aes-ctr.node.ts'

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'))

describe('AES-256-CTR', () => {
  // NIST SP 800-38A, F.5.5
  const key = bytes('603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4')
  const counter = bytes('f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff')
  const plain = bytes('6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51')
  const encrypted = bytes('601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5')

  it('matches the published vector however the stream is cut', () => {
    for (let cut = 0; cut <= plain.length; cut++) {
      const cipher = createAesCtr(key, counter)
      const out = [...cipher.process(plain.subarray(0, cut)), ...cipher.process(plain.subarray(cut))]
      expect(new Uint8Array(out)).toEqual(encrypted)
    }
    expect(createAesCtr(key, counter).process(encrypted)).toEqual(plain)
  })

  it('refuses keys and counters of another length', () => {
    const invalid = expect.objectContaining({ code: 'LENGTH_INVALID' })
    expect(() => createAesCtr(key.subarray(1), counter)).toThrow(invalid)
    expect(() => createAesCtr(key, counter.subarray(1))).toThrow(invalid)
  })
})
