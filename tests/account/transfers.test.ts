/** Files on their way, and what may happen to them: drops, restarts, second thoughts; and what they take of memory. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { PassThrough } from 'node:stream'
import type { Box } from '@telegram-mt/box'
import type { Session, tl } from 'telegram-mt'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { account, calls, dcsOf, Inbox, later, newBox, newHost, tempDir, usernameOf } from '../fixture.ts'
import { bundle } from '../kill/bundle.mjs'
import type { DownloadPlan } from '../kill/downloader.ts'

vi.setConfig({ testTimeout: 60_000 })

const MIB = 1024 * 1024
const PART = MIB / 2
const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex')

let program: (name: string) => string
beforeAll(async () => {
  program = await bundle(['downloader'])
}, 60_000)
afterAll(() => rmSync(dirname(program('downloader')), { recursive: true, force: true }))

async function pair(storage?: string) {
  const box = await newBox()
  const reconnect = { first: 20, most: 100, perAddress: [] }
  const telegram = newHost(box, { reconnect, ...(storage !== undefined && { storage }) })
  const ann = await account(newHost(box, { reconnect }), 'Ann', 2)
  const bob = await account(telegram, 'Bobby', 1)
  return { box, telegram, ann, bob, toBob: await usernameOf(bob), inbox: new Inbox(bob) }
}

async function sent(ann: Session, to: string, inbox: Inbox, bytes: Uint8Array): Promise<tl.message> {
  await ann.media.sendDocument(to, bytes, { caption: 'file' })
  const { message } = await inbox.text('file')
  if (message._ !== 'message') throw new Error('no message')
  return message
}

const countOf = (box: Box, method: string): number =>
  (calls.get(box) ?? []).filter((call) => call === method).length

async function* pieces(bytes: Uint8Array, onGiven: () => void = () => {}) {
  for (let at = 0; at < bytes.length; at += PART) {
    onGiven()
    yield bytes.subarray(at, at + PART)
  }
}

/** Files of this folder that this process holds open; undefined where the system does not tell. */
function openIn(folder: string): string[] | undefined {
  if (!existsSync('/proc/self/fd')) return undefined
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${fd}`)
      return path.startsWith(folder) ? [path] : []
    } catch {
      return []
    }
  })
}

test('connections that drop in the middle harm nothing, up or down', async () => {
  const { box, ann, bob, toBob, inbox } = await pair()
  const bytes = randomBytes(4 * MIB + 77)
  let cut = 0
  const cutAt = (part: number) => () => {
    if (cut < part) cut += box.dropConnections() > 0 ? 1 : 0
  }
  await ann.media.sendDocument(toBob, bytes, { caption: 'file', onProgress: cutAt(2) })
  const { message } = await inbox.text('file')
  if (message._ !== 'message') throw new Error('no message')
  expect(cut).toBe(2)
  expect(md5(await bob.media.download(message, { onProgress: cutAt(4) }))).toBe(md5(bytes))
  expect(cut).toBe(4)
})

test('a program that is killed in the middle of a download fetches only the rest when it runs again', async () => {
  const folder = tempDir()
  const storage = join(folder, 'accounts.db')
  const { box, telegram, ann, bob, toBob, inbox } = await pair(storage)
  const bytes = randomBytes(6 * MIB + 4321)
  const message = await sent(ann, toBob, inbox, bytes)
  await telegram.close()
  const path = join(folder, 'film')
  const plan: DownloadPlan = {
    box: { dcs: dcsOf(box), publicKey: box.publicKey },
    storage,
    chat: await usernameOf(ann),
    message: message.id,
    path,
  }
  expect(bob.state.name).toBe('closed')

  // It gets so far, and no further.
  box.faults.add({ when: { method: 'upload.getFile', after: 6 }, fault: { kind: 'hang' } })
  const first = download(plan)
  for await (const line of createInterface({ input: first.stdout ?? process.stdin })) {
    if (JSON.parse(line).bytes >= 2 * MIB) break
  }
  first.kill('SIGKILL')
  await once(first, 'exit')
  const partial = readdirSync(folder).find((name) => name.endsWith('.part')) ?? ''
  const left = statSync(join(folder, partial)).size
  expect(left).toBeGreaterThanOrEqual(2 * MIB)
  expect(left).toBeLessThanOrEqual(3 * MIB)
  expect(existsSync(path)).toBe(false)

  box.faults.clear()
  box.calls.clear()
  const second = download(plan)
  const lines: string[] = []
  for await (const line of createInterface({ input: second.stdout ?? process.stdin })) lines.push(line)
  expect(JSON.parse(lines.at(-1) ?? '{}')).toEqual({ size: bytes.length })
  expect(md5(readFileSync(path))).toBe(md5(bytes))
  const offsets = box.calls
    .all('upload.getFile')
    .map(({ params }) => (params as tl.upload.getFile).offset)
    .toSorted((a, b) => a - b)
  // From the part that the end of what is there lies in, each once.
  const from = Math.floor(left / PART)
  expect(offsets).toEqual(
    Array.from({ length: Math.ceil(bytes.length / PART) - from }, (_, i) => (from + i) * PART),
  )
})

function download(plan: DownloadPlan): ChildProcess {
  const child = spawn(process.execPath, [program('downloader'), JSON.stringify(plan)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  later(() => child.kill('SIGKILL'))
  return child
}

test('however large a file is, only so many of its parts are in memory', async () => {
  const { box, ann, bob, toBob, inbox } = await pair()
  const bytes = randomBytes(12 * MIB)
  let given = 0
  let saved = 0
  let most = 0
  const stream = pieces(bytes, () => {
    given++
    most = Math.max(most, given - saved)
  })
  await ann.media.sendDocument(
    toBob,
    { stream, size: bytes.length },
    {
      caption: 'file',
      parallel: 3,
      onProgress: () => {
        saved++
      },
    },
  )
  expect(given).toBe(24)
  // Three on their way, and one that is read ahead.
  expect(most).toBeLessThanOrEqual(4)

  const { message } = await inbox.text('file')
  if (message._ !== 'message') throw new Error('no message')
  let taken = 0
  let ahead = 0
  for await (const part of bob.media.stream(message, { parallel: 3 })) {
    ahead = Math.max(ahead, countOf(box, 'upload.getFile') - taken)
    taken++
    expect(part.length).toBe(PART)
  }
  expect(taken).toBe(24)
  expect(ahead).toBeLessThanOrEqual(4)
})

test('whoever changes their mind leaves nothing open and nothing on its way', async () => {
  const { box, ann, bob, toBob, inbox } = await pair()
  const reason = new Error('changed my mind')

  // A source that has stopped giving.
  const stuck = new PassThrough()
  stuck.write(randomBytes(2 * PART))
  const stop = new AbortController()
  const upload = ann.media.upload(
    { stream: stuck, size: 20 * MIB },
    { signal: stop.signal, onProgress: ({ bytes }) => bytes === 2 * PART && stop.abort(reason) },
  )
  await expect(upload).rejects.toBe(reason)
  expect(stuck.destroyed).toBe(true)
  const before = new AbortController()
  before.abort(reason)
  await expect(ann.media.upload(new Uint8Array(10), { signal: before.signal })).rejects.toBe(reason)

  // A part that the server will not have ends the upload, whatever the source does.
  const quiet = new PassThrough()
  quiet.write(randomBytes(PART))
  box.faults.add({
    when: { method: 'upload.saveBigFilePart', times: 1 },
    fault: { kind: 'error', code: 400, message: 'FILE_PARTS_INVALID' },
  })
  await expect(ann.media.upload({ stream: quiet, size: 20 * MIB })).rejects.toMatchObject({
    code: 'FILE_PARTS_INVALID',
  })
  expect(quiet.destroyed).toBe(true)

  const bytes = randomBytes(8 * MIB)
  const message = await sent(ann, toBob, inbox, bytes)
  const folder = tempDir()
  const path = join(folder, 'film')
  const enough = new AbortController()
  const cut = bob.media.downloadTo(message, path, {
    signal: enough.signal,
    onProgress: ({ bytes }) => bytes > MIB && enough.abort(reason),
  })
  await expect(cut).rejects.toBe(reason)
  const asked = countOf(box, 'upload.getFile')
  expect(asked).toBeLessThan(12)
  expect(openIn(folder) ?? []).toEqual([])
  // What was fetched is there to be gone on with; whoever does not want that begins anew.
  expect(readdirSync(folder)).toHaveLength(1)
  expect(await bob.media.downloadTo(message, path, { resume: false })).toBe(bytes.length)
  expect(countOf(box, 'upload.getFile') - asked).toBeGreaterThanOrEqual(16)
  expect(readdirSync(folder)).toEqual(['film'])
  expect(md5(readFileSync(path))).toBe(md5(bytes))

  // A reader that stops reading is not fetched for any more.
  const soFar = countOf(box, 'upload.getFile')
  for await (const _ of bob.media.stream(message, { parallel: 2 })) break
  await bob.getHistory('me')
  expect(countOf(box, 'upload.getFile') - soFar).toBeLessThanOrEqual(4)
})
