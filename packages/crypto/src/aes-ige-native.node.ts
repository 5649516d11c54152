/**
 * AES-256-IGE by the addon in `native/`, which is there if someone ran `npm run build:native` and a compiler was found.
 */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { type AesIge, expectIgeLengths } from './aes-ige.ts'
import { givesKnownAnswer } from './aes-ige-self-test.ts'

/** What the addon exports; all of it is missing where the processor has no AES instructions. */
interface Addon {
  /** Memory that the addon reads: 32 bytes of key, 32 of iv. */
  keyIv?: Uint8Array
  encrypt?: (data: Uint8Array, into: Uint8Array) => void
  decrypt?: (data: Uint8Array, into: Uint8Array) => void
}

const built = fileURLToPath(
  new URL(`../native/build/aes-ige-${process.platform}-${process.arch}.node`, import.meta.url),
)

/** The addon, from where the build puts it; `undefined` if it is not wanted, not there, or not right. */
export function nativeAesIge(file: string = built): AesIge | undefined {
  return process.env.TELEGRAM_MT_AES === 'wasm' ? undefined : loadAesIge(file)
}

/** Anything that goes wrong here means the portable implementation, never a failure: the addon is a convenience. */
function loadAesIge(file: string): AesIge | undefined {
  if (!existsSync(file)) return undefined
  try {
    const { keyIv, encrypt, decrypt }: Addon = createRequire(import.meta.url)(file)
    if (keyIv === undefined || encrypt === undefined || decrypt === undefined) return undefined
    const ige: AesIge = {
      name: 'native',
      encrypt: (data, key, iv, into) => run(encrypt, keyIv, data, key, iv, into),
      decrypt: (data, key, iv, into) => run(decrypt, keyIv, data, key, iv, into),
    }
    return givesKnownAnswer(ige) ? ige : undefined
  } catch {
    return undefined
  }
}

function run(
  work: (data: Uint8Array, into: Uint8Array) => void,
  keyIv: Uint8Array,
  data: Uint8Array,
  key: Uint8Array,
  iv: Uint8Array,
  into: Uint8Array | undefined,
): Uint8Array {
  expectIgeLengths(data, key, iv, into)
  keyIv.set(key, 0)
  keyIv.set(iv, 32)
  const out = into ?? newMemory(data.length)
  work(data, out)
  return out
}

/** From here on it pays not to write zeros into memory that the cipher fills whole. */
const UNZEROED_FROM = 4096

function newMemory(length: number): Uint8Array {
  if (length < UNZEROED_FROM) return new Uint8Array(length)
  return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer)
}
