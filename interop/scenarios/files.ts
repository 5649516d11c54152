/**
 * Files. They are kept in their sender's datacenter, and everybody is at home in another one: who fetches from somebody
 * else shows its authorization there. One at a time where files come down: FILE_MIGRATE costs GramJS whatever else comes in
 * the same container, such as the result of an upload (docs/interop.md).
 */
import { createHash, randomBytes } from 'node:crypto'
import { crc32, deflateSync } from 'node:zlib'
import { expect } from 'vitest'
import { type Scenario, withEach, words } from '../scenario.ts'
import type { Player, Stage } from '../stage.ts'
import type { SeenMessage } from '../vocabulary.ts'

const MEBIBYTE = 1024 * 1024

interface SentFile {
  /** The message as its sender has it, and as the receiver. */
  sent: SeenMessage
  received: SeenMessage
  is: { size: number; sha256: string }
}

async function sendFile(from: Player, to: Player, stage: Stage, size: number): Promise<SentFile> {
  const bytes = randomBytes(size)
  const caption = words(`a file of ${from.name}'s`)
  const path = await stage.file(`${from.name}-${size}.bin`, bytes)
  const sent = await from.ask('sendFile', { to: to.username, path, caption })
  const received = await to.got(caption)
  expect(received.file).toEqual({ size, dc: from.dc })
  return { sent, received, is: { size, sha256: createHash('sha256').update(bytes).digest('hex') } }
}

/** Files of 5 MB that each has sent to the next one. */
const largeFiles = new WeakMap<Player, Promise<SentFile>>()

export function largeFile(player: Player, stage: Stage): Promise<SentFile> {
  const known = largeFiles.get(player)
  if (known !== undefined) return known
  const file = sendFile(player, stage.next(player), stage, 5 * MEBIBYTE + 4321)
  largeFiles.set(player, file)
  return file
}

export const fileUp: Scenario = {
  name: 'file up, 5 MB',
  alone: true,
  async run(player, stage) {
    const { received, is } = await largeFile(player, stage)
    const place = { with: player.username, id: received.id }
    expect(await stage.next(player).ask('download', place)).toEqual(is)
  },
}

export const fileDown: Scenario = {
  name: 'file down, 5 MB, other DC',
  alone: true,
  async run(player, stage) {
    const other = stage.previous(player)
    const { received, is } = await largeFile(other, stage)
    const since = stage.box.calls.count
    expect(await player.ask('download', { with: other.username, id: received.id })).toEqual(is)
    const fetches = stage.box.calls.all({ method: 'upload.getFile', userId: player.userId, since })
    expect(new Set(fetches.map(({ dc }) => dc))).toContain(other.dc)
  },
}

export const fileFromHome: Scenario = {
  name: 'file down, own DC',
  alone: true,
  async run(player, stage) {
    const other = stage.next(player)
    const since = stage.box.calls.count
    const { sent, is } = await sendFile(player, other, stage, MEBIBYTE)
    expect(await player.ask('download', { with: other.username, id: sent.id })).toEqual(is)
    const fetches = stage.box.calls.all({ method: 'upload.getFile', userId: player.userId, since })
    expect(fetches.length).toBeGreaterThan(0)
    expect(fetches.every(({ dc }) => dc === player.dc)).toBe(true)
  },
}

export const fileMigrate: Scenario = {
  name: 'FILE_MIGRATE',
  alone: true,
  async run(player, stage) {
    const other = stage.next(player)
    const since = stage.box.calls.count
    const { received, is } = await sendFile(other, player, stage, 100_000)
    // Asked at home, where it is not.
    const place = { with: other.username, id: received.id, from: player.dc }
    expect(await player.ask('download', place)).toEqual(is)
    const fetches = stage.box.calls.all({ method: 'upload.getFile', userId: player.userId, since })
    expect(fetches.map(({ error }) => error)).toContain(`303 FILE_MIGRATE_${other.dc}`)
  },
}

export const photo: Scenario = {
  name: 'photo',
  alone: true,
  run: (player, stage) =>
    withEach(player, stage, async (other) => {
      const path = await stage.file(`${player.name}-${other.name}.png`, picture(60, 40))
      const caption = words('look')
      await player.ask('sendPhoto', { to: other.username, path, caption })
      const { id, photo } = await other.got(caption)
      expect(photo).toEqual({ width: 60, height: 40, dc: player.dc })
      const { size } = await other.ask('download', { with: player.username, id })
      expect(size).toBeGreaterThan(0)
    }),
}

export const album: Scenario = {
  name: 'album',
  run: (player, stage) =>
    withEach(player, stage, async (other) => {
      const paths = await Promise.all(
        [30, 50].map((width) => stage.file(`${player.name}-${other.name}-${width}.png`, picture(width, 40))),
      )
      const caption = words('both')
      await player.ask('sendAlbum', { to: other.username, paths, caption })
      const first = await other.got(caption)
      expect(first.album).not.toBeNull()
      const chat = await other.ask('history', { with: player.username, limit: 100 })
      const together = chat.filter((message) => message.album === first.album)
      expect(together.map(({ photo }) => photo?.width)).toEqual([50, 30])
    }),
}

/** A PNG, all grey. */
function picture(width: number, height: number): Uint8Array {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = 8
  const rows = Buffer.alloc((width + 1) * height, 128)
  for (let row = 0; row < height; row++) rows[row * (width + 1)] = 0
  const chunk = (type: string, data: Uint8Array) => {
    const body = Buffer.concat([Buffer.from(type), data])
    const frame = Buffer.alloc(8)
    frame.writeUInt32BE(data.length, 0)
    frame.writeUInt32BE(crc32(body), 4)
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
  }
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', new Uint8Array()),
  ])
}
