/** Chapter 4: files. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pathToFileURL } from 'node:url'
import type { tl } from 'telegram-mt'
import { step } from '../demo/transcript.ts'
import { type Arrivals, arrivalsOf, type Company, picture } from './company.ts'

export async function media(company: Company): Promise<void> {
  const { ann, bob, folder } = company
  const toBob = arrivalsOf(company, bob)
  const bytes = randomBytes(3_000_000)
  const path = join(folder, 'report.pdf')
  writeFileSync(path, bytes)

  await step('up from a path, with progress in bytes and rate; down as a stream', async () => {
    let told = { bytes: 0, rate: -1 }
    await ann.media.sendDocument('@bob_tour', path, {
      caption: 'from a path',
      onProgress: ({ bytes, rate }) => {
        told = { bytes, rate }
      },
    })
    assert(told.bytes === bytes.length && told.rate >= 0)
    const { message } = await toBob.text('from a path')
    const parts: Uint8Array[] = []
    for await (const part of bob.media.stream(message)) parts.push(part)
    assert(bytes.equals(Buffer.concat(parts)))
  })

  await step('up from a stream; down to a path, checked by size and hashes; ranges', async () => {
    const stream = Readable.from([bytes.subarray(0, 2_000_000), bytes.subarray(2_000_000)])
    await ann.media.sendDocument('@bob_tour', stream, { caption: 'from a stream', fileName: 'a.bin' })
    const { message } = await toBob.text('from a stream')
    const to = join(folder, 'copy.bin')
    assert.equal(await bob.media.downloadTo(message, to, { verify: true }), bytes.length)
    assert(bytes.equals(readFileSync(to)))
    const range = await bob.media.download(message, { offset: 1_234_567, length: 89 })
    assert(bytes.subarray(1_234_567, 1_234_656).equals(range))
  })

  await step('up from bytes and from an address; down as bytes', async () => {
    await ann.media.sendDocument('@bob_tour', bytes, { caption: 'from bytes' })
    await ann.media.sendDocument('@bob_tour', pathToFileURL(path), { caption: 'from an address' })
    for (const caption of ['from bytes', 'from an address']) {
      assert(bytes.equals(await bob.media.download((await toBob.text(caption)).message)))
    }
  })

  await step('many parts at once, however large the file: 11 MB through four connections', async () => {
    const large = randomBytes(11_000_000)
    await ann.media.sendDocument('@bob_tour', large, { caption: 'large', parallel: 8 })
    const { message } = await toBob.text('large')
    assert(large.equals(await bob.media.download(message, { parallel: 8 })))
  })

  await step('an upload that was cut off goes on from its cursor', () => cutOffUpload(company))

  await step('a download that was broken off goes on where it was', async () => {
    const { message } = await toBob.text('large')
    const to = join(folder, 'large.bin')
    const stop = new AbortController()
    const reason = new Error('that will do')
    const cut = bob.media.downloadTo(message, to, {
      signal: stop.signal,
      onProgress: ({ bytes }) => bytes > 4_000_000 && stop.abort(reason),
    })
    await assert.rejects(cut, reason)
    assert(readdirSync(folder).some((name) => name.startsWith('large.bin') && name.endsWith('.part')))
    let first: number | undefined
    const size = await bob.media.downloadTo(message, to, {
      onProgress: ({ bytes }) => {
        first ??= bytes
      },
    })
    assert(size === 11_000_000 && first !== undefined && first > 4_000_000)
  })

  await step('a file reference that is no longer good is renewed on the way', async () => {
    const { message } = await toBob.text('from bytes')
    assert(bytes.equals(await bob.media.download(withOldReference(message))))
  })

  await step('a content delivery network: followed, decrypted, every piece checked', async () => {
    const { message } = await toBob.text('from bytes')
    const [line = ''] = readFileSync(join(folder, 'box.json'), 'utf8').split('\n', 1)
    const { cdn }: { cdn: { id: number; host: string; port: number } } = JSON.parse(line)
    company.telegram.dcs.register(cdn.id, { host: cdn.host, port: cdn.port, cdn: true })
    const fetched = () => bob.metrics().methods['upload.getCdnFile']?.count ?? 0
    const before = fetched()
    assert(bytes.equals(await bob.media.download(message)))
    assert.equal(fetched() - before, 6)
  })

  await kinds(company, toBob)
}

async function cutOffUpload({ ann, bob, arrivals }: Company): Promise<void> {
  const large = randomBytes(11_000_000)
  const stop = new AbortController()
  let saved = ''
  const cut = ann.media.upload(large, {
    signal: stop.signal,
    onProgress: ({ cursor }) => {
      if (cursor === undefined || cursor.parts < 5 || saved !== '') return
      saved = JSON.stringify(cursor)
      stop.abort()
    },
  })
  await assert.rejects(cut)
  const file = await ann.media.upload(large, { cursor: JSON.parse(saved) })
  await ann.media.sendDocument('@bob_tour', file, { caption: 'resumed' })
  const came = await arrivals.get(bob)?.text('resumed')
  assert(came && large.equals(await bob.media.download(came.message)))
}

async function kinds({ ann, bob }: Company, toBob: Arrivals): Promise<void> {
  const small = randomBytes(1000)
  const attributes = ({ media }: tl.message): string[] =>
    media?._ === 'messageMediaDocument' && media.document?._ === 'document'
      ? media.document.attributes.map(({ _ }) => _)
      : []

  await step('photos, also hidden until touched; with their sizes', async () => {
    const photo = await ann.media.sendPhoto('@bob_tour', picture(640, 480), {
      spoiler: true,
      caption: 'photo',
    })
    assert(photo.media?._ === 'messageMediaPhoto' && photo.media.spoiler === true)
    assert.deepEqual(await bob.media.download((await toBob.text('photo')).message), picture(640, 480))
  })

  await step('videos that play while they come, animations', async () => {
    const video = await ann.media.sendVideo('@bob_tour', small, { width: 640, height: 480, duration: 3 })
    assert(video.media?._ === 'messageMediaDocument' && video.media.document?._ === 'document')
    const about = video.media.document.attributes.find(({ _ }) => _ === 'documentAttributeVideo')
    assert(about?._ === 'documentAttributeVideo' && about.supportsStreaming === true && about.duration === 3)
    const animation = await ann.media.sendAnimation('@bob_tour', small)
    assert(attributes(animation).includes('documentAttributeAnimated'))
  })

  await step('voice messages, music, stickers', async () => {
    const voice = await ann.media.sendVoice('@bob_tour', small, { duration: 2 })
    assert(voice.media?._ === 'messageMediaDocument' && voice.media.voice === true)
    const music = await ann.media.sendAudio('@bob_tour', small, { title: 'Song', performer: 'Band' })
    assert(attributes(music).includes('documentAttributeAudio'))
    const sticker = await ann.media.sendSticker('@bob_tour', small, { emoji: '🙂', mimeType: 'image/webp' })
    assert(attributes(sticker).includes('documentAttributeSticker'))
  })
}

/** The message as a program may have kept it for too long. */
function withOldReference(message: tl.message): tl.message {
  const { media } = message
  assert(media?._ === 'messageMediaDocument' && media.document?._ === 'document')
  return {
    ...message,
    media: { ...media, document: { ...media.document, fileReference: new Uint8Array(16) } },
  }
}
