/**
 * Keys of MTProto 2.0 messages, derived from the auth key:
 * https://core.telegram.org/mtproto/description#defining-aes-key-and-initialization-vector
 */
import { concatBytes, lower64 } from './bytes.ts'
import { expectLength } from './crypto-error.ts'
import { sha1, sha256 } from './hashes.node.ts'

/** Who wrote the message: each direction takes its key material from other places of the auth key. */
export type MessageSender = 'client' | 'server'

export interface AesKeyIv {
  key: Uint8Array
  iv: Uint8Array
}

const AUTH_KEY_LENGTH = 256

/**
 * `msg_key`: the middle 128 bits of SHA-256 over 32 bytes of the auth key and the whole plaintext including its padding.
 */
export function messageKey(authKey: Uint8Array, plaintext: Uint8Array, sender: MessageSender): Uint8Array {
  expectLength('auth key', authKey, AUTH_KEY_LENGTH)
  const x = keyOffset(sender)
  return sha256(authKey.subarray(88 + x, 120 + x), plaintext).subarray(8, 24)
}

/** `aes_key` and `aes_iv` of the message with this `msg_key`. */
export function messageKeyIv(authKey: Uint8Array, msgKey: Uint8Array, sender: MessageSender): AesKeyIv {
  expectLength('auth key', authKey, AUTH_KEY_LENGTH)
  expectLength('msg_key', msgKey, 16)
  const x = keyOffset(sender)
  const a = sha256(msgKey, authKey.subarray(x, x + 36))
  const b = sha256(authKey.subarray(40 + x, 76 + x), msgKey)
  // key = a[0..8] b[8..24] a[24..32] and iv = b[0..8] a[8..24] b[24..32]: the same cut, a and b changing places.
  return { key: sandwich(a, b), iv: sandwich(b, a) }
}

/** The lower 64 bits of the auth key's SHA-1, as a signed TL `long`. */
export function authKeyId(authKey: Uint8Array): bigint {
  expectLength('auth key', authKey, AUTH_KEY_LENGTH)
  return lower64(sha1(authKey))
}

/**
 * Key and iv that protect the Diffie-Hellman step of the key exchange:
 * https://core.telegram.org/mtproto/auth_key#6-server-responds-with
 */
export function tmpAesKeyIv(newNonce: Uint8Array, serverNonce: Uint8Array): AesKeyIv {
  expectLength('new_nonce', newNonce, 32)
  expectLength('server_nonce', serverNonce, 16)
  const serverNew = sha1(serverNonce, newNonce)
  return {
    key: concatBytes(sha1(newNonce, serverNonce), serverNew.subarray(0, 12)),
    iv: concatBytes(serverNew.subarray(12), sha1(newNonce, newNonce), newNonce.subarray(0, 4)),
  }
}

/** "x = 0 for messages from client to server and x = 8 for those from server to client" */
function keyOffset(sender: MessageSender): 0 | 8 {
  return sender === 'client' ? 0 : 8
}

function sandwich(bread: Uint8Array, filling: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(32)
  for (let i = 0; i < 32; i++) bytes[i] = (i < 8 || i >= 24 ? bread[i] : filling[i]) ?? 0
  return bytes
}
