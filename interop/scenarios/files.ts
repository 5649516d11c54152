/**
 * Files. They are kept in their sender's datacenter, and everybody is at home in another one: who fetches from somebody
 * else shows its authorization there.
 */
import { createHash, randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import { type Scenario, words } from '../scenario.ts'
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
  async run(player, stage) {
    const { received, is } = await largeFile(player, stage)
    const place = { with: player.username, id: received.id }
    expect(await stage.next(player).ask('download', place)).toEqual(is)
  },
}

export const fileDown: Scenario = {
  name: 'file down, 5 MB, other DC',
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
