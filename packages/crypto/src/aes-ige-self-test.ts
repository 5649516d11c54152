/** One known answer, by which an implementation shows that it works on this machine before anything relies on it. */
import type { AesIge } from './aes-ige.ts'
import { equalBytes } from './bytes.ts'

/** Computed with OpenSSL's AES_ige_encrypt. */
const known = {
  key: fromHex('f576104eebeab09651d83acffc77c8b8c6eaa4b767aeab24d7da80f83f51d865'),
  iv: fromHex('ed434473ed2c4b2f3be57fb11d26a6df76bf5dfac20354494e906467849674d1'),
  plain: fromHex(
    '5cb4dea60145b9964612fed73693a075a82218c93f875447ea07bf7cb247fedd' +
      'e713e631cb5b49d98cd9b9572fc019a9d03b7af64493611ef9d4ad9df46903d6',
  ),
  encrypted: fromHex(
    '7dcb0f300cc91e7c8a577d899de8e08db9dd608df0ad6e4c82392bd4a4d29113' +
      '09607845e441ab239e748c15e01244d7b81416aa6dda933c578ee36e797367fa',
  ),
}

export function givesKnownAnswer(ige: AesIge): boolean {
  const { key, iv, plain, encrypted } = known
  try {
    return (
      equalBytes(ige.encrypt(plain, key, iv), encrypted) && equalBytes(ige.decrypt(encrypted, key, iv), plain)
    )
  } catch {
    return false
  }
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
}
