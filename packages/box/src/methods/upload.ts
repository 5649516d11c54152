/** Bytes of files, up and down (core.telegram.org/api/files). */
import { createHash } from 'node:crypto'
import type { tl } from '../generated/types.ts'
import { hashesFrom } from '../world/cdn.ts'
import { type FileParts, PART_MAX } from '../world/file-parts.ts'
import { checkReference, fileHash, readFile, storeFile, uploadName, uploadOf } from '../world/files.ts'
import { bareId, isChat, isUser } from '../world/marked-id.ts'
import type { StoredFile } from '../world/state-file.ts'
import { redirectToCdn } from './cdn.ts'
import type { UserContext } from './context.ts'
import type { UserMethods } from './method-table.ts'
import { inputPeer } from './peers.ts'
import { badRequest, RpcError } from './rpc-error.ts'

const MAX_PARTS = 4000
const MEBIBYTE = 1024 * 1024

export const uploadMethods: UserMethods = {
  'upload.saveFilePart': (ctx, { fileId, filePart, bytes }) => savePart(ctx, fileId, filePart, bytes),

  'upload.saveBigFilePart': (ctx, { fileId, filePart, fileTotalParts, bytes }) => {
    // −1 while the size is not known, as with streams.
    if (fileTotalParts !== -1 && (fileTotalParts <= 0 || fileTotalParts > MAX_PARTS)) {
      throw badRequest('FILE_PARTS_INVALID')
    }
    return savePart(ctx, fileId, filePart, bytes)
  },

  'upload.getFile': (ctx, { location, offset, limit, precise, cdnSupported }) => {
    checkRange(offset, limit, precise === true)
    const file = located(ctx, location)
    const redirect = cdnSupported ? redirectToCdn(ctx, file) : undefined
    if (redirect) return redirect
    const type = location._ === 'inputDocumentFileLocation' ? 'storage.fileUnknown' : 'storage.fileJpeg'
    return {
      _: 'upload.file',
      type: { _: type },
      mtime: file.date,
      bytes: readFile(ctx.world, file, offset, limit),
    }
  },

  'upload.getFileHashes': (ctx, { location, offset }) =>
    hashesFrom(ctx.world, located(ctx, location), offset),
}

function savePart(ctx: UserContext, fileId: bigint, part: number, bytes: Uint8Array): true {
  if (part < 0 || part >= MAX_PARTS) throw badRequest('FILE_PART_INVALID')
  if (bytes.length === 0) throw badRequest('FILE_PART_EMPTY')
  if (bytes.length > PART_MAX) throw badRequest('FILE_PART_TOO_BIG')
  uploadOf(ctx.world, ctx.me, fileId).write(part, bytes)
  return true
}

/**
 * Makes a file of what was uploaded.
 * @throws RpcError FILE_PART_X_MISSING, FILE_PARTS_INVALID, FILE_PART_SIZE_INVALID, MD5_CHECKSUM_INVALID
 */
export function uploadedFile(ctx: UserContext, input: tl.InputFile): StoredFile {
  if (input._ === 'inputFileStoryDocument') throw badRequest('MEDIA_INVALID')
  const { id, parts } = input
  if (parts <= 0 || parts > MAX_PARTS) throw badRequest('FILE_PARTS_INVALID')
  const name = uploadName(ctx.me, id)
  const upload = ctx.world.uploads.get(name)
  for (let part = 0; part < parts; part++) {
    if (!upload?.lengths.has(part)) throw badRequest(`FILE_PART_${part}_MISSING`)
  }
  if (!upload) throw badRequest('FILE_PARTS_INVALID')
  checkParts(upload, parts)
  if (
    input._ === 'inputFile' &&
    input.md5Checksum !== '' &&
    md5(upload, parts) !== input.md5Checksum.toLowerCase()
  ) {
    throw badRequest('MD5_CHECKSUM_INVALID')
  }
  const stored = storeFile(ctx.world, ctx.me, upload, parts)
  ctx.world.uploads.delete(name)
  upload.drop()
  return stored
}

