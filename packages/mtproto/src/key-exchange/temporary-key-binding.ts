/**
 * The message that binds a temporary auth key to a permanent one: it says which key belongs to which, and only who holds the
 * permanent key can have made it. It is encrypted "in the usual way, but with MTProto v1 using the perm_auth_key; for the
 * purposes of encryption a random 128-bit number is used in place of salt and session_id".
 * https://core.telegram.org/method/auth.bindTempAuthKey#generating-encrypted-message
 */
import { aesIge, authKeyId, sha1 } from '@telegram-mt/crypto'
import { TlWriter } from '@telegram-mt/tl'

/** bind_auth_key_inner#75a3f765 nonce:long temp_auth_key_id:long perm_auth_key_id:long temp_session_id:long expires_at:int */
const BIND_AUTH_KEY_INNER = 0x75a3f765
/** random:int128, msg_id, seqno, msg_len. */
const HEADER = 32
const MESSAGE = 40
const BLOCK = 16

export interface TemporaryKeyBinding {
  /** 256 bytes. */
  permanentKey: Uint8Array
  /** 256 bytes. */
  temporaryKey: Uint8Array
  /** The session in which the call is made, under the temporary key. */
  sessionId: bigint
  /** Of the message that carries the call. */
  msgId: bigint
  /** The same as in the call. */
  nonce: bigint
  /** When the temporary key ends, seconds of the server's time. */
  expiresAt: number
  random: (length: number) => Uint8Array
}

/** The `encrypted_message` of auth.bindTempAuthKey. */
export function sealTemporaryKeyBinding(binding: TemporaryKeyBinding): Uint8Array {
  const { permanentKey, temporaryKey, sessionId, msgId, nonce, expiresAt, random } = binding
  const permanentKeyId = authKeyId(permanentKey)
  const length = HEADER + MESSAGE
  const inner = new TlWriter(length)
  inner.raw(random(16))
  inner.long(msgId)
  inner.int(0)
  inner.int(MESSAGE)
  inner.uint(BIND_AUTH_KEY_INNER)
  inner.long(nonce)
  inner.long(authKeyId(temporaryKey))
  inner.long(permanentKeyId)
  inner.long(sessionId)
  inner.int(expiresAt)
  const message = inner.finish()
  const padded = new Uint8Array(Math.ceil(length / BLOCK) * BLOCK)
  padded.set(message)
  padded.set(random(padded.length - length), length)
  // "msg_key: the lower-order 128 bits of the SHA1 hash of the plaintext", in v1 without the padding.
  const msgKey = sha1(message).subarray(4, 20)
  const { key, iv } = messageKeyIvV1(permanentKey, msgKey)
  const outer = new TlWriter(24 + padded.length)
  outer.long(permanentKeyId)
  outer.raw(msgKey)
  outer.raw(aesIge.encrypt(padded, key, iv))
  return outer.finish()
}

/** https://core.telegram.org/mtproto/description_v1#defining-aes-key-and-initialization-vector, from the client (x = 0). */
function messageKeyIvV1(authKey: Uint8Array, msgKey: Uint8Array): { key: Uint8Array; iv: Uint8Array } {
  const a = sha1(msgKey, authKey.subarray(0, 32))
  const b = sha1(authKey.subarray(32, 48), msgKey, authKey.subarray(48, 64))
  const c = sha1(authKey.subarray(64, 96), msgKey)
  const d = sha1(msgKey, authKey.subarray(96, 128))
  return {
    key: joined(a.subarray(0, 8), b.subarray(8, 20), c.subarray(4, 16)),
    iv: joined(a.subarray(8, 20), b.subarray(0, 8), c.subarray(16, 20), d.subarray(0, 8)),
  }
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(32)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
