/**
 * Uploading (https://core.telegram.org/api/files#uploading-files): in parts, several at a time, over the connections for
 * files. A dropped connection is no failure; after a restart an upload goes on with its cursor, as long as the source can be
 * read at any place.
 */
import type { tl } from '../layer.ts'
import { randomId } from '../messages/random-id.ts'
import type { SessionContext } from '../session/context.ts'
import { MediaError } from './errors.ts'
import { type FileSource, inPieces, openSource } from './file-source.ts'
import { inParallel, untilAborted } from './in-parallel.ts'
import { md5 } from './md5.node.ts'
import type { OpenSource } from './open-source.ts'
import { type OnProgress, type Progress, ProgressMeter } from './progress.ts'

/** Where an upload is: plain JSON, to be kept by the program. The server keeps unfinished uploads for some hours. */
export interface UploadCursor {
  fileId: string
  size: number
  partSize: number
  /** Parts from the start that the server has. */
  parts: number
}

/** Options of `media.upload`. */
export interface UploadOptions {
  /** The name that receivers see; that of the file, if it has one. */
  fileName?: string | undefined
  /** Parts under way at once; default 4. Each holds 512 KiB of memory at most. */
  parallel?: number | undefined
  /** Told after each part. The cursor is there if the upload could be gone on with after a restart. */
  onProgress?: ((progress: Progress & { cursor: UploadCursor | undefined }) => void) | undefined
  /** From an earlier run with the same file. */
  cursor?: UploadCursor | undefined
  signal?: AbortSignal | undefined
}

/** What was uploaded, ready to be sent for some hours, once. */
export interface UploadedFile {
  input: tl.InputFile
  size: number
  fileName: string
  mimeType: string | undefined
  /** The first bytes, to tell what it is by. */
  head: Uint8Array
}

/** "file_total_parts … saveBigFilePart for files larger than 10 MB". */
const BIG = 10 * 1024 * 1024
/** "part_size % 1024 = 0, 524288 % part_size = 0". */
const LARGE_PART = 512 * 1024
const SMALL_PART = 64 * 1024
/** "upload_max_fileparts_premium: 8000". Whether the account may have so many, the server says. */
const MOST_PARTS = 8000
const HEAD = 64

/**
 * Uploads a file without sending it.
 *
 * ```ts
 * const file = await session.media.upload('clip.mp4', { onProgress: ({ bytes, total }) => … })
 * await session.media.sendVideo('@somebody', file)
 * ```
 * @throws MediaError `FILE_EMPTY`, `FILE_TOO_LARGE` (4,000 parts of 512 KiB, 8,000 with premium), `FILE_CHANGED`,
 * `FILE_MISSING`, `URL_UNREACHABLE`; RpcError; the signal's reason.
 */
export async function upload(
  session: SessionContext,
  from: FileSource,
  options: UploadOptions = {},
): Promise<UploadedFile> {
  options.signal?.throwIfAborted()
  const source = await openSource(from, options.signal)
  try {
    options.signal?.throwIfAborted()
    return await new Upload(session, source, options).run()
  } finally {
    await source.close()
  }
}

interface Part {
  index: number
  bytes: Uint8Array
}

class Upload {
  readonly #session: SessionContext
  readonly #source: OpenSource
  readonly #options: UploadOptions
  readonly #fileName: string
  readonly #stop = new AbortController()
  /** The caller's wish to stop, or a part that could not be saved. */
  readonly #signal: AbortSignal

  constructor(session: SessionContext, source: OpenSource, options: UploadOptions) {
    this.#session = session
    this.#source = source
    this.#options = options
    this.#fileName = options.fileName ?? source.name ?? 'file'
    const { signal } = options
    this.#signal = signal === undefined ? this.#stop.signal : AbortSignal.any([signal, this.#stop.signal])
  }

