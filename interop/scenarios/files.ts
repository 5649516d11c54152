/**
 * Files. They are kept in their sender's datacenter, and everybody is at home in another one: who fetches from somebody
 * else shows its authorization there.
 */
import { createHash, randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import { type Scenario, words } from '../scenario.ts'
import type { Player, Stage } from '../stage.ts'

const SIZE = 5 * 1024 * 1024 + 4321

/** Sends a file, and gives the message as the receiver has it. */
export async function sendFile(from: Player, to: Player, stage: Stage, size: number) {
  const bytes = randomBytes(size)
  const caption = words(`a file of ${from.name}'s`)
  const path = await stage.file(`${from.name}-${to.name}-${size}-${caption.replace(/\W/g, '')}.bin`, bytes)
  const sent = await from.ask('sendFile', { to: to.username, path, caption })
  const received = await to.got(caption)
  expect(received.file).toEqual({ size, dc: from.dc })
  return { sent, received, is: { size, sha256: createHash('sha256').update(bytes).digest('hex') } }
}

export const fileUp: Scenario = {
  name: 'file up, 5 MB',
  async run(player, stage) {
    const other = stage.next(player)
    const { sent, received, is } = await sendFile(player, other, stage, SIZE)
    expect(await other.ask('download', { with: player.username, id: received.id })).toEqual(is)
    // Its own, from its own datacenter.
    expect(await player.ask('download', { with: other.username, id: sent.id })).toEqual(is)
  },
}

export const fileDown: Scenario = {
  name: 'file down, 5 MB, other DCs',
  async run(player, stage) {
    for (const other of stage.others(player)) {
      const since = stage.box.calls.count
      const { received, is } = await sendFile(other, player, stage, SIZE)
      expect(await player.ask('download', { with: other.username, id: received.id })).toEqual(is)
      const fetches = stage.box.calls.all({ method: 'upload.getFile', userId: player.userId, since })
      expect(new Set(fetches.map(({ dc }) => dc))).toContain(other.dc)
    }
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
