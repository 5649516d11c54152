/**
 * Obfuscation: both directions go through AES-256-CTR with keys that the client's first 64 bytes carry.
 * https://core.telegram.org/mtproto/mtproto-transports#transport-obfuscation
 */
import { type AesCtr, createAesCtr, sha256 } from '@telegram-mt/crypto'
import { setUint, uintAt } from './frame.ts'

export const OBFUSCATION_HEADER = 64
const TAG_AT = 56
const DC_AT = 60

export interface ObfuscatedStream {
  /** Of what this side sends. */
  encrypt: AesCtr
  /** Of what this side receives. */
  decrypt: AesCtr
}

export interface ObfuscationOptions {
  /** The transport's tag; undefined for the full transport, which has none. */
  tag: number | undefined
  /** The 16 bytes of an MTProxy secret. */
  secret?: Uint8Array | undefined
  /** Which DC a proxy shall connect to: negative for media DCs, 10000 added for test ones. */
  dc?: number | undefined
  random: (length: number) => Uint8Array
  /** Which tags the random bytes must not show by accident when there is no tag of one's own. */
  isTag: (value: number) => boolean
}

/** The client's side: the header to send first, and the two streams. */
export function startObfuscation(options: ObfuscationOptions): ObfuscatedStream & { header: Uint8Array } {
  const init = drawHeader(options.random)
  if (options.tag !== undefined) {
    setUint(init, TAG_AT, options.tag)
  } else {
    while (options.isTag(uintAt(init, TAG_AT))) init.set(options.random(4), TAG_AT)
  }
  if (options.dc !== undefined) new DataView(init.buffer).setInt16(DC_AT, options.dc, true)
  const encrypt = streamOf(init, options.secret)
  const decrypt = streamOf(init.toReversed(), options.secret)
  // "bytes 56-64 of the encrypted initialization payload are substituted in the original initialization payload"
  init.set(encrypt.process(init).subarray(TAG_AT), TAG_AT)
  return { header: init, encrypt, decrypt }
}

/** The server's side: what the header says if `secret` is the right one. */
export function acceptObfuscation(
  header: Uint8Array,
  secret: Uint8Array | undefined,
): ObfuscatedStream & { tag: number; dc: number } {
  const decrypt = streamOf(header, secret)
  const encrypt = streamOf(header.toReversed(), secret)
  const init = decrypt.process(header)
  const dc = new DataView(init.buffer, init.byteOffset).getInt16(DC_AT, true)
  return { encrypt, decrypt, tag: uintAt(init, TAG_AT), dc }
}

function streamOf(init: Uint8Array, secret: Uint8Array | undefined): AesCtr {
  const key = init.slice(8, 40)
  return createAesCtr(secret === undefined ? key : sha256(key, secret), init.slice(40, 56))
}

function drawHeader(random: (length: number) => Uint8Array): Uint8Array {
  for (;;) {
    const init = random(OBFUSCATION_HEADER).slice()
    if (!looksLikeSomethingElse(init)) return init
  }
}

/** Headers that a server would take for another protocol. */
function looksLikeSomethingElse(init: Uint8Array): boolean {
  const first = uintAt(init, 0)
  return (
    (first & 0xff) === 0xef ||
    first === 0xeeeeeeee ||
    first === 0xdddddddd ||
    // The full transport's first sequence number.
    uintAt(init, 4) === 0 ||
    isHttp(first) ||
    isTls(first)
  )
}

/** `GET `, `POST`, `HEAD`, `OPTI`(ONS): the methods that Telegram's servers answer on the same ports. */
export function isHttp(first: number): boolean {
  return first === 0x20544547 || first === 0x54534f50 || first === 0x44414548 || first === 0x4954504f
}

/** A TLS handshake record (16 03 01) of up to 16 KiB; the length's first byte is what the fourth one is. */
export function isTls(first: number): boolean {
  return (first & 0xffffff) === 0x010316 && first >>> 24 <= 0x40
}
