/** Media that the server fetches from the web itself: "the URL of the photo", "the URL of the document". */
import type { tl } from '../generated/types.ts'
import { PART_MAX } from '../world/file-parts.ts'
import { uploadOf } from '../world/files.ts'
import type { UserContext } from './context.ts'
import { badRequest } from './rpc-error.ts'

/** "pictures up to 5 MB, other files up to 20 MB". */
const LARGEST_PHOTO = 5 * 1024 * 1024
const LARGEST_DOCUMENT = 20 * 1024 * 1024
/** ms */
const PATIENCE = 10_000

export type ExternalMedia = tl.inputMediaPhotoExternal | tl.inputMediaDocumentExternal

export const isExternal = (media: tl.InputMedia): media is ExternalMedia =>
  media._ === 'inputMediaPhotoExternal' || media._ === 'inputMediaDocumentExternal'

/**
 * The same media, with what stands at its address as if the client had uploaded it.
 * @throws RpcError EXTERNAL_URL_INVALID, WEBPAGE_CURL_FAILED, WEBPAGE_MEDIA_EMPTY
 */
export async function fetchedMedia(ctx: UserContext, media: ExternalMedia): Promise<tl.InputMedia> {
  if (media._ === 'inputMediaPhotoExternal') {
    const { file } = await fetched(ctx, media.url, LARGEST_PHOTO)
    const { spoiler, ttlSeconds } = media
    return { _: 'inputMediaUploadedPhoto', file, spoiler, ttlSeconds }
  }
  const { file, mimeType } = await fetched(ctx, media.url, LARGEST_DOCUMENT)
  const { spoiler, ttlSeconds } = media
  return { _: 'inputMediaUploadedDocument', file, mimeType, attributes: [], spoiler, ttlSeconds }
}

async function fetched(
  ctx: UserContext,
  address: string,
  largest: number,
): Promise<{ file: tl.inputFileBig; mimeType: string }> {
  if (!/^https?:/i.test(address) || !URL.canParse(address)) throw badRequest('EXTERNAL_URL_INVALID')
  const url = new URL(address)
  const { bytes, mimeType } = await download(url, largest)
  if (bytes.length === 0) throw badRequest('WEBPAGE_MEDIA_EMPTY')
  const id = ctx.world.randomLong()
  const upload = uploadOf(ctx.world, ctx.me, id)
  const parts = Math.ceil(bytes.length / PART_MAX)
  for (let part = 0; part < parts; part++) {
    upload.write(part, bytes.subarray(part * PART_MAX, (part + 1) * PART_MAX))
  }
  const name = url.pathname.split('/').at(-1) || 'file'
  return { file: { _: 'inputFileBig', id, parts, name }, mimeType }
}

async function download(url: URL, largest: number): Promise<{ bytes: Uint8Array; mimeType: string }> {
  const pieces: Uint8Array[] = []
  let size = 0
  let mimeType = ''
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE) })
    if (!response.ok) throw new Error(`status ${response.status}`)
    mimeType = response.headers.get('content-type')?.split(';', 1)[0]?.trim() ?? ''
    for await (const piece of response.body ?? []) {
      size += piece.length
      if (size > largest) break
      pieces.push(piece)
    }
  } catch {
    throw badRequest('WEBPAGE_CURL_FAILED')
  }
  if (size > largest) throw badRequest('WEBPAGE_MEDIA_EMPTY')
  return { bytes: Buffer.concat(pieces), mimeType }
}
