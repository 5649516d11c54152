/**
 * Files: uploads as they come in, photos and documents made of them, and the hashes and references by which an account
 * may fetch them (core.telegram.org/api/files, core.telegram.org/api/file_reference).
 */
import { equalBytes, hmacSha256 } from '@telegram-mt/crypto'
import type { tl } from '../generated/types.ts'
import { derivedLong } from './access-hash.ts'
import { FileParts } from './file-parts.ts'
import type { Account } from './state-account.ts'
import type { Document, Photo, StoredFile } from './state-file.ts'
import type { World } from './world.ts'

export function uploadName(user: Account, fileId: bigint): string {
  return `upload-${user.id}-${BigInt.asUintN(64, fileId)}`
}

/** The upload of this id by the user, begun if there was none. */
export function uploadOf(world: World, user: Account, fileId: bigint): FileParts {
  const name = uploadName(user, fileId)
  let upload = world.uploads.get(name)
  if (!upload) {
    upload = new FileParts(world.directory, name)
    world.uploads.set(name, upload)
  }
  return upload
}

/** Makes a file of parts that are all there; the upload is thereby spent. */
export function storeFile(world: World, user: Account, upload: FileParts, parts: number): StoredFile {
  const id = newFileId(world)
  const partSize = upload.lengths.get(0) ?? 0
  const stored: StoredFile = { id, dc: user.dc, size: upload.size, partSize, date: world.seconds() }
  const content = new FileParts(world.directory, contentName(id))
  for (let part = 0; part < parts; part++) content.write(part, upload.part(part))
  world.contents.set(id, content)
  world.state.files.files.set(id, stored)
  return stored
}

function contentName(id: bigint): string {
  return `file-${BigInt.asUintN(64, id)}`
}

function newFileId(world: World): bigint {
  for (;;) {
    const id = BigInt.asUintN(62, world.randomLong())
    if (id > 0n && !world.state.files.files.has(id)) return id
  }
}

/** Bytes of a file; fewer than asked for at its end, none behind it. */
export function readFile(world: World, file: StoredFile, offset: number, limit: number): Uint8Array {
  let content = world.contents.get(file.id)
  if (!content) {
    content = new FileParts(world.directory, contentName(file.id))
    content.adopt(file.partSize, file.size)
    world.contents.set(file.id, content)
  }
  return content.read(file.partSize, offset, limit)
}

export function fileHash(world: World, viewer: Account, id: bigint): bigint {
  return derivedLong(world, `file:${viewer.id}:${id}`)
}

const REFERENCE_LENGTH = 16
/** References are renewed by the hour, so that what is shown twice looks the same twice. */
const REFERENCE_STEP = 3600

/** Good for a while after it was given out: 4 bytes of time, 12 of proof. */
export function fileReference(world: World, id: bigint): Uint8Array {
  // Rounded to the hour, but never to before the moment from which references count.
  const now = world.seconds()
  const issued = Math.max(now - (now % REFERENCE_STEP), world.state.files.referencesFrom)
  return referenceOf(world, id, issued)
}

function referenceOf(world: World, id: bigint, issued: number): Uint8Array {
  const reference = new Uint8Array(REFERENCE_LENGTH)
  new DataView(reference.buffer).setUint32(0, issued)
  const mac = hmacSha256(world.state.secret, new TextEncoder().encode(`reference:${id}:${issued}`))
  reference.set(mac.subarray(0, REFERENCE_LENGTH - 4), 4)
  return reference
}

export type ReferenceState = 'good' | 'empty' | 'invalid' | 'expired'

export function checkReference(world: World, id: bigint, reference: Uint8Array): ReferenceState {
  if (reference.length === 0) return 'empty'
  if (reference.length !== REFERENCE_LENGTH) return 'invalid'
  const issued = new DataView(reference.buffer, reference.byteOffset).getUint32(0)
  if (!equalBytes(reference, referenceOf(world, id, issued))) return 'invalid'
  const tooOld = issued + REFERENCE_STEP + world.limits.fileReferenceLifetime < world.seconds()
  return tooOld || issued < world.state.files.referencesFrom ? 'expired' : 'good'
}

/** Ends all file references given out so far: clients have to fetch the messages again. */
export function expireFileReferences(world: World): void {
  world.state.files.referencesFrom = world.seconds() + 1
}

/** The photo as it stands in messages: hash and reference are put in for whoever looks at it. */
export function photoObject(world: World, photo: Photo): tl.photo {
  const file = world.state.files.files.get(photo.file)
  return {
    _: 'photo',
    id: photo.id,
    accessHash: 0n,
    fileReference: new Uint8Array(),
    date: photo.date,
    sizes: [{ _: 'photoSize', type: 'x', w: photo.width, h: photo.height, size: file?.size ?? 0 }],
    dcId: file?.dc ?? 0,
  }
}

export function documentObject(world: World, document: Document): tl.document {
  const file = world.state.files.files.get(document.file)
  const { thumb } = document
  const thumbFile = thumb && world.state.files.files.get(thumb.file)
  return {
    _: 'document',
    id: document.id,
    accessHash: 0n,
    fileReference: new Uint8Array(),
    date: document.date,
    mimeType: document.mimeType,
    size: file?.size ?? 0,
    thumbs: thumb && [
      { _: 'photoSize', type: 'm', w: thumb.width, h: thumb.height, size: thumbFile?.size ?? 0 },
    ],
    dcId: file?.dc ?? 0,
    attributes: document.attributes,
  }
}

/** The same object with every photo and document in it given the viewer's own access hash and a fresh reference. */
export function signedFor<T>(world: World, viewer: Account, value: T): T {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => signedFor(world, viewer, item))
    // Each item is what it was, but for its hashes.
    return items as T
  }
  const signed: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(value)) signed[name] = signedFor(world, viewer, field)
  if ((signed._ === 'photo' || signed._ === 'document') && typeof signed.id === 'bigint') {
    signed.accessHash = fileHash(world, viewer, signed.id)
    signed.fileReference = fileReference(world, signed.id)
  }
  return signed as T
}
