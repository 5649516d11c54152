/** Downloads that end up in a file on disk. */
import type { SessionContext } from '../session/context.ts'
import { type DownloadOptions, streamOf } from './download.ts'
import { MediaError } from './errors.ts'
import { type FileHolder, fileIn } from './file-location.ts'
import { openTarget } from './path-source.node.ts'

/** Options of `media.downloadTo`. */
export interface DownloadToPathOptions extends Omit<DownloadOptions, 'offset' | 'length'> {
  /** Goes on with what an earlier run of the same download has left. Default true. */
  resume?: boolean | undefined
}

/**
 * Downloads to a path. What is not complete has another name beside it (`….part`); the next run goes on from there.
 *
 * ```ts
 * await session.media.downloadTo(message, 'clip.mp4', { onProgress: ({ bytes, rate }) => … })
 * ```
 * @returns bytes in the file.
 */
export async function downloadToPath(
  session: SessionContext,
  from: FileHolder,
  path: string,
  options: DownloadToPathOptions = {},
): Promise<number> {
  const file = fileIn(session, from, options)
  // The name tells the file, so that another one's beginning is never gone on with.
  const target = await openTarget(path, file.key, options.resume ?? true)
  let size = target.size
  try {
    if (file.size !== undefined && size > file.size) {
      throw new MediaError(
        'FILE_CHANGED',
        `${size} bytes of the file are here already, and it has ${file.size}`,
      )
    }
    const { onProgress } = options
    const done = size
    const tell =
      onProgress &&
      ((progress: Parameters<typeof onProgress>[0]) =>
        onProgress({ ...progress, bytes: progress.bytes + done, total: file.size }))
    for await (const bytes of streamOf(session, file, { ...options, offset: size, onProgress: tell })) {
      await target.write(bytes)
      size += bytes.length
    }
    await target.finish()
    return size
  } catch (error) {
    await target.abandon()
    throw error
  }
}
