import { createAesCtr, randomBytes, sha256 } from '@telegram-mt/crypto'
import { expect, test } from 'vitest'
import type { tl } from '../layer.ts'
import { type CdnCalls, CdnFile } from './cdn-file.ts'

const PIECE = 128 * 1024

/** A CDN with one file of 300,000 bytes, as its home has told it. */
function cdn(change: Partial<CdnCalls> = {}) {
  const file = randomBytes(300_000)
  const key = randomBytes(32)
  const iv = randomBytes(16)
  iv.set([0, 0, 0, 0], 12)
  const encrypted = createAesCtr(key, iv).process(file)
  const hashes = (offset: number, count: number): tl.fileHash[] =>
    [0, 1, 2]
      .map((i) => i * PIECE)
      .filter((at) => at >= offset)
      .slice(0, count)
      .map((at) => {
        const piece = file.subarray(at, at + PIECE)
        return { _: 'fileHash', offset: at, limit: piece.length, hash: sha256(piece) }
      })
  const made: string[] = []
  const calls: CdnCalls = {
    getCdnFile: ({ offset, limit }) => {
      made.push(`get ${offset}`)
      return Promise.resolve({ _: 'upload.cdnFile', bytes: encrypted.slice(offset, offset + limit) })
    },
    getCdnFileHashes: ({ offset }) => {
      made.push(`hashes ${offset}`)
      return Promise.resolve(hashes(offset, 1))
    },
    reuploadCdnFile: () => {
      made.push('reupload')
      return Promise.resolve([])
    },
    ...change,
  }
  const redirect: tl.upload.fileCdnRedirect = {
    _: 'upload.fileCdnRedirect',
    dcId: 203,
    fileToken: Uint8Array.of(1),
    encryptionKey: key,
    // The last four bytes are the counter: what the server sends there does not matter.
    encryptionIv: Uint8Array.from([...iv.subarray(0, 12), 9, 9, 9, 9]),
    fileHashes: hashes(0, 1),
  }
  return { file, made, open: () => new CdnFile(redirect, calls) }
}

test('decrypts any part and asks for the hashes it lacks', async () => {
  const { file, made, open } = cdn()
  const opened = open()
  expect(await opened.read(0, PIECE)).toEqual(file.subarray(0, PIECE))
  expect(await opened.read(PIECE, 2 * PIECE)).toEqual(file.subarray(PIECE))
  expect(made).toEqual(['get 0', `get ${PIECE}`, `hashes ${PIECE}`, `hashes ${2 * PIECE}`, 'hashes 300000'])
})

test('has the file brought to the CDN again when that is asked for, but not for ever', async () => {
  let forgetful = 1
  const needed: tl.upload.CdnFile = { _: 'upload.cdnFileReuploadNeeded', requestToken: Uint8Array.of(2) }
  const never = cdn({ getCdnFile: () => Promise.resolve(needed) })
  await expect(never.open().read(0, PIECE)).rejects.toMatchObject({ code: 'CDN_FAILED' })
  expect(never.made).toEqual(['reupload', 'reupload', 'reupload', 'reupload'])
  const once = cdn()
  const file = new CdnFile(
    {
      _: 'upload.fileCdnRedirect',
      dcId: 203,
      fileToken: Uint8Array.of(1),
      encryptionKey: new Uint8Array(32),
      encryptionIv: new Uint8Array(16),
      fileHashes: [],
    },
    {
      getCdnFile: () =>
        Promise.resolve(forgetful-- > 0 ? needed : { _: 'upload.cdnFile', bytes: new Uint8Array() }),
      getCdnFileHashes: () => Promise.resolve([]),
      reuploadCdnFile: () => {
        once.made.push('reupload')
        return Promise.resolve([])
      },
    },
  )
  expect(await file.read(0, PIECE)).toHaveLength(0)
  expect(once.made).toEqual(['reupload'])
})

test('a CDN that keeps back the end of a file is refused', async () => {
  const short = cdn()
  const lying = cdn({
    getCdnFile: () => Promise.resolve({ _: 'upload.cdnFile', bytes: new Uint8Array() }),
  })
  await expect(lying.open().read(0, PIECE)).rejects.toMatchObject({ code: 'FILE_HASH_MISMATCH' })
  expect(await short.open().read(2 * PIECE, 2 * PIECE)).toEqual(short.file.subarray(2 * PIECE))
})

test('a small range is taken out of the piece that it is in', async () => {
  const { file, made, open } = cdn()
  expect(await open().read(PIECE + 4096, 8192)).toEqual(file.subarray(PIECE + 4096, PIECE + 4096 + 8192))
  expect(made).toEqual([`get ${PIECE}`, `hashes ${PIECE}`])
})

test('a CDN that changes a byte, or a file without hashes, is refused', async () => {
  const lying = cdn({
    getCdnFile: ({ limit }) => Promise.resolve({ _: 'upload.cdnFile', bytes: new Uint8Array(limit) }),
  })
  await expect(lying.open().read(0, PIECE)).rejects.toMatchObject({ code: 'FILE_HASH_MISMATCH' })
  const bare = cdn({ getCdnFileHashes: () => Promise.resolve([]) })
  await expect(bare.open().read(PIECE, PIECE)).rejects.toMatchObject({ code: 'FILE_HASH_MISMATCH' })
})
