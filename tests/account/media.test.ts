/** Files up and down, against a box: several datacenters, real sockets. */
import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Box, expireFileReferences } from '@telegram-mt/box'
import { MediaError, type Progress, type Session, type tl, type UploadCursor } from 'telegram-mt'
import { expect, test, vi } from 'vitest'
import { account, calls, Inbox, later, newBox, newHost, tempDir, usernameOf } from '../fixture.ts'

vi.setConfig({ testTimeout: 60_000 })

const MIB = 1024 * 1024

/** The beginning of a JPEG that says how large it is, and nothing more. */
function jpeg(width: number, height: number): Uint8Array {
  const size = [height >> 8, height & 255, width >> 8, width & 255]
  const start = [0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, ...size, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]
  return Uint8Array.from([...start, 0xff, 0xd9])
}

async function pair(): Promise<{ box: Box; ann: Session; bob: Session; toBob: string; inbox: Inbox }> {
  const box = await newBox()
  const telegram = newHost(box)
  const ann = await account(telegram, 'Ann', 2)
  const bob = await account(telegram, 'Bobby', 1)
  return { box, ann, bob, toBob: await usernameOf(bob), inbox: new Inbox(bob) }
}

/** What Bob has got under this caption. */
async function arrived(inbox: Inbox, caption: string): Promise<tl.message> {
  const { message } = await inbox.text(caption)
  if (message._ !== 'message') throw new Error('no message')
  return message
}

const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex')

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

test('bytes, paths, blobs and streams arrive as they were, on another datacenter', async () => {
  const { ann, bob, toBob, inbox } = await pair()
  const bytes = randomBytes(700_001)
  const path = join(tempDir(), 'report.pdf')
  writeFileSync(path, bytes)
  const sources = {
    bytes,
    path,
    blob: new Blob([bytes], { type: 'text/x-own' }),
    stream: inChunks(bytes, 10_007),
    'stream of known length': { stream: inChunks(bytes, 99_991), size: bytes.length },
  }
  for (const [caption, source] of Object.entries(sources)) {
    await ann.media.sendDocument(toBob, source, { caption })
    const message = await arrived(inbox, caption)
    expect(md5(await bob.media.download(message)), caption).toBe(md5(bytes))
    expect(message.media).toMatchObject({
      _: 'messageMediaDocument',
      document: {
        size: bytes.length,
        mimeType:
          caption === 'path' ? 'application/pdf' : caption === 'blob' ? 'text/x-own' : expect.any(String),
        attributes: [
          { _: 'documentAttributeFilename', fileName: caption === 'path' ? 'report.pdf' : 'file' },
        ],
      },
    })
  }
})

test('a large file: parts in parallel, progress, ranges, hashes, to disk', async () => {
  const { box, ann, bob, toBob, inbox } = await pair()
  const bytes = randomBytes(11 * MIB + 12_345)
  const told: Progress[] = []
  await ann.media.send(toBob, inChunks(bytes, MIB), {
    fileName: 'big.bin',
    caption: 'big',
    onProgress: (progress) => told.push(progress),
  })
  expect(told.at(-1)).toMatchObject({ bytes: bytes.length, total: bytes.length, rate: expect.any(Number) })
  expect(told.map(({ bytes }) => bytes)).toEqual(told.map(({ bytes }) => bytes).toSorted((a, b) => a - b))
  const message = await arrived(inbox, 'big')

  expect(md5(await bob.media.download(message, { verify: true }))).toBe(md5(bytes))
  for (const [offset, length] of [
    [0, 1],
    [4095, 2],
    [MIB - 3, 7],
    [5 * MIB + 17, 2 * MIB],
    [bytes.length - 5, 100],
    [bytes.length, 10],
    [3, 0],
  ] as const) {
    const part = await bob.media.download(message, { offset, length })
    expect(md5(part), `${offset}+${length}`).toBe(md5(bytes.subarray(offset, offset + length)))
  }
  await expect(bob.media.download(message, { offset: -1 })).rejects.toMatchObject({ code: 'RANGE_INVALID' })

  const dir = tempDir()
  const path = join(dir, 'big.bin')
  const stop = new AbortController()
  const cut = bob.media.downloadTo(message, path, {
    signal: stop.signal,
    onProgress: ({ bytes }) => bytes > 3 * MIB && stop.abort(new Error('cut')),
  })
  await expect(cut).rejects.toThrow('cut')
  const [partial = ''] = readdirSync(dir)
  const left = readFileSync(join(dir, partial)).length
  expect(left).toBeGreaterThan(3 * MIB)
  const before = calls.get(box)?.filter((call) => call === 'upload.getFile').length ?? 0
  expect(await bob.media.downloadTo(message, path)).toBe(bytes.length)
  expect(readdirSync(dir)).toEqual(['big.bin'])
  expect(md5(readFileSync(path))).toBe(md5(bytes))
  const parts = (calls.get(box)?.filter((call) => call === 'upload.getFile').length ?? 0) - before
  expect(parts).toBeLessThanOrEqual(Math.ceil((bytes.length - left) / (MIB / 2)) + 1)
})

