/**
 * mtcute's own modules, unmodified, as truth from elsewhere. The package does not export its inner ones; what a test
 * needs of them is taken by file name.
 */
import { randomFillSync } from 'node:crypto'
import {
  aesIge,
  bigintToBytes,
  bytesToBigint,
  createAesCtr,
  factorizePq,
  hmacSha256,
  sha1,
  sha256,
} from '@telegram-mt/crypto'

/** A module of @mtcute/core, or, with `../../` before it, of another package. */
export const mtcuteModule = (file: string) =>
  import(/* @vite-ignore */ new URL(`../../../node_modules/@mtcute/core/${file}`, import.meta.url).href)

/** What mtcute asks of its platform. */
export const mtcutePlatform = {
  sha1,
  sha256,
  hmacSha256: (data: Uint8Array, key: Uint8Array) => hmacSha256(key, data),
  randomFill: (buffer: Uint8Array) => randomFillSync(buffer),
  randomBytes: (length: number) => randomFillSync(new Uint8Array(length)),
  createAesIge: (key: Uint8Array, iv: Uint8Array) => ({
    encrypt: (data: Uint8Array) => aesIge.encrypt(data, key, iv),
    decrypt: (data: Uint8Array) => aesIge.decrypt(data, key, iv),
  }),
  createAesCtr,
  factorizePQ: (pq: Uint8Array) => {
    const { p, q } = factorizePq(bytesToBigint(pq))
    return [bigintToBytes(p, 4), bigintToBytes(q, 4)]
  },
}

export const mtcuteLog = { verbose() {}, debug() {}, info() {}, create: () => mtcuteLog, prefix: '' }
