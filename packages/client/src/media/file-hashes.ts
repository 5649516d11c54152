/** "SHA-256 hashes of the file's parts", by which a file is checked piece by piece while it comes in. */
import { equalBytes, sha256 } from '@telegram-mt/crypto'
import type { tl } from '../layer.ts'
import { MediaError } from './errors.ts'

export class FileHashes {
  readonly #fetch: (offset: number) => Promise<readonly tl.fileHash[]>
  readonly #known = new Map<number, { limit: number; hash: Uint8Array }>()

  /** @param fetch the hashes from a place in the file on, as many as the server gives at once. */
  constructor(fetch: (offset: number) => Promise<readonly tl.fileHash[]>) {
    this.#fetch = fetch
  }

  add(hashes: readonly tl.fileHash[]): void {
    for (const { offset, limit, hash } of hashes) this.#known.set(offset, { limit, hash })
  }

  /**
   * Checks the bytes at a place of the file; each hashed piece must lie in them as a whole.
   * @throws MediaError `FILE_HASH_MISMATCH` they are not what was announced, or there is no hash for them.
   */
  async check(offset: number, bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const place = offset + at
      if (!this.#known.has(place)) this.add(await this.#fetch(place))
      const piece = this.#known.get(place)
      if (piece === undefined || piece.limit <= 0 || at + piece.limit > bytes.length) {
        throw new MediaError('FILE_HASH_MISMATCH', `no hash covers the bytes of the file from ${place} on`)
      }
      if (!equalBytes(sha256(bytes.subarray(at, at + piece.limit)), piece.hash)) {
        throw new MediaError(
          'FILE_HASH_MISMATCH',
          `${piece.limit} bytes of the file from ${place} on are not those that were announced`,
        )
      }
      // What was checked is not needed again: memory stays the same however large the file.
      this.#known.delete(place)
      at += piece.limit
    }
  }

  /** @throws MediaError `FILE_HASH_MISMATCH` the file goes on at this place. */
  async checkEnd(offset: number): Promise<void> {
    const after = (hashes: readonly tl.fileHash[]) => hashes.some((hash) => hash.offset >= offset)
    if (!this.#known.has(offset) && !after(await this.#fetch(offset))) return
    throw new MediaError('FILE_HASH_MISMATCH', `the file goes on after ${offset} bytes, and no more came`)
  }
}
