/**
 * Downloading (https://core.telegram.org/api/files#downloading-files): any range of a file as a stream, in order, with some
 * parts fetched ahead, so that a file of any size takes the same few MiB of memory. File references are renewed, and the file
 * is followed to the datacenter that has it.
 */
import type { Call, Result, tl } from '../layer.ts'
import { RpcError } from '../rpc/rpc-error.ts'
import type { SessionContext } from '../session/context.ts'
import { type CdnCalls, CdnFile } from './cdn-file.ts'
import { MediaError } from './errors.ts'
import { FileHashes } from './file-hashes.ts'
import { type FileChoice, type FileHolder, type FileToFetch, fileIn } from './file-location.ts'
import { isStaleReference } from './file-reference.ts'
import { ahead } from './in-parallel.ts'
import { type OnProgress, ProgressMeter } from './progress.ts'

/** Which part of a file, and how it is fetched. */
export interface DownloadOptions extends FileChoice {
  /** Begin here, bytes; default 0. */
  offset?: number | undefined
  /** At most so many bytes; default all. */
  length?: number | undefined
  /** Parts fetched at once, 512 KiB each; default 4. */
  parallel?: number | undefined
  /** Check every part against the hashes that Telegram keeps, at the cost of some more calls. */
  verify?: boolean | undefined
  onProgress?: OnProgress | undefined
  signal?: AbortSignal | undefined
}

/** "limit … 1 MB % limit = 0; the part must not cross a border of 1 MB". */
const PART = 512 * 1024
/** "offset % 4 KB = 0, limit % 4 KB = 0"; also what hashes cover at a time is a multiple of it. */
const SMALLEST_PART = 4 * 1024
const HASHED_PART = 128 * 1024
/** A token that has expired is exchanged so often in one download. */
const MAX_REDIRECTS = 3
/** How long a part is waited for at a content delivery network, ms: the file can be had without it. */
const CDN_PATIENCE = 20_000

/**
 * The bytes of a file, or of a range of it, in order.
 *
 * ```ts
 * for await (const bytes of session.media.stream(message, { offset: 1_000_000 })) socket.write(bytes)
 * ```
 * @throws MediaError `NOT_A_FILE`, `FILE_CHANGED` it ended early, `FILE_HASH_MISMATCH`, `RANGE_INVALID`, `CDN_FAILED`; RpcError
 * `FILE_REFERENCE_EXPIRED` for a photo or document given without its message; the signal's reason.
 */
export function streamFile(
  session: SessionContext,
  from: FileHolder,
  options: DownloadOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  return streamOf(session, fileIn(session, from, options), options)
}

/** The bytes of a file, or of a range of it, in one piece. */
export async function downloadFile(
  session: SessionContext,
  from: FileHolder,
  options: DownloadOptions = {},
): Promise<Uint8Array> {
  const file = fileIn(session, from, options)
  const known = file.size === undefined ? undefined : rangeOf(file.size, options)
  let bytes = new Uint8Array(known === undefined ? PART : known.end - known.start)
  let filled = 0
  for await (const part of streamOf(session, file, options)) {
    if (filled + part.length > bytes.length) {
      const larger = new Uint8Array(Math.max(bytes.length * 2, filled + part.length))
      larger.set(bytes)
      bytes = larger
    }
    bytes.set(part, filled)
    filled += part.length
  }
  return filled === bytes.length ? bytes : bytes.slice(0, filled)
}

export async function* streamOf(
  session: SessionContext,
  file: FileToFetch,
  options: DownloadOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { start, end } = rangeOf(file.size ?? Number.POSITIVE_INFINITY, options)
  const total = Number.isFinite(end) ? end - start : undefined
  const meter = new ProgressMeter(session.host.now, total, options.onProgress)
  if (file.bytes !== undefined) {
    const bytes = file.bytes.subarray(start, end)
    if (bytes.length > 0) yield bytes
    meter.add(bytes.length)
    return
  }
  if (start >= end) return
  const partSize = partFor(end - start, options.verify === true)
  const fetching = new Fetching(session, file, options)
  let next = Math.floor(start / partSize) * partSize
  // Where the end is not known, nothing can be asked for ahead of it.
  const atOnce = file.size === undefined ? 1 : Math.max(1, options.parallel ?? 4)
  let ended = false
  const parts = ahead(atOnce, () => {
    if (next >= end || ended) return undefined
    const at = next
    next += partSize
    return fetching.read(at, partSize).then((bytes) => ({ at, bytes }))
  })
  try {
    for await (const { at, bytes } of parts) {
      if (file.size === undefined) ended = bytes.length < partSize
      else if (bytes.length !== Math.min(partSize, file.size - at))
        throw shortened(file.size, at + bytes.length)
      const wanted = bytes.subarray(Math.max(0, start - at), Math.max(0, end - at))
      if (wanted.length > 0) {
        yield wanted
        meter.add(wanted.length)
      }
    }
  } finally {
    // Whoever stops early does not want what is on its way either.
    fetching.stop()
  }
}

/** Parts of one file, wherever they come from. */
class Fetching {
  readonly #session: SessionContext
  readonly #file: FileToFetch
  readonly #stop = new AbortController()
  readonly #signal: AbortSignal
  readonly #hashes: FileHashes | undefined
  #location: tl.InputFileLocation
  readonly #dc: number | undefined
  #renewing: Promise<void> | undefined
  #cdn: CdnFile | undefined
  /** How often the file's home may still send us to a content delivery network. */
  #redirects = MAX_REDIRECTS

