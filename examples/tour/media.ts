/** Chapter 4: files. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { step } from '../demo/transcript.ts'
import { arrivalsOf, type Company, picture } from './company.ts'

export async function media(company: Company): Promise<void> {
  const { ann, bob, folder } = company
  const toBob = arrivalsOf(company, bob)
  const bytes = randomBytes(6_000_000)
  const path = join(folder, 'report.pdf')
  writeFileSync(path, bytes)

  await step('from a path to a stream, between datacenters, with progress', async () => {
    let told = 0
    await ann.media.sendDocument('@bob_tour', path, {
      caption: 'from a path',
      onProgress: ({ bytes }) => {
        told = bytes
      },
    })
    assert.equal(told, bytes.length)
    const { message } = await toBob.text('from a path')
    const parts: Uint8Array[] = []
    for await (const part of bob.media.stream(message)) parts.push(part)
    assert(bytes.equals(Buffer.concat(parts)))
  })

  await step('from a stream to a path; verified by hashes; a range of it', async () => {
    const stream = Readable.from([bytes.subarray(0, 3_000_000), bytes.subarray(3_000_000)])
    await ann.media.sendDocument('@bob_tour', stream, { caption: 'from a stream', fileName: 'a.bin' })
    const { message } = await toBob.text('from a stream')
    const to = join(folder, 'copy.bin')
    assert.equal(await bob.media.downloadTo(message, to, { verify: true }), bytes.length)
    assert(bytes.equals(readFileSync(to)))
    const range = await bob.media.download(message, { offset: 1_234_567, length: 89 })
    assert(bytes.subarray(1_234_567, 1_234_656).equals(range))
  })

  await step('an upload that was cut off goes on', async () => {
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
    const { message } = await toBob.text('resumed')
    assert(large.equals(await bob.media.download(message)))
  })

  await step('photos, videos, voice, animations, stickers, albums', async () => {
    const photo = await ann.media.sendPhoto('@bob_tour', picture(640, 480), { spoiler: true })
    assert.equal(photo.media?._, 'messageMediaPhoto')
    const small = randomBytes(1000)
    await ann.media.sendVideo('@bob_tour', small, { width: 640, height: 480, duration: 3 })
    await ann.media.sendVoice('@bob_tour', small, { duration: 2 })
    await ann.media.sendAnimation('@bob_tour', small)
    await ann.media.sendSticker('@bob_tour', small, { emoji: '🙂', mimeType: 'image/webp' })
    const album = await ann.media.sendAlbum('@bob_tour', [
      { file: picture(100, 100), caption: 'two pictures' },
      { file: photo },
    ])
    assert.equal(new Set(album.map(({ groupedId }) => groupedId)).size, 1)
  })
}
