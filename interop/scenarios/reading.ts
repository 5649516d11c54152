/** What a client reads back: its dialogs, its contacts, its history. Compared with what the others know. */
import { expect } from 'vitest'
import { type Scenario, withEach, words } from '../scenario.ts'

export const dialogs: Scenario = {
  name: 'dialogs',
  async run(player, stage) {
    for (const other of stage.others(player))
      await other.ask('send', { to: player.username, html: words('for your list') })
    const listed = await player.ask('dialogs', {})
    for (const { name, userId } of stage.others(player)) {
      const dialog = listed.find(({ id }) => id === userId)
      expect(dialog).toMatchObject({ title: name })
      expect(dialog?.unread).toBeGreaterThan(0)
    }
  },
}

export const contacts: Scenario = {
  name: 'contacts',
  run: (player, stage) =>
    withEach(player, stage, async (other) => {
      const firstName = `Dear ${other.name}`
      const added = await player.ask('addContact', { phone: `+${other.phone}`, firstName })
      expect(added).toEqual([other.userId])
      const listed = await player.ask('contacts', {})
      expect(listed).toContainEqual({ id: other.userId, phone: other.phone, firstName })
    }),
}

export const history: Scenario = {
  name: 'history',
  run: (player, stage) =>
    withEach(player, stage, async (other) => {
      const mine = await pages(4, (before) =>
        player.ask('history', { with: other.username, limit: 4, ...(before !== undefined && { before }) }),
      )
      const theirs = await other.ask('history', { with: player.username, limit: 100 })
      expect(mine.map(({ text, out }) => ({ text, out }))).toEqual(
        theirs.map(({ text, out }) => ({ text, out: !out })),
      )
      expect(mine.length).toBeGreaterThan(4)
    }),
}

/** Everything, a page at a time. */
async function pages<T extends { id: number }>(
  size: number,
  page: (before: number | undefined) => Promise<T[]>,
): Promise<T[]> {
  const all: T[] = []
  for (;;) {
    const next = await page(all.at(-1)?.id)
    all.push(...next)
    if (next.length < size) return all
  }
}

export const profile: Scenario = {
  name: 'profile',
  async run(player, stage) {
    const about = words('myself')
    await player.ask('setAbout', { about })
    await withEach(player, stage, async (other) => {
      expect(await other.ask('fullUser', { username: player.username })).toEqual({ about })
    })
  },
}
