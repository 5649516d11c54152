/** From an uploaded file, or one that Telegram has already, to the media that a message is sent with. */
import { mediaOfBotId } from '../bots/file-by-id.ts'
import type { tl } from '../layer.ts'
import type { SessionContext } from '../session/context.ts'
import { MediaError } from './errors.ts'
import { mimeTypeOf } from './file-kind.ts'
import { type FileHolder, heldBy } from './file-location.ts'
import type { FileSource } from './file-source.ts'
import { type UploadedFile, type UploadOptions, upload } from './upload.ts'

export const mediaKinds = [
  'auto',
  'photo',
  'video',
  'audio',
  'voice',
  'animation',
  'round',
  'sticker',
  'document',
] as const

/**
 * How a file is shown: `photo` compressed by Telegram; `video`, `audio`, `voice` (Opus in Ogg), `animation` (a video without sound),
 * `round` (a square video of up to a minute), `sticker` (WebP, or as TGS or WebM); `document` as it is. `auto` looks at the file.
 */
export type MediaKind = (typeof mediaKinds)[number]

/**
 * What can be sent as a file: a source to upload, what was uploaded, what Telegram has already, also by its id of the Bot API,
 * or an http or https address that Telegram fetches it from itself. To fetch from there oneself, `upload` it first.
 */
export type MediaSource =
  | FileSource
  | UploadedFile
  | Exclude<FileHolder, { location: unknown }>
  | { fileId: string }

/** How a file is shown, and what is known of it. */
export interface MediaOptions extends Omit<UploadOptions, 'cursor'> {
  kind?: MediaKind | undefined
  mimeType?: string | undefined
  /** Pixels. */
  width?: number | undefined
  height?: number | undefined
  /** Seconds. */
  duration?: number | undefined
  /** Videos: can be watched before all of it has come. Default true. */
  streamable?: boolean | undefined
  /** Audio: what is played, and by whom. */
  title?: string | undefined
  performer?: string | undefined
  /** Voice: 5 bits for each of 100 bars (https://core.telegram.org/api/files#voice-messages). */
  waveform?: Uint8Array | undefined
  /** Stickers: the emoji that it stands for. */
  emoji?: string | undefined
  /** A JPEG of at most 320 pixels in each direction and 200 kB. */
  thumb?: FileSource | undefined
  /** Hidden until touched. */
  spoiler?: boolean | undefined
  /** Private chats: gone so many seconds after it was opened. */
  selfDestruct?: number | undefined
}

/** @throws MediaError as `upload`; `NOT_A_FILE`. */
export async function inputMedia(
  session: SessionContext,
  source: MediaSource,
  options: MediaOptions = {},
): Promise<tl.InputMedia> {
  if (source instanceof URL && isWeb(source)) return external(source, options)
  if (isHeld(source)) return known(source, options)
  if (isFileId(source)) {
    const { spoiler, selfDestruct: ttlSeconds } = options
    return { ...mediaOfBotId(source.fileId), spoiler, ttlSeconds }
  }
  const file = isUploaded(source) ? source : await upload(session, source, options)
  return await uploaded(session, file, options)
}

/** Whether sending may be tried again with the file uploaded anew. */
export function canUploadAgain(source: MediaSource): boolean {
  if (source instanceof URL) return !isWeb(source)
  return typeof source === 'string' || source instanceof Uint8Array || source instanceof Blob
}

/** "Telegram downloads it": pictures up to 5 MB, other files up to 20 MB. */
function external(url: URL, options: MediaOptions): tl.InputMedia {
  const { spoiler, selfDestruct: ttlSeconds } = options
  const photo = options.kind === 'photo' || /\.(jpe?g|png)$/i.test(url.pathname)
  return options.kind !== 'document' && photo
    ? { _: 'inputMediaPhotoExternal', url: url.href, spoiler, ttlSeconds }
    : { _: 'inputMediaDocumentExternal', url: url.href, spoiler, ttlSeconds }
}