  constructor(session: SessionContext, file: FileToFetch, options: DownloadOptions) {
    this.#session = session
    this.#file = file
    this.#location = file.location
    this.#dc = file.dc
    this.#signal =
      options.signal === undefined ? this.#stop.signal : AbortSignal.any([this.#stop.signal, options.signal])
    this.#hashes =
      options.verify === true
        ? new FileHashes((offset) =>
            this.#ask((location) => ({ _: 'upload.getFileHashes' as const, location, offset })),
          )
        : undefined
  }

  stop(): void {
    this.#stop.abort()
  }

  async read(offset: number, limit: number): Promise<Uint8Array> {
    for (;;) {
      const bytes = await this.#readFromCdn(offset, limit)
      if (bytes !== undefined) return bytes
      const cdnSupported = this.#redirects > 0
      const answer = await this.#ask((location) => ({
        _: 'upload.getFile' as const,
        location,
        offset,
        limit,
        precise: true,
        cdnSupported: cdnSupported || undefined,
      }))
      if (answer._ === 'upload.file') {
        await this.#hashes?.check(offset, answer.bytes)
        return answer.bytes
      }
      if (!cdnSupported)
        throw new MediaError('CDN_FAILED', 'the file is only to be had from a CDN that does not give it')
      // Other parts may have been sent there meanwhile, or may have found that it is of no use.
      if (this.#cdn !== undefined || this.#redirects === 0) continue
      this.#redirects--
      this.#cdn = this.#openCdn(answer)
    }
  }

  /** Undefined if the file is to be had from its home, or to be asked for there anew. */
  async #readFromCdn(offset: number, limit: number): Promise<Uint8Array | undefined> {
    const cdn = this.#cdn
    if (cdn === undefined) return undefined
    try {
      return await cdn.read(offset, limit)
    } catch (error) {
      const refused = error instanceof MediaError && error.code === 'FILE_HASH_MISMATCH'
      if (refused || this.#signal.aborted) throw error
      // "FILE_TOKEN_INVALID: … continue downloading the file from the master DC using upload.getFile", which may know another
      // token. A CDN that cannot be reached, or does not prove that it is one, is not tried again.
      if (!RpcError.is(error, 'FILE_TOKEN_INVALID')) this.#redirects = 0
      if (this.#cdn === cdn) this.#cdn = undefined
      return undefined
    }
  }

  /** Calls about the file, at the datacenter that has it and under a reference that is good. */
  async #ask<M extends 'upload.getFile' | 'upload.getFileHashes'>(
    call: (location: tl.InputFileLocation) => Call<M>,
  ): Promise<Result<M>> {
    for (;;) {
      const location = this.#location
      try {
        return await this.#session.invoke<M>(call(location), {
          dc: this.#dc,
          media: true,
          signal: this.#signal,
        })
      } catch (error) {
        if (!isStaleReference(error)) throw error
        await this.#renew(location, error)
      }
    }
  }

  /** All parts that find the same reference expired wait for the same new one. */
  async #renew(stale: tl.InputFileLocation, error: RpcError): Promise<void> {
    if (this.#location !== stale) return
    this.#renewing ??= this.#findAgain(error).finally(() => {
      this.#renewing = undefined
    })
    await this.#renewing
  }

  async #findAgain(error: RpcError): Promise<void> {
    const location = await this.#file.refresh?.()
    if (location === undefined || sameReference(location, this.#location)) throw error
    this.#location = location
  }

  #openCdn(redirect: tl.upload.fileCdnRedirect): CdnFile {
    const { invoke } = this.#session
    const home = { dc: this.#dc, media: true, signal: this.#signal }
    const cdn = { dc: redirect.dcId, cdn: true, timeout: CDN_PATIENCE, signal: this.#signal }
    const calls: CdnCalls = {
      getCdnFile: (call) => invoke(call, cdn),
      getCdnFileHashes: (call) => invoke(call, home),
      reuploadCdnFile: (call) => invoke(call, home),
    }
    return new CdnFile(redirect, calls, this.#file.size)
  }
}

function sameReference(a: tl.InputFileLocation, b: tl.InputFileLocation): boolean {
  if (!('fileReference' in a) || !('fileReference' in b)) return false
  const [x, y] = [a.fileReference, b.fileReference]
  return x.length === y.length && x.every((byte, i) => byte === y[i])
}

function rangeOf(size: number, { offset = 0, length }: DownloadOptions): { start: number; end: number } {
  const wanted = length ?? Number.POSITIVE_INFINITY
  if (!(Number.isSafeInteger(offset) && offset >= 0) || !(wanted >= 0)) {
    throw new MediaError('RANGE_INVALID', `offset ${offset}, length ${length}: expected bytes, 0 or more`)
  }
  const start = Math.min(offset, size)
  return { start, end: Math.min(size, start + wanted) }
}

/** A short range is not worth a large part. */
function partFor(length: number, verify: boolean): number {
  let part = verify ? HASHED_PART : SMALLEST_PART
  while (part < length && part < PART) part *= 2
  return part
}

const shortened = (size: number, end: number) =>
  new MediaError('FILE_CHANGED', `the file was said to have ${size} bytes and ended after ${end}`)