test('an upload that was cut off goes on from its cursor', async () => {
  const { box, ann, bob, toBob, inbox } = await pair()
  const bytes = randomBytes(12 * MIB)
  let saved = ''
  const stop = new AbortController()
  const cut = ann.media.upload(bytes, {
    signal: stop.signal,
    parallel: 2,
    onProgress: ({ cursor }) => {
      if (cursor === undefined || cursor.parts < 10 || saved !== '') return
      saved = JSON.stringify(cursor)
      stop.abort(new Error('cut'))
    },
  })
  await expect(cut).rejects.toThrow('cut')
  const cursor: UploadCursor = JSON.parse(saved)
  const before = calls.get(box)?.length ?? 0
  const file = await ann.media.upload(bytes, { cursor })
  const sent = calls
    .get(box)
    ?.slice(before)
    .filter((call) => call === 'upload.saveBigFilePart').length
  expect(sent).toBe(24 - cursor.parts)
  await ann.media.sendDocument(toBob, file, { caption: 'resumed' })
  expect(md5(await bob.media.download(await arrived(inbox, 'resumed')))).toBe(md5(bytes))
  await expect(ann.media.upload(bytes.subarray(1), { cursor })).rejects.toMatchObject({
    code: 'FILE_CHANGED',
  })
  await expect(ann.media.upload(bytes, { cursor: { ...cursor, partSize: 5 } })).rejects.toMatchObject({
    code: 'CURSOR_INVALID',
  })
})

