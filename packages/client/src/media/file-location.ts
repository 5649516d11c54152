/** What can be fetched, and from where: photos, documents and what holds them, down to their previews. */
import type { tl } from '../layer.ts'
import type { SessionContext } from '../session/context.ts'
import { MediaError } from './errors.ts'
import { refetch } from './file-reference.ts'

/** Something with a file in it: a message, its media, a photo, a document. A message is best: its file can always be found again. */
export type FileHolder = TlFileHolder | FileAt
type TlFileHolder = tl.message | tl.messageService | tl.MessageMedia | tl.Photo | tl.Document

/** A file by its place at Telegram. */
export interface FileAt {
  location: tl.InputFileLocation
  /** The datacenter that has it; the account's own if absent. */
  dc?: number | undefined
  /** Bytes, if known. */
  size?: number | undefined
}

export interface FileChoice {
  /**
   * A preview instead of the file: the `type` of one of its sizes (https://core.telegram.org/api/files#image-thumbnail-types),
   * or the largest or smallest there is. Photos are fetched at their largest by default.
   */
  thumb?: string | 'largest' | 'smallest' | undefined
}

export interface FileToFetch {
  /** Names the file among all others. */
  readonly key: string
  readonly location: tl.InputFileLocation
  readonly dc: number | undefined
  readonly size: number | undefined
  readonly fileName: string | undefined
  readonly mimeType: string | undefined
  /** Small previews come along with what holds them. */
  readonly bytes: Uint8Array | undefined
  /** "file references expire": the location anew. Undefined if nothing is known to find it again by. */
  readonly refresh: (() => Promise<tl.InputFileLocation | undefined>) | undefined
}

/** @throws MediaError `NOT_A_FILE` there is no file in it; `THUMB_UNKNOWN` it has no such preview. */
export function fileIn(session: SessionContext, from: FileHolder, choice: FileChoice = {}): FileToFetch {
  if (!('_' in from)) {
    const { location, dc, size } = from
    const key =
      'id' in location ? String(location.id) : 'photoId' in location ? String(location.photoId) : 'file'
    return {
      key,
      location,
      dc,
      size,
      fileName: undefined,
      mimeType: undefined,
      bytes: undefined,
      refresh: undefined,
    }
  }
  const held = heldBy(from)
  if (held === undefined) {
    throw new MediaError('NOT_A_FILE', `there is no file in this ${from._}`)
  }
  const file = held._ === 'photo' ? photoFile(held, choice) : documentFile(held, choice)
  if (from._ !== 'message' && from._ !== 'messageService') return file
  return { ...file, refresh: () => locationAnew(session, from, held.id, choice) }
}

/** The photo or document in something; undefined if there is none. */
export function heldBy(from: TlFileHolder): tl.photo | tl.document | undefined {
  switch (from._) {
    case 'photo':
    case 'document':
      return from
    case 'message':
      return from.media && heldBy(from.media)
    case 'messageService':
      return from.action._ === 'messageActionChatEditPhoto' ? heldBy(from.action.photo) : undefined
    case 'messageMediaPhoto':
      return from.photo && heldBy(from.photo)
    case 'messageMediaDocument':
      return from.document && heldBy(from.document)
    case 'messageMediaWebPage': {
      if (from.webpage._ !== 'webPage') return undefined
      const { document, photo } = from.webpage
      return (document && heldBy(document)) ?? (photo && heldBy(photo))
    }
    case 'messageMediaGame':
      return (from.game.document && heldBy(from.game.document)) ?? heldBy(from.game.photo)
    case 'messageMediaPoll':
      return from.attachedMedia && heldBy(from.attachedMedia)
    default:
      return undefined
  }
}

/** The name that a document was sent under. */
export function fileNameOf(document: tl.document): string | undefined {
  return document.attributes.find((attribute) => attribute._ === 'documentAttributeFilename')?.fileName
}

async function locationAnew(
  session: SessionContext,
  message: tl.message | tl.messageService,
  id: bigint,
  choice: FileChoice,
): Promise<tl.InputFileLocation | undefined> {
  const now = await refetch(session, message)
  const held = now && heldBy(now)
  if (held?.id !== id) return undefined
  return (held._ === 'photo' ? photoFile(held, choice) : documentFile(held, choice)).location
}

function photoFile(photo: tl.photo, choice: FileChoice): FileToFetch {
  const { id, accessHash, fileReference } = photo
  const size = pickSize(photo.sizes, choice.thumb ?? 'largest')
  return {
    key: `${BigInt.asUintN(64, id).toString(36)}${size.type}`,
    location: { _: 'inputPhotoFileLocation', id, accessHash, fileReference, thumbSize: size.type },
    dc: photo.dcId,
    size: bytesIn(size),
    fileName: undefined,
    mimeType: 'image/jpeg',
    bytes: 'bytes' in size ? size.bytes : undefined,
    refresh: undefined,
  }
}

function documentFile(document: tl.document, choice: FileChoice): FileToFetch {
  const { id, accessHash, fileReference } = document
  const size = choice.thumb === undefined ? undefined : pickSize(document.thumbs ?? [], choice.thumb)
  return {
    key: `${BigInt.asUintN(64, id).toString(36)}${size?.type ?? ''}`,
    location: {
      _: 'inputDocumentFileLocation',
      id,
      accessHash,
      fileReference,
      thumbSize: size?.type ?? '',
    },
    dc: document.dcId,
    size: size === undefined ? document.size : bytesIn(size),
    fileName: size === undefined ? fileNameOf(document) : undefined,
    mimeType: size === undefined ? document.mimeType : 'image/jpeg',
    bytes: size !== undefined && 'bytes' in size ? size.bytes : undefined,
    refresh: undefined,
  }
}

type PickedSize = tl.photoSize | tl.photoSizeProgressive | tl.photoCachedSize

function pickSize(sizes: readonly tl.PhotoSize[], wanted: string): PickedSize {
  // Outlines and stripped previews are no images by themselves.
  const images = sizes.filter(
    (size) => size._ === 'photoSize' || size._ === 'photoSizeProgressive' || size._ === 'photoCachedSize',
  )
  const byArea = images.sort((a, b) => a.w * a.h - b.w * b.h)
  const found =
    wanted === 'largest'
      ? byArea.at(-1)
      : wanted === 'smallest'
        ? byArea[0]
        : images.find(({ type }) => type === wanted)
  if (found !== undefined) return found
  const there = sizes.map((size) => ('type' in size ? size.type : '?')).join(', ') || 'none'
  throw new MediaError('THUMB_UNKNOWN', `there is no preview ${JSON.stringify(wanted)}: there is ${there}`)
}

function bytesIn(size: PickedSize): number | undefined {
  if (size._ === 'photoSize') return size.size
  return size._ === 'photoCachedSize' ? size.bytes.length : size.sizes.at(-1)
}