/** All parts but the last are of one size: a multiple of 1 KiB that divides 512 KiB. */
function checkParts(upload: FileParts, parts: number): void {
  const size = upload.lengths.get(0) ?? 0
  for (let part = 0; part < parts; part++) {
    const length = upload.lengths.get(part) ?? 0
    const last = part === parts - 1
    if (last ? length > size : length !== size) throw badRequest('FILE_PART_SIZE_CHANGED')
  }
  if (parts > 1 && (size % 1024 !== 0 || PART_MAX % size !== 0)) throw badRequest('FILE_PART_SIZE_INVALID')
  if (upload.lengths.size > parts) throw badRequest('FILE_PARTS_INVALID')
}

function md5(upload: FileParts, parts: number): string {
  const hash = createHash('md5')
  for (let part = 0; part < parts; part++) hash.update(upload.part(part))
  return hash.digest('hex')
}

/**
 * "offset % 4 KB == 0, limit % 4 KB == 0, 1 MB % limit == 0"; with `precise` 1 KB and any limit up to 1 MB; and never
 * across a border of 1 MB.
 */
function checkRange(offset: number, limit: number, precise: boolean): void {
  const step = precise ? 1024 : 4096
  if (offset < 0 || offset % step !== 0) throw badRequest('OFFSET_INVALID')
  const whole = limit > 0 && limit <= MEBIBYTE && limit % step === 0
  if (!whole || (!precise && MEBIBYTE % limit !== 0)) throw badRequest('LIMIT_INVALID')
  if (Math.floor(offset / MEBIBYTE) !== Math.floor((offset + limit - 1) / MEBIBYTE))
    throw badRequest('LIMIT_INVALID')
}

/** @throws RpcError LOCATION_INVALID, FILE_ID_INVALID, FILE_REFERENCE_*, FILE_MIGRATE_X */
function located(ctx: UserContext, location: tl.InputFileLocation): StoredFile {
  const file = ctx.world.state.files.files.get(fileAt(ctx, location))
  if (!file) throw badRequest('LOCATION_INVALID')
  if (file.dc !== ctx.caller.dc) throw new RpcError(303, `FILE_MIGRATE_${file.dc}`)
  return file
}

function fileAt(ctx: UserContext, location: tl.InputFileLocation): bigint {
  const { photos, documents } = ctx.world.state.files
  switch (location._) {
    case 'inputPhotoFileLocation': {
      requireFile(ctx, location)
      return photos.get(location.id)?.file ?? 0n
    }
    case 'inputDocumentFileLocation': {
      requireFile(ctx, location)
      const document = documents.get(location.id)
      return (location.thumbSize ? document?.thumb?.file : document?.file) ?? 0n
    }
    case 'inputPeerPhotoFileLocation':
      return peerPhoto(ctx, inputPeer(ctx, location.peer), location.photoId)
    default:
      throw badRequest('LOCATION_INVALID')
  }
}

function peerPhoto(ctx: UserContext, peer: number, photoId: bigint): bigint {
  const { users, chats, channels, files } = ctx.world.state
  const owner = isUser(peer)
    ? users.get(peer)
    : isChat(peer)
      ? chats.get(bareId(peer))
      : channels.get(bareId(peer))
  if (owner?.photo !== photoId) throw badRequest('PHOTO_ID_INVALID')
  return files.photos.get(photoId)?.file ?? 0n
}

/** A file may be named by whoever was shown it, as long as the reference is fresh. */
export function requireFile(
  ctx: UserContext,
  named: { id: bigint; accessHash: bigint; fileReference: Uint8Array },
): void {
  if (named.accessHash !== fileHash(ctx.world, ctx.me, named.id)) throw badRequest('FILE_ID_INVALID')
  switch (checkReference(ctx.world, named.id, named.fileReference)) {
    case 'empty':
      throw badRequest('FILE_REFERENCE_EMPTY')
    case 'invalid':
      throw badRequest('FILE_REFERENCE_INVALID')
    case 'expired':
      throw badRequest('FILE_REFERENCE_EXPIRED')
    case 'good':
  }
}