function known(from: Exclude<FileHolder, { location: unknown }>, options: MediaOptions): tl.InputMedia {
  const held = heldBy(from)
  if (held === undefined) throw new MediaError('NOT_A_FILE', `there is no file in this ${from._}`)
  const { id, accessHash, fileReference } = held
  const { spoiler, selfDestruct: ttlSeconds } = options
  return held._ === 'photo'
    ? { _: 'inputMediaPhoto', id: { _: 'inputPhoto', id, accessHash, fileReference }, spoiler, ttlSeconds }
    : {
        _: 'inputMediaDocument',
        id: { _: 'inputDocument', id, accessHash, fileReference },
        spoiler,
        ttlSeconds,
      }
}

async function uploaded(
  session: SessionContext,
  file: UploadedFile,
  options: MediaOptions,
): Promise<tl.InputMedia> {
  const mimeType = options.mimeType ?? mimeTypeOf(file.fileName, file.head, file.mimeType)
  const kind = kindOf(options.kind ?? 'auto', mimeType, file.size)
  const { spoiler, selfDestruct: ttlSeconds } = options
  if (kind === 'photo') return { _: 'inputMediaUploadedPhoto', file: file.input, spoiler, ttlSeconds }
  const thumb =
    options.thumb === undefined ? undefined : await upload(session, options.thumb, { signal: options.signal })
  return {
    _: 'inputMediaUploadedDocument',
    file: file.input,
    thumb: thumb?.input,
    mimeType,
    attributes: attributesOf(kind, file, options),
    // Else a picture sent as a document would be made a photo again.
    forceFile: kind === 'document' ? true : undefined,
    nosoundVideo: kind === 'video' ? true : undefined,
    spoiler,
    ttlSeconds,
  }
}

/** "photos: at most 10 MB". */
const LARGEST_PHOTO = 10 * 1024 * 1024

function kindOf(kind: MediaKind, mimeType: string, size: number): Exclude<MediaKind, 'auto'> {
  if (kind !== 'auto') return kind
  if ((mimeType === 'image/jpeg' || mimeType === 'image/png') && size <= LARGEST_PHOTO) return 'photo'
  if (mimeType === 'image/gif') return 'animation'
  if (mimeType === 'video/mp4') return 'video'
  return mimeType === 'audio/mpeg' || mimeType === 'audio/mp4' ? 'audio' : 'document'
}

function attributesOf(
  kind: Exclude<MediaKind, 'auto' | 'photo'>,
  file: UploadedFile,
  options: MediaOptions,
): tl.DocumentAttribute[] {
  const { width: w = 0, height: h = 0, duration = 0 } = options
  const name: tl.DocumentAttribute = { _: 'documentAttributeFilename', fileName: file.fileName }
  const video: tl.documentAttributeVideo = { _: 'documentAttributeVideo', duration, w, h }
  switch (kind) {
    case 'document':
      return [name]
    case 'video':
      return [{ ...video, supportsStreaming: (options.streamable ?? true) || undefined }, name]
    case 'round':
      return [{ ...video, roundMessage: true }]
    case 'animation':
      return [{ ...video, nosound: true }, { _: 'documentAttributeAnimated' }, name]
    case 'audio':
    case 'voice': {
      const { title, performer, waveform } = options
      const voice = kind === 'voice' || undefined
      const seconds = Math.round(duration)
      const audio: tl.DocumentAttribute = {
        _: 'documentAttributeAudio',
        voice,
        duration: seconds,
        title,
        performer,
        waveform,
      }
      return voice ? [audio] : [audio, name]
    }
    case 'sticker':
      return [
        { _: 'documentAttributeImageSize', w: w || 512, h: h || 512 },
        {
          _: 'documentAttributeSticker',
          alt: options.emoji ?? '',
          stickerset: { _: 'inputStickerSetEmpty' },
        },
      ]
  }
}

const isWeb = ({ protocol }: URL): boolean => protocol === 'http:' || protocol === 'https:'

function isHeld(source: MediaSource): source is Exclude<FileHolder, { location: unknown }> {
  return typeof source === 'object' && '_' in source
}

function isFileId(source: FileSource | UploadedFile | { fileId: string }): source is { fileId: string } {
  return typeof source === 'object' && 'fileId' in source
}

function isUploaded(source: FileSource | UploadedFile): source is UploadedFile {
  return typeof source === 'object' && 'input' in source
}
