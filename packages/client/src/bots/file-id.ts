/**
 * File ids of the Bot API (https://core.telegram.org/bots/api#sending-files): what `file_id` holds is the kind of the file, its
 * datacenter, and all that MTProto names it by, in the order in which TDLib stores it; `file_unique_id` only what is the same for
 * everybody. So files can be handed between a program that uses the Bot API and one that uses this.
 */
import { TlError, TlReader, TlWriter } from '@telegram-mt/tl'
import { fromBase64Url, toBase64Url } from '../base64url.ts'
import { MediaError } from '../media/errors.ts'
import { packZeros, unpackZeros } from './file-id-bytes.ts'
import { type PhotoSource, readPhotoSource, uniquePhoto, writePhotoSource } from './photo-source.ts'

/** By their numbers in TDLib. */
export const FILE_KINDS = [
  'thumbnail',
  'profilePhoto',
  'photo',
  'voice',
  'video',
  'document',
  'encrypted',
  'temporary',
  'sticker',
  'audio',
  'animation',
  'encryptedThumbnail',
  'wallpaper',
  'videoNote',
  'secureRaw',
  'secure',
  'background',
  'documentAsFile',
  'ringtone',
  'callLog',
  'photoStory',
  'videoStory',
  'selfDestructingPhoto',
  'selfDestructingVideo',
  'selfDestructingVideoNote',
  'selfDestructingVoice',
] as const
/** What a file id of the Bot API names. */
export type FileKind = (typeof FILE_KINDS)[number]

/** What a file id of the Bot API says. */
export type FileId =
  | {
      kind: FileKind
      dc: number
      fileReference: Uint8Array | undefined
      id: bigint
      accessHash: bigint
      /** Of photos and previews: which picture of which photo. */
      photo: PhotoSource | undefined
    }
  /** Something that Telegram's servers fetch from the web. */
  | { kind: FileKind; dc: number; url: string; accessHash: bigint }

const PHOTO_KINDS = new Set<FileKind>([
  'thumbnail',
  'profilePhoto',
  'photo',
  'encryptedThumbnail',
  'wallpaper',
  'photoStory',
  'selfDestructingPhoto',
])

const WEB_FLAG = 1 << 24
const REFERENCE_FLAG = 1 << 25
/** The last byte: the form of the id. */
const FORM = 4
/** The byte before it: the version of TDLib's storage. From 32 on, photos are stored as here. */
const VERSION = 58
const OLDEST_VERSION = 32
/** "file_id … up to some hundred characters": nothing longer is looked at. */
const LONGEST = 2048

/**
 * What a `file_id` of the Bot API holds.
 * @throws MediaError `FILE_ID_INVALID` it is none; `FILE_ID_UNSUPPORTED` it is older than 2021, or of a kind not known here.
 */
export function parseFileId(text: string): FileId {
  const raw = text.length > LONGEST ? undefined : fromBase64Url(text.trim())
  if (raw === undefined || raw.length < 3) throw invalid('expected some dozen characters of base64url')
  const form = raw.at(-1)
  const version = raw.at(-2) ?? 0
  if (form !== FORM) throw unsupported(`form ${form}`)
  if (version < OLDEST_VERSION) throw unsupported(`version ${version}`)
  const bytes = unpackZeros(raw.subarray(0, -2), LONGEST)
  if (bytes === undefined) throw invalid('its bytes are damaged')
  try {
    return read(new TlReader(bytes))
  } catch (error) {
    if (error instanceof TlError) throw invalid(`it is cut short or damaged (${error.code})`, error)
    throw error
  }
}

/** The `file_id` that the Bot API would give. It is good for the account that has these hashes only. */
export function formatFileId(file: FileId): string {
  const writer = new TlWriter(128)
  const reference = 'id' in file ? file.fileReference : undefined
  const flags = ('url' in file ? WEB_FLAG : 0) | (reference === undefined ? 0 : REFERENCE_FLAG)
  writer.int(FILE_KINDS.indexOf(file.kind) | flags)
  writer.int(file.dc)
  if (reference !== undefined) writer.bytes(reference)
  if ('url' in file) {
    writer.string(file.url)
    writer.long(file.accessHash)
  } else {
    writer.long(file.id)
    writer.long(file.accessHash)
    if (file.photo !== undefined) writePhotoSource(writer, file.photo)
  }
  return toBase64Url(Uint8Array.from([...packZeros(writer.finish()), VERSION, FORM]))
}

/** The `file_unique_id`: the same for every account, and no way to the file. */
export function fileUniqueId(file: FileId): string {
  const writer = new TlWriter(64)
  if ('url' in file) {
    writer.int(0)
    writer.string(file.url)
  } else {
    writer.int(uniqueKind(file.kind))
    if (file.photo === undefined) writer.long(file.id)
    else uniquePhoto(writer, file.id, file.photo)
  }
  return toBase64Url(packZeros(writer.finish()))
}

function read(reader: TlReader): FileId {
  const flags = reader.int()
  const kind = FILE_KINDS[flags & ~(WEB_FLAG | REFERENCE_FLAG)]
  if (kind === undefined) throw unsupported(`a kind of file with the number ${flags & 0xffffff}`)
  const dc = reader.int()
  if (dc < 1 || dc > 1000) throw invalid(`no datacenter has the id ${dc}`)
  // "#" stands for a reference that TDLib knows to be void.
  const given = flags & REFERENCE_FLAG ? reader.bytes().slice() : undefined
  const fileReference = given?.length === 1 && given[0] === 0x23 ? undefined : given
  if (flags & WEB_FLAG) return { kind, dc, url: reader.string(), accessHash: reader.long() }
  const id = reader.long()
  const accessHash = reader.long()
  const photo = PHOTO_KINDS.has(kind) ? readPhotoSource(reader) : undefined
  return { kind, dc, fileReference, id, accessHash, photo }
}

/** Web 0, photos 1, documents 2, passport 3, secret chats 4, temporary 5. */
function uniqueKind(kind: FileKind): number {
  if (PHOTO_KINDS.has(kind)) return 1
  if (kind === 'secure' || kind === 'secureRaw') return 3
  if (kind === 'encrypted') return 4
  return kind === 'temporary' ? 5 : 2
}

const invalid = (why: string, cause?: unknown) =>
  new MediaError('FILE_ID_INVALID', `this is no file id of the Bot API: ${why}`, { cause })

const unsupported = (what: string) =>
  new MediaError(
    'FILE_ID_UNSUPPORTED',
    `this file id has ${what}, which is not known here: ask for the file again`,
  )
