/**
 * Files that a content delivery network has (https://core.telegram.org/cdn): its datacenters are not trusted, so that what they
 * give is encrypted with a key that only the home of the file tells, and checked against hashes from there.
 */
import { createAesCtr } from '@telegram-mt/crypto'
import type { tl } from '../layer.ts'
import { MediaError } from './errors.ts'
import { FileHashes } from './file-hashes.ts'

/** Calls that a CDN file needs. */
export interface CdnCalls {
  /** To the CDN's own datacenter. */
  getCdnFile(call: tl.upload.getCdnFile): Promise<tl.upload.CdnFile>
  /** To the datacenter that the file lives on. */
  getCdnFileHashes(call: tl.upload.getCdnFileHashes): Promise<tl.fileHash[]>
  reuploadCdnFile(call: tl.upload.reuploadCdnFile): Promise<tl.fileHash[]>
}

/** The CDN may ask for the file so often before it has it. */
const REUPLOADS = 3

export class CdnFile {
  readonly #redirect: tl.upload.fileCdnRedirect
  readonly #calls: CdnCalls
  readonly #hashes: FileHashes

  constructor(redirect: tl.upload.fileCdnRedirect, calls: CdnCalls) {
    const { fileToken, fileHashes } = redirect
    this.#redirect = redirect
    this.#calls = calls
    this.#hashes = new FileHashes((offset) =>
      calls.getCdnFileHashes({ _: 'upload.getCdnFileHashes', fileToken, offset }),
    )
    this.#hashes.add(fileHashes)
  }

  /**
   * Bytes from a place that is a multiple of 128 KiB, where hashed pieces begin; fewer at the end of the file.
   * @throws MediaError `FILE_HASH_MISMATCH`.
   */
  async read(offset: number, limit: number): Promise<Uint8Array> {
    const { fileToken } = this.#redirect
    for (let tries = 0; tries <= REUPLOADS; tries++) {
      const answer = await this.#calls.getCdnFile({ _: 'upload.getCdnFile', fileToken, offset, limit })
      if (answer._ === 'upload.cdnFile') {
        const bytes = this.#decrypt(offset, answer.bytes)
        await this.#hashes.check(offset, bytes)
        return bytes
      }
      // "cdnFileReuploadNeeded: the file was cleared from the temporary RAM cache of the CDN".
      const { requestToken } = answer
      const hashes = await this.#calls.reuploadCdnFile({
        _: 'upload.reuploadCdnFile',
        fileToken,
        requestToken,
      })
      this.#hashes.add(hashes)
    }
    throw new MediaError(
      'CDN_FAILED',
      `the CDN asks for the file again and again, after ${REUPLOADS} times still`,
    )
  }

  /** "iv: … with the last 4 bytes replaced by the big-endian offset / 16". */
  #decrypt(offset: number, bytes: Uint8Array): Uint8Array {
    const { encryptionKey, encryptionIv } = this.#redirect
    const iv = encryptionIv.slice()
    new DataView(iv.buffer, iv.byteOffset).setUint32(iv.length - 4, offset / 16)
    return createAesCtr(encryptionKey, iv).process(bytes)
  }
}
