/**
 * The message that binds a temporary key to a permanent one, encrypted "in the usual way, but with MTProto v1 using the
 * perm_auth_key": only who holds the permanent key can have made it.
 * https://core.telegram.org/method/auth.bindTempAuthKey#generating-encrypted-message
 */
import { aesIge, equalBytes, sha1 } from '@telegram-mt/crypto'
import { TlReader } from '@telegram-mt/tl'

/** bind_auth_key_inner#75a3f765 */
const BIND_AUTH_KEY_INNER = 0x75a3f765
/** auth_key_id and msg_key. */
const OUTER_HEADER = 24
/** random:int128 (in place of salt and session_id), msg_id, seqno, msg_len. */
const INNER_HEADER = 32
const MESSAGE = 40

export interface BindingMessage {
  /** Of the message; the same as of the call that brings it. */
  msgId: bigint
  nonce: bigint
  tempAuthKeyId: bigint
  permAuthKeyId: bigint
  tempSessionId: bigint
  /** Seconds since the epoch. */
  expiresAt: number
}

/** Reads a binding message; undefined if it was not made with this key, or not as it should be. */
export function openBindingMessage(
  encrypted: Uint8Array,
  key: { id: bigint; key: Uint8Array },
): BindingMessage | undefined {
  // 72 bytes, padded to whole blocks.
  if (encrypted.length !== OUTER_HEADER + 80) return undefined
  const outer = new DataView(encrypted.buffer, encrypted.byteOffset, OUTER_HEADER)
  if (outer.getBigInt64(0, true) !== key.id) return undefined
  const msgKey = encrypted.subarray(8, OUTER_HEADER)
  const aes = oldMessageKeyIv(key.key, msgKey)
  const data = aesIge.decrypt(encrypted.subarray(OUTER_HEADER), aes.key, aes.iv)
  // In v1 the msg_key is a hash without the padding.
  const signed = sha1(data.subarray(0, INNER_HEADER + MESSAGE)).subarray(4, 20)
  if (!equalBytes(signed, msgKey)) return undefined
  const reader = new TlReader(data, 16)
  const msgId = reader.long()
  if (reader.int() !== 0 || reader.int() !== MESSAGE || reader.uint() !== BIND_AUTH_KEY_INNER)
    return undefined
  return {
    msgId,
    nonce: reader.long(),
    tempAuthKeyId: reader.long(),
    permAuthKeyId: reader.long(),
    tempSessionId: reader.long(),
    expiresAt: reader.int(),
  }
}

/** https://core.telegram.org/mtproto/description_v1#defining-aes-key-and-initialization-vector, from the client (x = 0) */
function oldMessageKeyIv(authKey: Uint8Array, msgKey: Uint8Array): { key: Uint8Array; iv: Uint8Array } {
  const a = sha1(msgKey, authKey.subarray(0, 32))
  const b = sha1(authKey.subarray(32, 48), msgKey, authKey.subarray(48, 64))
  const c = sha1(authKey.subarray(64, 96), msgKey)
  const d = sha1(msgKey, authKey.subarray(96, 128))
  const key = joined(a.subarray(0, 8), b.subarray(8, 20), c.subarray(4, 16))
  const iv = joined(a.subarray(8, 20), b.subarray(0, 8), c.subarray(16, 20), d.subarray(0, 8))
  return { key, iv }
}

function joined(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(32)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
