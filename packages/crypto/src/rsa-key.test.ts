import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  exportRsaPrivateKey,
  exportRsaPublicKey,
  generateRsaKey,
  parseRsaPrivateKey,
  parseRsaPublicKey,
} from './rsa-key.ts'
import { telegramPublicKeys } from './telegram-public-keys.ts'

const pemInvalid = expect.objectContaining({ code: 'PEM_INVALID' })
const keyInvalid = expect.objectContaining({ code: 'RSA_KEY_INVALID' })
const key = generateRsaKey()

describe('RSA keys', () => {
  it('of Telegram have their known fingerprints', () => {
    const names = (keys: readonly { fingerprint: bigint }[]) =>
      keys.map((k) => BigInt.asUintN(64, k.fingerprint))
    expect(names(telegramPublicKeys.production)).toEqual([0xd09d1d85de64fd85n])
    expect(names(telegramPublicKeys.test)).toEqual([0xb25898df208d2603n])
  })

  it('come back the same from every form that OpenSSL writes', () => {
    const priv = createPrivateKey(exportRsaPrivateKey(key))
    const pub = createPublicKey(priv)
    expect(createPublicKey(exportRsaPublicKey(key)).equals(pub)).toBe(true)
    expect(priv.asymmetricKeyDetails?.modulusLength).toBe(2048)
    const { d, p, q, ...publicPart } = key
    for (const type of ['pkcs1', 'pkcs8'] as const) {
      expect(parseRsaPrivateKey(priv.export({ type, format: 'pem' }).toString())).toEqual(key)
    }
    for (const type of ['pkcs1', 'spki'] as const) {
      expect(parseRsaPublicKey(pub.export({ type, format: 'pem' }).toString())).toEqual(publicPart)
    }
    expect(exportRsaPublicKey(key)).toBe(pub.export({ type: 'pkcs1', format: 'pem' }))
    expect(exportRsaPrivateKey(key)).toBe(priv.export({ type: 'pkcs1', format: 'pem' }))
  })

  it('may stand in other text, with other line ends', () => {
    const pem = `made by hand\r\n${exportRsaPublicKey(key).replaceAll('\n', '\r\n')}\r\nend`
    expect(parseRsaPublicKey(pem).n).toBe(key.n)
  })

  it('are refused by name when they are something else', () => {
    const other = (type: 'ec' | 'rsa', options: object) => {
      const pair = generateKeyPairSync(type as 'rsa', options as { modulusLength: number })
      return [
        pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
        pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      ] as const
    }
    const [ecPublic, ecPrivate] = other('ec', { namedCurve: 'P-256' })
    expect(() => parseRsaPublicKey(ecPublic)).toThrow(pemInvalid)
    expect(() => parseRsaPrivateKey(ecPrivate)).toThrow(pemInvalid)
    const [shortPublic, shortPrivate] = other('rsa', { modulusLength: 1024 })
    expect(() => parseRsaPublicKey(shortPublic)).toThrow(keyInvalid)
    expect(() => parseRsaPrivateKey(shortPrivate)).toThrow(keyInvalid)

    expect(() => parseRsaPublicKey(exportRsaPrivateKey(key))).toThrow(pemInvalid)
    expect(() => parseRsaPrivateKey(exportRsaPublicKey(key))).toThrow(pemInvalid)
    const encrypted = createPrivateKey(exportRsaPrivateKey(key))
    for (const type of ['pkcs1', 'pkcs8'] as const) {
      const pem = encrypted.export({ type, format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString()
      expect(() => parseRsaPrivateKey(pem)).toThrow(/encrypted/)
    }
  })

  it('are refused when their numbers do not belong together', () => {
    expect(() => parseRsaPrivateKey(exportRsaPrivateKey({ ...key, d: key.d + 2n }))).toThrow(keyInvalid)
    expect(() => parseRsaPrivateKey(exportRsaPrivateKey({ ...key, p: key.p + 2n }))).toThrow(keyInvalid)
    expect(() => parseRsaPublicKey(exportRsaPublicKey({ ...key, n: key.n - 1n }))).toThrow(keyInvalid)
    expect(() => parseRsaPublicKey(exportRsaPublicKey({ ...key, e: 1n }))).toThrow(keyInvalid)
  })

  it('say nothing of the key in their errors', () => {
    const pem = exportRsaPrivateKey(key)
    const body = pem.split('\n')[3]!
    try {
      parseRsaPrivateKey(pem.slice(0, 400))
      expect.unreachable()
    } catch (error) {
      expect(String(error)).not.toContain(body.slice(0, 8))
    }
  })
})
