// How Telegram Desktop encrypts its files: MTProto 1.0's scheme, with a local key in the place of the auth key and the
// SHA-1 of the content in that of the message key. https://core.telegram.org/mtproto/description_v1

import { createHash, pbkdf2 } from 'node:crypto'
import { aesIge, equalBytes, sha1, sha512 } from '@telegram-mt/crypto'
import { damaged } from './tdata-error.ts'

const KEY_LENGTH = 256
const ROUNDS = 100_000
const BLOCK = 16

/** From the local passcode (empty: none is set). Off the event loop. */
export function localKey(passcode: string, salt: Uint8Array): Promise<Uint8Array> {
  const secret = sha512(salt, new TextEncoder().encode(passcode), salt)
  return new Promise((resolve, reject) => {
    pbkdf2(secret, salt, passcode === '' ? 1 : ROUNDS, KEY_LENGTH, 'sha512', (error, key) => {
      if (error === null) resolve(key)
      else reject(error)
    })
  })
}

/** Undefined if the key is another one (or the data was changed). */
export function decryptLocal(encrypted: Uint8Array, key: Uint8Array, what: string): Uint8Array | undefined {
  if (encrypted.length <= BLOCK || encrypted.length % BLOCK !== 0) throw damaged(what)
  const messageKey = encrypted.subarray(0, BLOCK)
  const { aesKey, aesIv } = keyAndIv(key, messageKey)
  const decrypted = aesIge.decrypt(encrypted.subarray(BLOCK), aesKey, aesIv)
  if (!equalBytes(sha1(decrypted).subarray(0, BLOCK), messageKey)) return undefined
  const length = new DataView(decrypted.buffer, decrypted.byteOffset).getUint32(0, true)
  if (length > decrypted.length || length <= decrypted.length - BLOCK || length < 4) throw damaged(what)
  return decrypted.slice(4, length)
}

/** MTProto 1.0, of what a server sends (x = 8). */
function keyAndIv(key: Uint8Array, messageKey: Uint8Array): { aesKey: Uint8Array; aesIv: Uint8Array } {
  const part = (from: number, length: number) => key.subarray(8 + from, 8 + from + length)
  const a = sha1(messageKey, part(0, 32))
  const b = sha1(part(32, 16), messageKey, part(48, 16))
  const c = sha1(part(64, 32), messageKey)
  const d = sha1(messageKey, part(96, 32))
  return {
    aesKey: join(a.subarray(0, 8), b.subarray(8, 20), c.subarray(4, 16)),
    aesIv: join(a.subarray(8, 20), b.subarray(0, 8), c.subarray(16, 20), d.subarray(0, 8)),
  }
}

function join(...parts: Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(32)
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

export function md5(...parts: Uint8Array[]): Uint8Array {
  const hash = createHash('md5')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