  async run(): Promise<UploadedFile> {
    const { size, read } = this.#source
    if (size !== undefined) {
      checkSize(size)
      return await this.#known(size, read)
    }
    // Small or big is decided by the size, and the first part has to know: what may still be small is held until then.
    const held: Uint8Array[] = []
    const pieces = inPieces(this.#stream(), LARGE_PART)
    let bytes = 0
    for (;;) {
      const { value, done } = await pieces.next()
      if (done === true) break
      held.push(value)
      bytes += value.length
      if (bytes > BIG) return await this.#endless(held, pieces)
    }
    checkSize(bytes)
    return await this.#send(bytes, LARGE_PART, numbered(held), undefined, 0)
  }

  async #known(size: number, read: OpenSource['read']): Promise<UploadedFile> {
    const partSize = size > 1024 * 1024 ? LARGE_PART : SMALL_PART
    if (read === undefined) {
      return await this.#send(size, partSize, numbered(inPieces(this.#stream(), partSize)), undefined, 0)
    }
    const { cursor } = this.#options
    if (cursor === undefined)
      return await this.#send(size, partSize, parts(read, size, partSize, 0), undefined, 0)
    checkCursor(cursor, size)
    // The checksum of a small file is over all of it: its parts are all read again, but not sent.
    const from = size > BIG ? cursor.parts : 0
    const all = parts(read, size, cursor.partSize, from)
    return await this.#send(size, cursor.partSize, all, BigInt(cursor.fileId), cursor.parts)
  }

  /** All parts of a file whose size is known. */
  async #send(
    size: number,
    partSize: number,
    parts: AsyncIterable<Part>,
    fileId = randomId(this.#session.host.random),
    sent: number,
  ): Promise<UploadedFile> {
    const total = Math.ceil(size / partSize)
    const big = size > BIG
    const checksum = big ? undefined : md5()
    const done = new Prefix(sent)
    const cursor = (): UploadCursor | undefined =>
      this.#source.read && { fileId: String(fileId), size, partSize, parts: done.length }
    const meter = this.#meter(size, Math.min(size, sent * partSize), cursor)
    let head: Uint8Array = await this.#head(sent)
    let bytes = big ? Math.min(size, sent * partSize) : 0
    const checked = async function* () {
      for await (const part of parts) {
        bytes += part.bytes.length
        if (bytes > size) throw changed(size)
        checksum?.update(part.bytes)
        if (part.index === 0) head = part.bytes.slice(0, HEAD)
        if (part.index >= sent) yield part
      }
    }
    await inParallel(this.#parallel, checked(), async ({ index, bytes }) => {
      await this.#savePart(fileId, index, bytes, big ? total : undefined)
      done.add(index)
      meter.add(bytes.length)
    })
    if (bytes !== size) throw changed(size)
    const input: tl.InputFile = big
      ? { _: 'inputFileBig', id: fileId, parts: total, name: this.#fileName }
      : {
          _: 'inputFile',
          id: fileId,
          parts: total,
          name: this.#fileName,
          md5Checksum: checksum?.digest() ?? '',
        }
    return this.#uploaded(input, size, head)
  }

