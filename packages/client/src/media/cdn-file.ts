/**
 * Files that a content delivery network has (https://core.telegram.org/cdn): its datacenters are not trusted, so that what they
 * give is encrypted with a key that only the home of the file tells, and checked against hashes from there.
 */
import { createAesCtr } from '@telegram-mt/crypto'
import type { tl } from '../layer.ts'
import { RpcError } from '../rpc/rpc-error.ts'
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
/** Hashes are over pieces of 128 KiB, or of a part of that: what is asked for begins where one does, and ends there. */
const HASHED_PART = 128 * 1024

export class CdnFile {
  readonly #redirect: tl.upload.fileCdnRedirect
  readonly #calls: CdnCalls
  readonly #hashes: FileHashes
  readonly #sizeIsKnown: boolean

  /** @param size bytes, if its home has told: then it is known where the file ends. */
  constructor(redirect: tl.upload.fileCdnRedirect, calls: CdnCalls, size?: number | undefined) {
    const { fileToken, fileHashes } = redirect
    if (redirect.encryptionKey.length !== 32 || redirect.encryptionIv.length !== 16) {
      throw new MediaError(
        'CDN_FAILED',
        'the key or the IV of a CDN file is not as long as those of AES-256-CTR',
      )
    }
    this.#redirect = redirect
    this.#calls = calls
    this.#sizeIsKnown = size !== undefined
    this.#hashes = new FileHashes((offset) =>
      calls.getCdnFileHashes({ _: 'upload.getCdnFileHashes', fileToken, offset }),
    )
    this.#hashes.add(fileHashes)
  }

  /**
   * Bytes from a place; fewer at the end of the file. Both numbers are as `upload.getFile` takes them.
   * @throws MediaError `FILE_HASH_MISMATCH` the CDN gave other bytes than the file has; `CDN_FAILED` it never has the file;
   * RpcError as the CDN or the home of the file refuse.
   */
  async read(offset: number, limit: number): Promise<Uint8Array> {
    const from = Math.floor(offset / HASHED_PART) * HASHED_PART
    const whole = Math.max(HASHED_PART, limit)
    const bytes = await this.#fetch(from, whole)
    await this.#hashes.check(from, bytes)
    // Who gives less than was asked for says that the file ends there: that, too, is only taken from its home.
    if (bytes.length < whole && !this.#sizeIsKnown) await this.#hashes.checkEnd(from + bytes.length)
    return bytes.subarray(offset - from, offset - from + limit)
  }

  async #fetch(offset: number, limit: number): Promise<Uint8Array> {
    const { fileToken } = this.#redirect
    for (let tries = 0; tries <= REUPLOADS; tries++) {
      const answer = await this.#calls.getCdnFile({ _: 'upload.getCdnFile', fileToken, offset, limit })
      if (answer._ === 'upload.cdnFile') return this.#decrypt(offset, answer.bytes)
      await this.#bringAgain(answer.requestToken)
    }
    throw new MediaError(
      'CDN_FAILED',
      `the CDN asks for the file again and again, after ${REUPLOADS} times still`,
    )
  }

  /** "cdnFileReuploadNeeded: the file was cleared from the temporary RAM cache of the CDN". */
  async #bringAgain(requestToken: Uint8Array): Promise<void> {
    const { fileToken } = this.#redirect
    try {
      const call = { _: 'upload.reuploadCdnFile' as const, fileToken, requestToken }
      this.#hashes.add(await this.#calls.reuploadCdnFile(call))
    } catch (error) {
      // Too late for this request: the next one brings another token.
      if (!RpcError.is(error, 'REQUEST_TOKEN_INVALID')) throw error
    }
  }

  /** "iv: … with the last 4 bytes replaced by the big-endian offset / 16". */
  #decrypt(offset: number, bytes: Uint8Array): Uint8Array {
    const { encryptionKey, encryptionIv } = this.#redirect
    const iv = encryptionIv.slice()
    new DataView(iv.buffer, iv.byteOffset).setUint32(iv.length - 4, offset / 16)
    return createAesCtr(encryptionKey, iv).process(bytes)
  }
}