/** A web server on this machine, with one file. */
async function webServer(bytes: Uint8Array, type: string): Promise<string> {
  const server = createServer((request, response) => {
    if (!request.url?.startsWith('/files/')) response.writeHead(404).end()
    else response.writeHead(200, { 'content-type': type, 'content-length': bytes.length }).end(bytes)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  later(() => server.close())
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
}

test('what stands at an address: fetched by Telegram, or from here', async () => {
  const { box, ann, bob, toBob, inbox } = await pair()
  const bytes = randomBytes(700_001)
  const web = await webServer(bytes, 'application/x-own; charset=binary')
  const url = new URL(`${web}/files/a%20report.bin?key=secret`)

  await ann.media.send(toBob, url, { caption: 'by Telegram' })
  expect(calls.get(box)).not.toContain('upload.saveFilePart')
  expect(md5(await bob.media.download(await arrived(inbox, 'by Telegram')))).toBe(md5(bytes))

  const file = await ann.media.upload(url)
  expect(file).toMatchObject({ size: bytes.length, fileName: 'a report.bin', mimeType: 'application/x-own' })
  await ann.media.send(toBob, file, { caption: 'from here' })
  expect(md5(await bob.media.download(await arrived(inbox, 'from here')))).toBe(md5(bytes))

  const path = join(tempDir(), 'here.txt')
  writeFileSync(path, 'on this machine')
  await ann.media.sendDocument(toBob, pathToFileURL(path), { caption: 'file:' })
  expect(await bob.media.download(await arrived(inbox, 'file:'))).toEqual(
    new TextEncoder().encode('on this machine'),
  )
  await ann.media.sendDocument(toBob, new URL('data:text/plain,hello'), { caption: 'data:' })
  expect(await bob.media.download(await arrived(inbox, 'data:'))).toEqual(new TextEncoder().encode('hello'))

  for (const [address, code] of [
    [`${web}/nothing?key=secret`, 'URL_UNREACHABLE'],
    ['http://127.0.0.1:1/key', 'URL_UNREACHABLE'],
    ['ftp://127.0.0.1/a', 'URL_INVALID'],
  ] as const) {
    const refused = await ann.media.upload(new URL(address)).catch((error: unknown) => error)
    expect(refused).toMatchObject({ code })
    expect(String(refused)).not.toContain('key')
  }
  await expect(ann.media.send(toBob, new URL(`${web}/nothing.jpg`))).rejects.toMatchObject({
    code: 'WEBPAGE_CURL_FAILED',
  })
})

test('photos, voice, video, stickers and albums are what they were sent as', async () => {
  const { ann, bob, toBob, inbox } = await pair()
  const photo = await ann.media.send(toBob, jpeg(640, 480), { caption: 'photo', spoiler: true })
  expect(photo.media).toMatchObject({ _: 'messageMediaPhoto', spoiler: true })
  expect(await bob.media.download(await arrived(inbox, 'photo'))).toEqual(jpeg(640, 480))
  const video = await ann.media.sendVideo(toBob, randomBytes(100), { width: 4, height: 3, duration: 1.5 })
  expect(video.media).toMatchObject({ _: 'messageMediaDocument', video: true })
  const voice = await ann.media.sendVoice(toBob, randomBytes(100), { duration: 2 })
  expect(voice.media).toMatchObject({ _: 'messageMediaDocument', voice: true })
  const again = await ann.media.send(toBob, photo, { caption: 'the same once more' })
  expect(again.media).toMatchObject({
    photo: { id: photo.media?._ === 'messageMediaPhoto' && photo.media.photo?.id },
  })

  const album = await ann.media.sendAlbum(toBob, [
    { file: jpeg(10, 20), caption: 'first of two' },
    { file: jpeg(20, 10), spoiler: true },
    { file: photo },
  ])
  expect(album.map(({ message }) => message)).toEqual(['first of two', '', ''])
  expect(new Set(album.map(({ groupedId }) => groupedId)).size).toBe(1)
  expect(album[0]?.groupedId).toBeDefined()
  await expect(ann.media.sendAlbum(toBob, [{ file: jpeg(1, 1) }])).rejects.toMatchObject({
    code: 'ALBUM_INVALID',
  })
})

test('file references that expire are renewed on the way; without the message that cannot be', async () => {
  const { box, ann, bob, toBob, inbox } = await pair()
  const bytes = randomBytes(3 * MIB)
  await ann.media.sendDocument(toBob, bytes, { caption: 'doc' })
  const message = await arrived(inbox, 'doc')
  const got: Uint8Array[] = []
  for await (const part of bob.media.stream(message, { parallel: 1 })) {
    if (got.length === 1) expireFileReferences(box.world)
    got.push(part)
  }
  expect(md5(Buffer.concat(got))).toBe(md5(bytes))
  expireFileReferences(box.world)
  expect(md5(await bob.media.download(message))).toBe(md5(bytes))
  const bare = message.media?._ === 'messageMediaDocument' ? message.media.document : undefined
  if (bare === undefined) throw new Error('no document')
  await expect(bob.media.download(bare)).rejects.toMatchObject({ code: 'FILE_REFERENCE_EXPIRED' })
})

test('what was sent before is sent again under a new reference', async () => {
  const { box, ann, bob, toBob, inbox } = await pair()
  await ann.media.sendDocument(toBob, randomBytes(1000), { caption: 'first' })
  await ann.media.send(toBob, jpeg(20, 20), { caption: 'second' })
  const [first, second] = [await arrived(inbox, 'first'), await arrived(inbox, 'second')]
  expireFileReferences(box.world)
  const again = await bob.media.send('me', first, { caption: 'again' })
  expect(await bob.media.download(again)).toEqual(await bob.media.download(first))
  expireFileReferences(box.world)
  expect(await bob.media.sendAlbum('me', [{ file: second }, { file: jpeg(9, 9) }])).toHaveLength(2)
})

test('what is no file is refused', async () => {
  const { ann, toBob } = await pair()
  const missing = ann.media.upload('/nowhere/at/all')
  await expect(missing).rejects.toBeInstanceOf(MediaError)
  await expect(missing).rejects.toMatchObject({ code: 'FILE_MISSING' })
  await expect(ann.media.upload(tempDir())).rejects.toMatchObject({ code: 'NOT_A_FILE' })
  await expect(ann.media.upload(new Uint8Array())).rejects.toMatchObject({ code: 'FILE_EMPTY' })
  const lying = { stream: inChunks(randomBytes(100), 10), size: 101 }
  await expect(ann.media.upload(lying)).rejects.toMatchObject({ code: 'FILE_CHANGED' })
  const wrong = (async function* () {
    yield 'text' as unknown as Uint8Array
  })()
  await expect(ann.media.upload(wrong)).rejects.toMatchObject({ code: 'SOURCE_INVALID' })
  const text = await ann.sendMessage(toBob, 'text')
  await expect(ann.media.download(text)).rejects.toMatchObject({ code: 'NOT_A_FILE' })
})

test('profile photos', async () => {
  const { ann, bob, toBob } = await pair()
  expect(await ann.media.downloadProfilePhoto(toBob)).toBeUndefined()
  const { input } = await bob.media.upload(jpeg(640, 640))
  await bob.api.photos.uploadProfilePhoto({ file: input })
  expect(await ann.media.downloadProfilePhoto(toBob)).toEqual(jpeg(640, 640))
})
