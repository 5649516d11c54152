/** Connections that are lost. */
import { expect } from 'vitest'
import { type Scenario, say, withEach, words } from '../scenario.ts'
import type { Player, Stage } from '../stage.ts'
import { sendFile } from './files.ts'

function drop(player: Player, stage: Stage): number {
  return stage.box.dropConnections(({ sessions }) => sessions.some(({ userId }) => userId === player.userId))
}

export const reconnect: Scenario = {
  name: 'reconnect',
  alone: true,
  async run(player, stage) {
    expect(drop(player, stage)).toBeGreaterThan(0)
    await withEach(player, stage, async (other) => {
      await say(player, other, words(`${player.name} is back`))
      await say(other, player, words('welcome back'))
    })
    expect((await player.ask('dialogs', {})).length).toBeGreaterThan(0)
  },
}

export const reconnectInDownload: Scenario = {
  name: 'reconnect in a download',
  alone: true,
  async run(player, stage) {
    const other = stage.next(player)
    const { received, is } = await sendFile(other, player, stage, 3 * 1024 * 1024)
    const since = stage.box.calls.count
    const done = player.ask('download', { with: other.username, id: received.id })
    await stage.box.waitFor({ method: 'upload.getFile', userId: player.userId, since })
    expect(drop(player, stage)).toBeGreaterThan(0)
    expect(await done).toEqual(is)
  },
}

/** What was sent while a client could not be reached is told to it when it is back. */
export const catchUp: Scenario = {
  name: 'catching up',
  alone: true,
  async run(player, stage) {
    const other = stage.next(player)
    const closed = stage.box.faults.add({ fault: { kind: 'refuse' }, when: { dc: player.dc } })
    drop(player, stage)
    const missed = words('while you were away')
    await other.ask('send', { to: player.username, html: missed })
    stage.box.faults.remove(closed)
    // It is back when its own words arrive.
    await say(player, other, words('here again'))
    await say(other, player, words('and now?'))
    expect(player.has(missed)).toBe(true)
  },
}
