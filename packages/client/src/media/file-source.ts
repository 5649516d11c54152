/** Whatever a file can be uploaded from, in one shape: parts by their place where that is possible, a stream otherwise. */
import { MediaError } from './errors.ts'
import type { OpenSource } from './open-source.ts'
import { openPath } from './path-source.node.ts'
import { openUrl } from './url-source.ts'

/**
 * A path, bytes, a `Blob`, a stream of bytes (a Node stream, a web stream, an async generator), or a `URL` (http, https, data,
 * blob, file) that is fetched from here. A plain stream may say how long it is: then it need not be held in memory until that is
 * known.
 */
export type FileSource =
  | string
  | Uint8Array
  | Blob
  | AsyncIterable<Uint8Array>
  | URL
  | { stream: AsyncIterable<Uint8Array>; size?: number | undefined }

/** @throws MediaError `FILE_MISSING`, `NOT_A_FILE`, `SOURCE_INVALID`, `URL_INVALID`, `URL_UNREACHABLE`; the signal's reason. */
export async function openSource(source: FileSource, signal?: AbortSignal | undefined): Promise<OpenSource> {
  if (typeof source === 'string') return await openPath(source)
  if (source instanceof Uint8Array) return ofBytes(source)
  if (source instanceof URL) return await openUrl(source, signal)
  if (typeof source !== 'object' || source === null) throw noSource()
  if (isBlob(source)) return ofBlob(source)
  if ('stream' in source && isIterable(source.stream)) return ofStream(source.stream, source.size)
  if (isIterable(source)) return ofStream(source, undefined)
  throw noSource()
}

const noSource = () =>
  new MediaError(
    'SOURCE_INVALID',
    'this is nothing to upload from: expected a path, a Uint8Array, a Blob, a URL, or an async iterable of Uint8Arrays',
  )

function ofBytes(bytes: Uint8Array): OpenSource {
  return {
    name: undefined,
    size: bytes.length,
    mimeType: undefined,
    read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
    stream: () => once(bytes),
    close: () => Promise.resolve(),
  }
}

function ofBlob(blob: Blob): OpenSource {
  return {
    // A File is a Blob with a name.
    name: 'name' in blob && typeof blob.name === 'string' ? blob.name : undefined,
    size: blob.size,
    mimeType: blob.type === '' ? undefined : blob.type,
    read: async (offset, length) => new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer()),
    stream: () => blob.stream(),
    close: () => Promise.resolve(),
  }
}

function ofStream(stream: AsyncIterable<Uint8Array>, size: number | undefined): OpenSource {
  return {
    name: undefined,
    size,
    mimeType: undefined,
    read: undefined,
    stream: () => stream,
    close: () => {
      // A Node stream that is not read to its end would hold its file or socket open.
      if ('destroy' in stream && typeof stream.destroy === 'function') stream.destroy()
      return Promise.resolve()
    },
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes
}

const isBlob = (source: object): source is Blob =>
  'arrayBuffer' in source && 'slice' in source && 'size' in source

const isIterable = (source: object): source is AsyncIterable<Uint8Array> => Symbol.asyncIterator in source

/** The same bytes in pieces of one size, the last one shorter; each is the caller's to keep. */
export async function* inPieces(
  stream: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let piece = new Uint8Array(size)
  let filled = 0
  for await (const chunk of stream) {
    if (!(chunk instanceof Uint8Array)) {
      throw new MediaError(
        'SOURCE_INVALID',
        `a stream to upload gave a ${typeof chunk}: expected Uint8Arrays`,
      )
    }
    for (let at = 0; at < chunk.length; ) {
      const take = Math.min(size - filled, chunk.length - at)
      piece.set(chunk.subarray(at, at + take), filled)
      filled += take
      at += take
      if (filled === size) {
        yield piece
        piece = new Uint8Array(size)
        filled = 0
      }
    }
  }
  if (filled > 0) yield piece.subarray(0, filled)
}
