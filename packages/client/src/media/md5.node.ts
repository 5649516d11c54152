/** "md5_checksum: MD5 checksum of the file" of small uploads: a check against damage, not a signature. */
import { createHash } from 'node:crypto'

export interface Md5 {
  update(bytes: Uint8Array): void
  /** In hexadecimal. */
  digest(): string
}

export function md5(): Md5 {
  const hash = createHash('md5')
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('hex') }
}
