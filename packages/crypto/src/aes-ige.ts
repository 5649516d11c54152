/**
 * AES-256-IGE, the cipher of all encrypted MTProto messages: https://core.telegram.org/mtproto/description
 *
 * One interface, several implementations. This is the portable one, in WebAssembly; a native one may take its place.
 */
import { aesCbcEncryptor } from './aes-cbc.node.ts'
import { CryptoError, expectLength } from './crypto-error.ts'
import { type AesIgeKernel, aesIgeKernel, at, CHUNK } from './wasm/aes-ige-kernel.ts'

export interface AesIge {
  /** Which implementation this is. */
  readonly name: string
  /**
   * Encrypts whole blocks into `into`, which may be `data` itself, or else into new memory; returns where it went.
   * Throws `LENGTH_INVALID` unless the data is a multiple of 16 bytes, key and iv are 32 bytes long, and `into` is as
   * long as the data.
   */
  encrypt(data: Uint8Array, key: Uint8Array, iv: Uint8Array, into?: Uint8Array): Uint8Array
  /** The inverse of `encrypt`, with the same conditions. */
  decrypt(data: Uint8Array, key: Uint8Array, iv: Uint8Array, into?: Uint8Array): Uint8Array
}

export function expectIgeLengths(data: Uint8Array, key: Uint8Array, iv: Uint8Array, into?: Uint8Array): void {
  if (data.length % 16 !== 0) {
    throw new CryptoError('LENGTH_INVALID', `AES-IGE data: ${data.length} bytes, expected a multiple of 16`)
  }
  expectLength('AES-IGE key', key, 32)
  expectLength('AES-IGE iv', iv, 32)
  if (into !== undefined) expectLength('AES-IGE output', into, data.length)
}

/** From so many bytes on, the platform's CBC with two passes of XOR around it beats the kernel. */
const CBC_FROM = 2048

export const wasmAesIge: AesIge = {
  name: 'wasm',

  encrypt(data, key, iv, into) {
    expectIgeLengths(data, key, iv, into)
    if (data.length >= CBC_FROM) return encryptThroughCbc(data, key, iv, into)
    const kernel = load(key, iv)
    kernel.encryptKey()
    return run(kernel, kernel.encrypt, data, into)
  },

  decrypt(data, key, iv, into) {
    expectIgeLengths(data, key, iv, into)
    const kernel = load(key, iv)
    kernel.decryptKey()
    return run(kernel, kernel.decrypt, data, into)
  },
}

let kernelInUse: AesIgeKernel | undefined

function load(key: Uint8Array, iv: Uint8Array): AesIgeKernel {
  kernelInUse ??= aesIgeKernel()
  kernelInUse.memory.set(key, at.key)
  kernelInUse.memory.set(iv, at.iv)
  return kernelInUse
}

function run(
  { memory }: AesIgeKernel,
  work: (length: number) => void,
  data: Uint8Array,
  into: Uint8Array | undefined,
): Uint8Array {
  if (into === undefined && data.length <= CHUNK) {
    memory.set(data, at.data)
    if (data.length > 0) work(data.length)
    return memory.slice(at.data, at.data + data.length)
  }
  const out = into ?? new Uint8Array(data.length)
  for (let from = 0; from < data.length; from += CHUNK) {
    const chunk = data.length <= CHUNK ? data : data.subarray(from, from + CHUNK)
    memory.set(chunk, at.data)
    work(chunk.length)
    out.set(memory.subarray(at.data, at.data + chunk.length), from)
  }
  return out
}

/** The XORed words of one piece; what is in it never outlives a call. */
const differences = new Uint32Array(CHUNK / 4)

/**
 * IGE by way of CBC. With d_i = c_i ⊕ m_{i-1}, c_i = E(m_i ⊕ c_{i-1}) ⊕ m_{i-1} becomes
 * d_i = E((m_i ⊕ m_{i-2}) ⊕ d_{i-1}): CBC over m_i ⊕ m_{i-2}, where m_{-1} = 0 and d_0 = c_0.
 * Long data goes through in pieces that stay in the cache.
 */
export function encryptThroughCbc(
  data: Uint8Array,
  key: Uint8Array,
  iv: Uint8Array,
  into: Uint8Array = new Uint8Array(data.length),
): Uint8Array {
  const cipher = aesCbcEncryptor(key, iv.subarray(0, 16))
  // The last two blocks before the piece: m_{-1} = 0 and m_0, which is the second half of the iv.
  let before = new Uint32Array(8)
  before.set(wordsOf(iv.subarray(16, 32)), 4)
  for (let from = 0; from < data.length; from += CHUNK) {
    const plain = wordsOf(data.subarray(from, from + CHUNK))
    const count = plain.length
    const head = Math.min(8, count)
    for (let i = 0; i < head; i++) differences[i] = (plain[i] ?? 0) ^ (before[i] ?? 0)
    for (let i = 8; i < count; i++) differences[i] = (plain[i] ?? 0) ^ (plain[i - 8] ?? 0)
    const out = wordsOf(cipher(new Uint8Array(differences.buffer, 0, 4 * count)))
    for (let i = 0; i < 4; i++) out[i] = (out[i] ?? 0) ^ (before[i + 4] ?? 0)
    for (let i = 4; i < count; i++) out[i] = (out[i] ?? 0) ^ (plain[i - 4] ?? 0)
    if (from + CHUNK < data.length) before = plain.slice(count - 8)
    into.set(new Uint8Array(out.buffer, out.byteOffset, out.byteLength), from)
  }
  return into
}

/** The bytes as 32-bit words; a copy only where they do not lie at a word's border. */
function wordsOf(bytes: Uint8Array): Uint32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes)
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length / 4)
}
