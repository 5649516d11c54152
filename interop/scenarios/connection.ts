/** Connections that are lost. */
import { expect } from 'vitest'
import { type Scenario, say, withEach, words } from '../scenario.ts'
import type { Player, Stage } from '../stage.ts'
import { largeFile } from './files.ts'

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
    const other = stage.previous(player)
    const { received, is } = await largeFile(other, stage)
    const since = stage.box.calls.count
    const done = player.ask('download', { with: other.username, id: received.id })
    await stage.box.waitFor({ method: 'upload.getFile', userId: player.userId, since })
    expect(drop(player, stage)).toBeGreaterThan(0)
    expect(await done).toEqual(is)
  },
}

/** The server has restarted, and knows the keys, but no session any more. */
export const sessionLost: Scenario = {
  name: 'session lost',
  alone: true,
  async run(player, stage) {
    const other = stage.next(player)
    expect(stage.box.forgetSessions({ userId: player.userId })).toBeGreaterThan(0)
    // Not by sending: mtcute has a resent one wait for itself, see docs/interop.md.
    await player.ask('dialogs', {})
    await say(player, other, words('still here'))
    await say(other, player, words('good'))
  },
}

/** All salts are void: whatever is sent has to be sent again with a new one. */
export const saltsExpired: Scenario = {
  name: 'salts expired',
  alone: true,
  async run(player, stage) {
    const other = stage.next(player)
    expect(stage.box.expireSalts({ userId: player.userId })).toBeGreaterThan(0)
    // Not by sending: mtcute has a resent one wait for itself, see docs/interop.md.
    await player.ask('dialogs', {})
    await say(player, other, words('newly salted'))
    await say(other, player, words('good'))
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
    if (!player.has(missed)) throw new Error(`${player.name} was not told what it missed`)
  },
}
