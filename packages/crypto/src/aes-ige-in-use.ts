/** The AES-256-IGE that this process uses. */
import { type AesIge, wasmAesIge } from './aes-ige.ts'

export const aesIge: AesIge = wasmAesIge
