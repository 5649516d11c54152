/** Which picture a file id names: one size of a photo, a chat's photo, the cover of a sticker set. */
import type { TlReader, TlWriter } from '@telegram-mt/tl'
import { MediaError } from '../media/errors.ts'

/** Where the photo of a file id comes from. */
export type PhotoSource =
  /** `size` is the type letter of one of the sizes; `of` is 2 for photos, 0 for previews of documents. */
  | { type: 'thumbnail'; of: number; size: string }
  /** By the marked id of the chat. */
  | { type: 'chatPhoto'; big: boolean; chatId: number; chatAccessHash: bigint }
  | { type: 'stickerSet'; setId: bigint; setAccessHash: bigint; version: number | undefined }

const THUMBNAIL = 1
const SMALL_CHAT_PHOTO = 2
const BIG_CHAT_PHOTO = 3
const STICKER_SET = 4
const STICKER_SET_VERSION = 9

/** @throws MediaError `FILE_ID_UNSUPPORTED` for those of before 2021, which name files in a way that is gone. */
export function readPhotoSource(reader: TlReader): PhotoSource {
  const variant = reader.int()
  switch (variant) {
    case THUMBNAIL: {
      const of = reader.int()
      const size = reader.int()
      if (size < 0 || size > 127) throw new MediaError('FILE_ID_INVALID', `no photo has a size ${size}`)
      return { type: 'thumbnail', of, size: String.fromCharCode(size) }
    }
    case SMALL_CHAT_PHOTO:
    case BIG_CHAT_PHOTO:
      return {
        type: 'chatPhoto',
        big: variant === BIG_CHAT_PHOTO,
        chatId: reader.int53(),
        chatAccessHash: reader.long(),
      }
    case STICKER_SET:
    case STICKER_SET_VERSION:
      return {
        type: 'stickerSet',
        setId: reader.long(),
        setAccessHash: reader.long(),
        version: variant === STICKER_SET_VERSION ? reader.int() : undefined,
      }
    default:
      throw new MediaError(
        'FILE_ID_UNSUPPORTED',
        `this file id names a picture in an old way (${variant}): ask for the file again`,
      )
  }
}

export function writePhotoSource(writer: TlWriter, source: PhotoSource): void {
  switch (source.type) {
    case 'thumbnail':
      writer.int(THUMBNAIL)
      writer.int(source.of)
      writer.int(source.size.charCodeAt(0))
      break
    case 'chatPhoto':
      writer.int(source.big ? BIG_CHAT_PHOTO : SMALL_CHAT_PHOTO)
      // A marked id, and so a negative number: int53 is for ids that are not.
      writer.long(BigInt(source.chatId))
      writer.long(source.chatAccessHash)
      break
    case 'stickerSet':
      writer.int(source.version === undefined ? STICKER_SET : STICKER_SET_VERSION)
      writer.long(source.setId)
      writer.long(source.setAccessHash)
      if (source.version !== undefined) writer.int(source.version)
      break
  }
}

/** What is the same for everybody: the smallest two sizes by a number of their own, the others by their letter. */
export function uniquePhoto(writer: TlWriter, id: bigint, source: PhotoSource): void {
  switch (source.type) {
    case 'thumbnail': {
      const { size } = source
      writer.long(id)
      writer.raw(Uint8Array.of(size === 'a' ? 0 : size === 'c' ? 1 : (size.charCodeAt(0) + 5) & 0xff))
      break
    }
    case 'chatPhoto':
      writer.long(id)
      writer.raw(Uint8Array.of(source.big ? 1 : 0))
      break
    case 'stickerSet':
      if (source.version === undefined) {
        writer.int(150)
        writer.long(source.setId)
        writer.long(source.setAccessHash)
      } else {
        writer.raw(Uint8Array.of(2))
        writer.long(source.setId)
        writer.int(source.version)
      }
      break
  }
}