  /** A big stream whose end is not in sight: "file_total_parts … -1 if the total is not known yet". */
  async #endless(
    held: Uint8Array[],
    rest: AsyncGenerator<Uint8Array, void, undefined>,
  ): Promise<UploadedFile> {
    const fileId = randomId(this.#session.host.random)
    const meter = this.#meter(undefined, 0, () => undefined)
    const head = held[0]?.slice(0, HEAD) ?? new Uint8Array()
    let size = 0
    let count = 0
    let last: Part | undefined
    const source = this.#source
    const allButLast = async function* () {
      for await (const part of numbered(chain(held, rest))) {
        if (part.index >= MOST_PARTS) throw tooLarge(source.size)
        if (last !== undefined) yield last
        size += part.bytes.length
        count = part.index + 1
        last = part
      }
    }
    await inParallel(this.#parallel, allButLast(), async ({ index, bytes }) => {
      await this.#savePart(fileId, index, bytes, -1)
      meter.add(bytes.length)
    })
    // The last part tells how many there are.
    if (last !== undefined) {
      const { index, bytes } = last as Part
      await this.#savePart(fileId, index, bytes, count)
      meter.total = size
      meter.add(bytes.length)
    }
    return this.#uploaded({ _: 'inputFileBig', id: fileId, parts: count, name: this.#fileName }, size, head)
  }

  #stream(): AsyncIterable<Uint8Array> {
    return untilAborted(this.#source.stream(), this.#signal)
  }

  get #parallel(): number {
    return Math.max(1, this.#options.parallel ?? 4)
  }

  async #savePart(
    fileId: bigint,
    filePart: number,
    bytes: Uint8Array,
    fileTotalParts: number | undefined,
  ): Promise<void> {
    const options = { media: true, signal: this.#signal }
    try {
      if (fileTotalParts === undefined) {
        await this.#session.invoke({ _: 'upload.saveFilePart', fileId, filePart, bytes }, options)
      } else {
        const call = { _: 'upload.saveBigFilePart' as const, fileId, filePart, fileTotalParts, bytes }
        await this.#session.invoke(call, options)
      }
    } catch (error) {
      // The others are of no use either, nor is what the source may still give.
      this.#stop.abort(error)
      throw error
    }
  }

  /** The first bytes, if an earlier run has sent the part that they are in. */
  async #head(sent: number): Promise<Uint8Array> {
    const { read } = this.#source
    return sent > 0 && read !== undefined ? await read(0, HEAD) : new Uint8Array()
  }

  #meter(total: number | undefined, done: number, cursor: () => UploadCursor | undefined): ProgressMeter {
    const { onProgress } = this.#options
    const tell: OnProgress | undefined =
      onProgress && ((progress) => onProgress({ ...progress, cursor: cursor() }))
    return new ProgressMeter(this.#session.host.now, total, tell, done)
  }

  #uploaded(input: tl.InputFile, size: number, head: Uint8Array): UploadedFile {
    return { input, size, fileName: this.#fileName, mimeType: this.#source.mimeType, head }
  }
}

/** How many parts from the start are done, when parts may end in any order. */
class Prefix {
  readonly #beyond = new Set<number>()
  length: number

  constructor(length: number) {
    this.length = length
  }

  add(index: number): void {
    this.#beyond.add(index)
    while (this.#beyond.delete(this.length)) this.length++
  }
}

async function* parts(
  read: NonNullable<OpenSource['read']>,
  size: number,
  partSize: number,
  from: number,
): AsyncGenerator<Part, void, undefined> {
  for (let index = from; index * partSize < size; index++) {
    const length = Math.min(partSize, size - index * partSize)
    const bytes = await read(index * partSize, length)
    if (bytes.length < length) throw changed(size)
    yield { index, bytes }
  }
}

async function* numbered(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Part, void, undefined> {
  let index = 0
  for await (const bytes of pieces) yield { index: index++, bytes }
}

async function* chain(
  first: Uint8Array[],
  rest: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let piece = first.shift(); piece !== undefined; piece = first.shift()) yield piece
  yield* rest
}

function checkSize(size: number): void {
  if (size === 0)
    throw new MediaError('FILE_EMPTY', 'the file is empty: Telegram takes no file without bytes')
  if (size > MOST_PARTS * LARGE_PART) throw tooLarge(size)
}

function checkCursor(cursor: UploadCursor, size: number): void {
  const { fileId, partSize, parts } = cursor
  const good =
    /^-?[0-9]{1,19}$/.test(fileId) &&
    (partSize === LARGE_PART || partSize === SMALL_PART) &&
    Number.isSafeInteger(parts) &&
    parts >= 0 &&
    parts * partSize < size + partSize
  if (!good) throw new MediaError('CURSOR_INVALID', 'the cursor is none that an upload has told of')
  if (cursor.size !== size) {
    throw new MediaError(
      'FILE_CHANGED',
      `the file has ${size} bytes and had ${cursor.size} when the upload began: begin anew, without the cursor`,
    )
  }
}

const changed = (size: number) =>
  new MediaError('FILE_CHANGED', `the file does not have the ${size} bytes that were announced`)

const tooLarge = (size: number | undefined) =>
  new MediaError(
    'FILE_TOO_LARGE',
    `the file has ${size ?? 'more'} bytes: at most ${MOST_PARTS * LARGE_PART} can be uploaded`,
  )
