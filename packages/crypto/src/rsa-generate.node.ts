/** The platform's RSA key generation; a PKCS#1 private key as DER. */
import { generateKeyPairSync } from 'node:crypto'
import { plainBytes } from './plain-bytes.node.ts'

export function generateRsaDer(bits: number): Uint8Array {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: bits, publicExponent: 65537 })
  return plainBytes(privateKey.export({ type: 'pkcs1', format: 'der' }))
}
