/**
 * MTProto 2.0 messages, encrypted and decrypted whole:
 * https://core.telegram.org/mtproto/description#defining-aes-key-and-initialization-vector
 *
 * The formulas are those of `messageKey` and `messageKeyIv`. As this is done for every packet of every session, nothing
 * is made on the way: what is hashed is joined, and what comes of it is written, in memory that is there.
 */
import { aesIge } from './aes-ige-in-use.ts'
import { expectLength } from './crypto-error.ts'
import { sha256, sha256Text } from './hashes.node.ts'
import type { MessageSender } from './message-keys.ts'

const AUTH_KEY_LENGTH = 256
/** auth_key_id; then msg_key, of 16 bytes; behind both what is encrypted. */
const MSG_KEY_AT = 8
const ENCRYPTED_AT = 24
const PART = 36

const memory = new Uint8Array(256)
/** msg_key with a part of the auth key, either before the other. */
const derivation = memory.subarray(0, 16 + PART)
const key = memory.subarray(64, 96)
const iv = memory.subarray(96, 128)

/** 32 bytes of the auth key, and a plaintext up to this length; longer ones are not joined. */
const joined = new Uint8Array(32 + 4096)
/** Its beginnings, by blocks of 16 bytes: packets come in few lengths. */
const beginnings: Uint8Array[] = []

/**
 * Encrypts a packet where it lies: all behind its first 24 bytes, whole blocks. Writes msg_key in front of it.
 * @throws CryptoError LENGTH_INVALID unless the auth key has 256 bytes, and what is to be encrypted whole blocks
 */
export function encryptMessage(packet: Uint8Array, authKey: Uint8Array, sender: MessageSender): void {
  expectLength('auth key', authKey, AUTH_KEY_LENGTH)
  const plaintext = packet.subarray(ENCRYPTED_AT)
  const digest = largeDigest(authKey, plaintext, sender)
  for (let i = 0; i < 16; i++) packet[MSG_KEY_AT + i] = digest.charCodeAt(8 + i)
  deriveKeyIv(authKey, packet, sender)
  aesIge.encrypt(plaintext, key, iv, plaintext)
}

/**
 * What is encrypted in a packet, in new memory; `undefined` if its msg_key is not that of what came out, which is found
 * out in constant time.
 * @throws CryptoError LENGTH_INVALID as `encryptMessage`
 */
export function decryptMessage(
  packet: Uint8Array,
  authKey: Uint8Array,
  sender: MessageSender,
): Uint8Array | undefined {
  expectLength('auth key', authKey, AUTH_KEY_LENGTH)
  deriveKeyIv(authKey, packet, sender)
  const plaintext = aesIge.decrypt(packet.subarray(ENCRYPTED_AT), key, iv)
  const digest = largeDigest(authKey, plaintext, sender)
  let difference = 0
  for (let i = 0; i < 16; i++) difference |= (packet[MSG_KEY_AT + i] ?? 0) ^ digest.charCodeAt(8 + i)
  return difference === 0 ? plaintext : undefined
}

/** msg_key_large = SHA256 (substr (auth_key, 88+x, 32) + plaintext + random_padding) */
function largeDigest(authKey: Uint8Array, plaintext: Uint8Array, sender: MessageSender): string {
  const from = 88 + keyOffset(sender)
  const length = 32 + plaintext.length
  if (length > joined.length) {
    return String.fromCharCode(...sha256(authKey.subarray(from, from + 32), plaintext))
  }
  for (let i = 0; i < 32; i++) joined[i] = authKey[from + i] ?? 0
  joined.set(plaintext, 32)
  return sha256Text(beginning(length))
}

function beginning(length: number): Uint8Array {
  const blocks = length >> 4
  const known = beginnings[blocks]
  if (known?.length === length) return known
  const made = joined.subarray(0, length)
  beginnings[blocks] = made
  return made
}

/**
 * sha256_a = SHA256 (msg_key + substr (auth_key, x, 36)), sha256_b = SHA256 (substr (auth_key, 40+x, 36) + msg_key);
 * the key is a, the iv is b, with the middle 16 bytes of both exchanged.
 */
function deriveKeyIv(authKey: Uint8Array, packet: Uint8Array, sender: MessageSender): void {
  const x = keyOffset(sender)
  for (let i = 0; i < 16; i++) derivation[i] = packet[MSG_KEY_AT + i] ?? 0
  for (let i = 0; i < PART; i++) derivation[16 + i] = authKey[x + i] ?? 0
  const a = sha256Text(derivation)
  for (let i = 0; i < PART; i++) derivation[i] = authKey[40 + x + i] ?? 0
  for (let i = 0; i < 16; i++) derivation[PART + i] = packet[MSG_KEY_AT + i] ?? 0
  const b = sha256Text(derivation)
  for (let i = 0; i < 32; i++) {
    const isMiddle = i >= 8 && i < 24
    key[i] = (isMiddle ? b : a).charCodeAt(i)
    iv[i] = (isMiddle ? a : b).charCodeAt(i)
  }
}

/** "x = 0 for messages from client to server and x = 8 for those from server to client" */
function keyOffset(sender: MessageSender): 0 | 8 {
  return sender === 'client' ? 0 : 8
}
