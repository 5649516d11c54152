/** Between file ids of the Bot API and the photos and documents of MTProto. */
import type { tl } from '../layer.ts'
import { MediaError } from '../media/errors.ts'
import { type FileAt, type FileHolder, heldBy } from '../media/file-location.ts'
import { fromMarkedId } from '../peers/marked-id.ts'
import { type FileId, type FileKind, fileUniqueId, formatFileId, parseFileId } from './file-id.ts'

/** The ids under which the Bot API names a file. */
export interface BotFileIds {
  fileId: string
  fileUniqueId: string
}

/**
 * The Bot API's ids of what a message holds: for photos of the largest size, or of the one asked for.
 * @throws MediaError `NOT_A_FILE`, `THUMB_UNKNOWN`.
 */
export function botFileIds(
  from: Exclude<FileHolder, FileAt>,
  options: { size?: string | undefined } = {},
): BotFileIds {
  const held = heldBy(from)
  if (held === undefined) throw new MediaError('NOT_A_FILE', `there is no file in this ${from._}`)
  const file = held._ === 'photo' ? photoId(held, options.size) : documentId(held)
  return { fileId: formatFileId(file), fileUniqueId: fileUniqueId(file) }
}

/** Where the file of an id is, for downloads. @throws MediaError `FILE_ID_INVALID`, `FILE_ID_UNSUPPORTED`. */
export function fileAtBotId(fileId: string): FileAt {
  const file = parseFileId(fileId)
  return { location: locationOf(file), dc: file.dc }
}

/** What an id names, as media to be sent. @throws MediaError `FILE_ID_INVALID`, `FILE_ID_UNSUPPORTED` it cannot be sent. */
export function mediaOfBotId(fileId: string): tl.inputMediaPhoto | tl.inputMediaDocument {
  const file = parseFileId(fileId)
  if (!('id' in file) || file.kind === 'profilePhoto' || file.kind === 'thumbnail') {
    throw new MediaError('FILE_ID_UNSUPPORTED', `a ${file.kind} cannot be sent by its id`)
  }
  const { id, accessHash, fileReference = new Uint8Array() } = file
  return file.photo === undefined
    ? { _: 'inputMediaDocument', id: { _: 'inputDocument', id, accessHash, fileReference } }
    : { _: 'inputMediaPhoto', id: { _: 'inputPhoto', id, accessHash, fileReference } }
}

function photoId(photo: tl.photo, size: string | undefined): FileId {
  const sizes = photo.sizes.filter((one) => one._ === 'photoSize' || one._ === 'photoSizeProgressive')
  const largest = sizes.toSorted((a, b) => a.w * a.h - b.w * b.h).at(-1)
  const picked = size === undefined ? largest : sizes.find(({ type }) => type === size)
  if (picked === undefined) throw new MediaError('THUMB_UNKNOWN', 'the photo has no such size')
  const { id, accessHash, fileReference, dcId: dc } = photo
  return {
    kind: 'photo',
    dc,
    fileReference,
    id,
    accessHash,
    photo: { type: 'thumbnail', of: 2, size: picked.type },
  }
}

function documentId(document: tl.document): FileId {
  const { id, accessHash, fileReference, dcId: dc } = document
  return { kind: kindOf(document), dc, fileReference, id, accessHash, photo: undefined }
}

function kindOf({ attributes }: tl.document): FileKind {
  const has = (name: tl.DocumentAttribute['_']) => attributes.some((attribute) => attribute._ === name)
  const audio = attributes.find((attribute) => attribute._ === 'documentAttributeAudio')
  const video = attributes.find((attribute) => attribute._ === 'documentAttributeVideo')
  if (has('documentAttributeSticker') || has('documentAttributeCustomEmoji')) return 'sticker'
  if (has('documentAttributeAnimated')) return 'animation'
  if (audio !== undefined) return audio.voice ? 'voice' : 'audio'
  if (video !== undefined) return video.roundMessage ? 'videoNote' : 'video'
  return 'document'
}

function locationOf(file: FileId): tl.InputFileLocation {
  if (!('id' in file))
    throw new MediaError('FILE_ID_UNSUPPORTED', 'files from the web have no place at Telegram')
  const { id, accessHash, fileReference = new Uint8Array(), photo } = file
  switch (photo?.type) {
    case undefined:
      return { _: 'inputDocumentFileLocation', id, accessHash, fileReference, thumbSize: '' }
    case 'thumbnail':
      return photo.of === 2
        ? { _: 'inputPhotoFileLocation', id, accessHash, fileReference, thumbSize: photo.size }
        : { _: 'inputDocumentFileLocation', id, accessHash, fileReference, thumbSize: photo.size }
    case 'chatPhoto':
      return {
        _: 'inputPeerPhotoFileLocation',
        big: photo.big,
        peer: chatPeer(photo.chatId, photo.chatAccessHash),
        photoId: id,
      }
    case 'stickerSet':
      return {
        _: 'inputStickerSetThumb',
        stickerset: { _: 'inputStickerSetID', id: photo.setId, accessHash: photo.setAccessHash },
        thumbVersion: photo.version ?? 0,
      }
  }
}

function chatPeer(chatId: number, accessHash: bigint): tl.InputPeer {
  const { kind, id } = fromMarkedId(chatId)
  if (kind === 'chat') return { _: 'inputPeerChat', chatId: id }
  return kind === 'user'
    ? { _: 'inputPeerUser', userId: id, accessHash }
    : { _: 'inputPeerChannel', channelId: id, accessHash }
}
