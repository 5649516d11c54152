import {
  toFileId as theirFormat,
  parseFileId as theirParse,
  toUniqueFileId as theirUnique,
} from '@mtcute/file-id'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { tl } from '../layer.ts'
import { MediaError } from '../media/errors.ts'
import { botFileIds, fileAtBotId, mediaOfBotId } from './file-by-id.ts'
import { FILE_KINDS, type FileId, fileUniqueId, formatFileId, parseFileId } from './file-id.ts'
import { packZeros, unpackZeros } from './file-id-bytes.ts'
import type { PhotoSource } from './photo-source.ts'

const long = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
/** What mtcute knows of. */
const theirKinds = FILE_KINDS.slice(0, 18)
const documents = theirKinds.filter((kind) => !/photo|thumb|wallpaper|temporary/i.test(kind))

const photo: fc.Arbitrary<{ kind: FileId['kind']; photo: PhotoSource }> = fc.oneof(
  fc.record({
    kind: fc.constant('photo' as const),
    photo: fc.record({
      type: fc.constant('thumbnail' as const),
      of: fc.constant(2),
      size: fc.constantFrom(...'acxymsw'),
    }),
  }),
  fc.record({
    kind: fc.constant('thumbnail' as const),
    photo: fc.record({
      type: fc.constant('thumbnail' as const),
      of: fc.constant(0),
      size: fc.constantFrom('m', 's'),
    }),
  }),
  fc.record({
    kind: fc.constant('profilePhoto' as const),
    photo: fc.record({
      type: fc.constant('chatPhoto' as const),
      big: fc.boolean(),
      chatId: fc.constantFrom(42, -42, -1_000_000_000_042),
      chatAccessHash: long,
    }),
  }),
  fc.record({
    kind: fc.constant('thumbnail' as const),
    photo: fc.record({
      type: fc.constant('stickerSet' as const),
      setId: long,
      setAccessHash: long,
      version: fc.option(fc.nat(1000), { nil: undefined }),
    }),
  }),
)

const fileId: fc.Arbitrary<FileId> = fc
  .record({
    dc: fc.integer({ min: 1, max: 5 }),
    fileReference: fc.option(fc.uint8Array({ minLength: 2, maxLength: 300 }), { nil: undefined }),
    id: long,
    accessHash: fc.oneof(long, fc.constant(0n)),
    what: fc.oneof(
      photo,
      fc.constantFrom(...documents).map((kind) => ({ kind, photo: undefined })),
    ),
  })
  .map(({ what, ...rest }) => ({ ...rest, ...what }))

test('any file id comes back, and mtcute reads the same in it', () => {
  fc.assert(
    fc.property(fileId, (file) => {
      const text = formatFileId(file)
      expect(parseFileId(text)).toEqual(file)
      const theirs = theirParse(text)
      expect(theirs).toMatchObject({ dcId: file.dc, type: FILE_KINDS.indexOf(file.kind) })
      expect('id' in theirs.location && theirs.location.id.toString()).toBe(
        'id' in file && file.id.toString(),
      )
      expect(theirs.fileReference ?? undefined).toEqual('id' in file ? file.fileReference : undefined)
      expect(fileUniqueId(file)).toBe(theirUnique(theirs))
    }),
    { numRuns: 500 },
  )
})

test('files from the web', () => {
  const file: FileId = { kind: 'document', dc: 2, url: 'https://example.org/a.gif', accessHash: -5n }
  expect(parseFileId(formatFileId(file))).toEqual(file)
  expect(theirParse(formatFileId(file)).location).toMatchObject({
    _: 'web',
    url: 'https://example.org/a.gif',
  })
})

test('what mtcute writes is read', () => {
  fc.assert(
    fc.property(fileId, (file) => {
      const theirs = theirParse(formatFileId(file))
      expect(parseFileId(theirFormat(theirs))).toEqual(file)
    }),
  )
})

test('what is none is refused, and nothing else happens', () => {
  for (const text of ['', 'x', 'not an id!', 'AAAA', `${'A'.repeat(5000)}`]) {
    expect(() => parseFileId(text)).toThrow(MediaError)
  }
  expect(() => parseFileId(Buffer.from([5, 0, 3, 58, 2]).toString('base64url'))).toThrow(/form 2/)
  expect(() => parseFileId(Buffer.from([5, 0, 3, 22, 4]).toString('base64url'))).toThrow(/version 22/)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
      try {
        parseFileId(Buffer.from([...bytes, 58, 4]).toString('base64url'))
      } catch (error) {
        expect(error).toBeInstanceOf(MediaError)
      }
    }),
    { numRuns: 1000 },
  )
})

test('runs of zeros of any length', () => {
  for (const length of [0, 1, 249, 250, 251, 255, 256, 1000]) {
    const bytes = Uint8Array.from([1, ...new Uint8Array(length), 2])
    expect(unpackZeros(packZeros(bytes), 2000)).toEqual(bytes)
  }
  expect(unpackZeros(Uint8Array.of(0), 10)).toBeUndefined()
  expect(unpackZeros(Uint8Array.of(0, 200), 100)).toBeUndefined()
})

describe('between ids and files', () => {
  const document: tl.document = {
    _: 'document',
    id: 7n,
    accessHash: -8n,
    fileReference: Uint8Array.of(1, 2, 3),
    date: 0,
    mimeType: 'audio/ogg',
    size: 10,
    dcId: 4,
    attributes: [{ _: 'documentAttributeAudio', voice: true, duration: 1 }],
  }
  const { id, accessHash, fileReference } = document

  test('a document', () => {
    const ids = botFileIds(document)
    expect(parseFileId(ids.fileId).kind).toBe('voice')
    expect(fileAtBotId(ids.fileId)).toEqual({
      dc: 4,
      location: { _: 'inputDocumentFileLocation', id, accessHash, fileReference, thumbSize: '' },
    })
    expect(mediaOfBotId(ids.fileId)).toEqual({
      _: 'inputMediaDocument',
      id: { _: 'inputDocument', id, accessHash, fileReference },
    })
  })

  test('a photo, by its largest size or another', () => {
    const photo: tl.photo = {
      _: 'photo',
      id,
      accessHash,
      fileReference,
      date: 0,
      dcId: 1,
      sizes: [
        { _: 'photoSize', type: 'y', w: 1280, h: 960, size: 3 },
        { _: 'photoSize', type: 'm', w: 320, h: 240, size: 1 },
      ],
    }
    const { fileId } = botFileIds({ _: 'messageMediaPhoto', photo })
    expect(fileAtBotId(fileId).location).toMatchObject({ _: 'inputPhotoFileLocation', thumbSize: 'y' })
    expect(mediaOfBotId(fileId)._).toBe('inputMediaPhoto')
    const small = botFileIds(photo, { size: 'm' })
    expect(fileAtBotId(small.fileId).location).toMatchObject({ thumbSize: 'm' })
    expect(small.fileUniqueId).not.toBe(botFileIds(photo).fileUniqueId)
    expect(() => botFileIds(photo, { size: 'q' })).toThrow(MediaError)
  })
})
