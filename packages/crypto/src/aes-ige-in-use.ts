/** The AES-256-IGE that this process uses: the native one where it is built, else the portable one. */
import { type AesIge, wasmAesIge } from './aes-ige.ts'
import { nativeAesIge } from './aes-ige-native.node.ts'

/** `aesIge.name` tells which one it is: `native` or `wasm`. TELEGRAM_MT_AES=wasm asks for the portable one. */
export const aesIge: AesIge = nativeAesIge() ?? wasmAesIge
