/** Files on disk as a source for uploads and a place for downloads. */
import { type FileHandle, open, rename, stat, unlink } from 'node:fs/promises'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { MediaError } from './errors.ts'
import type { OpenSource } from './open-source.ts'

/** Bytes read at once when a file is read from one end to the other. */
const READ = 512 * 1024

/** @throws MediaError `FILE_MISSING` there is none; `NOT_A_FILE` it is a folder or the like. */
export async function openPath(path: string): Promise<OpenSource> {
  const file = await openFile(path, 'r')
  const found = await file.stat()
  if (!found.isFile()) {
    await file.close()
    throw new MediaError('NOT_A_FILE', `${JSON.stringify(path)} is no file that can be read`)
  }
  const read = async (offset: number, length: number): Promise<Uint8Array> => {
    const bytes = new Uint8Array(length)
    let filled = 0
    while (filled < length) {
      const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled)
      if (bytesRead === 0) break
      filled += bytesRead
    }
    return bytes.subarray(0, filled)
  }
  return {
    name: basename(path),
    size: found.size,
    mimeType: undefined,
    read,
    async *stream() {
      for (let offset = 0; ; ) {
        const bytes = await read(offset, READ)
        if (bytes.length === 0) return
        offset += bytes.length
        yield bytes
      }
    },
    close: () => file.close(),
  }
}

/** @throws MediaError as `openPath`; `URL_INVALID` it names no path here. */
export async function openFileUrl(url: URL): Promise<OpenSource> {
  let path: string
  try {
    path = fileURLToPath(url)
  } catch (cause) {
    throw new MediaError('URL_INVALID', 'this file: address names no path on this machine', { cause })
  }
  return await openPath(path)
}

/** A file that is written from a place on, and has its name only when it is complete. */
export interface FileTarget {
  /** Bytes that an earlier run has left. */
  readonly size: number
  write(bytes: Uint8Array): Promise<void>
  /** Gives it its name. */
  finish(): Promise<void>
  /** Leaves what there is, to be gone on with. */
  abandon(): Promise<void>
}

/**
 * @param key tells this file from others of the same name.
 * @param resume goes on with what an earlier run has left; otherwise that is overwritten.
 */
export async function openTarget(path: string, key: string, resume: boolean): Promise<FileTarget> {
  const partial = `${path}.${key}.part`
  const left = resume ? await stat(partial).catch(() => undefined) : undefined
  const file = await openFile(partial, left === undefined ? 'w' : 'r+')
  const size = left?.size ?? 0
  let at = size
  return {
    size,
    async write(bytes) {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at)
        done += bytesWritten
        at += bytesWritten
      }
    },
    async finish() {
      await file.truncate(at)
      await file.sync()
      await file.close()
      await rename(partial, path)
    },
    async abandon() {
      await file.close()
      if (at === 0) await unlink(partial).catch(() => {})
    },
  }
}

async function openFile(path: string, flags: string): Promise<FileHandle> {
  try {
    return await open(path, flags)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
    throw new MediaError(
      code === 'ENOENT' ? 'FILE_MISSING' : 'FILE_UNREADABLE',
      `${JSON.stringify(path)} cannot be opened: ${code}`,
      { cause },
    )
  }
}
