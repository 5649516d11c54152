/** Where more than two talk. The client founds the chat, the others come in and answer. */
import { expect } from 'vitest'
import { type Scenario, withEach, words } from '../scenario.ts'
import type { Player, Stage } from '../stage.ts'

/** Everybody says something, and everybody else hears it. */
async function talk(stage: Stage, chat: number, speakers: readonly Player[]): Promise<void> {
  for (const speaker of speakers) {
    const text = words(`${speaker.name} to all`)
    await speaker.ask('send', { to: chat, html: text })
    await withEach(speaker, stage, async (other) => {
      expect(await other.got(text)).toMatchObject({ chat, out: false })
    })
  }
}

/** The founder last heard from first: its own turn shows that the others are in. */
const founderFirst = (player: Player, stage: Stage) => [player, ...stage.others(player)]

export const group: Scenario = {
  name: 'group',
  async run(player, stage) {
    const members = stage.others(player).map(({ username }) => username)
    const { chat } = await player.ask('createGroup', { title: words('a group'), members })
    expect(chat).toBeLessThan(0)
    await talk(stage, chat, founderFirst(player, stage))
  },
}

export const supergroup: Scenario = {
  name: 'supergroup',
  async run(player, stage) {
    const { chat } = await player.ask('createSupergroup', { title: words('a supergroup') })
    const { link } = await player.ask('inviteLink', { chat })
    await withEach(player, stage, (other) => other.ask('joinByLink', { link }))
    await talk(stage, chat, founderFirst(player, stage))
    const all = stage.players.map(({ userId }) => userId)
    expect((await player.ask('members', { chat })).sort()).toEqual(all.sort())
  },
}

export const channel: Scenario = {
  name: 'channel',
  async run(player, stage) {
    const username = `${player.username}_news`
    const { chat } = await player.ask('createChannel', { title: words('a channel'), username })
    await withEach(player, stage, (other) => other.ask('joinByName', { username }))
    const text = words('news')
    const post = await player.ask('send', { to: chat, html: text })
    await withEach(player, stage, async (other) => {
      const { id } = await other.got(text)
      expect(id).toBe(post.id)
      const better = words('corrected')
      expect(better).not.toBe(text)
    })
    const better = words('corrected')
    await player.ask('edit', { with: chat, id: post.id, html: better })
    await withEach(player, stage, async (other) => {
      await other.saw('edited', (message) => message.chat === chat && message.text === better)
      const [last] = await other.ask('history', { with: chat, limit: 1 })
      expect(last).toMatchObject({ id: post.id, text: better })
    })
  },
}

export const leave: Scenario = {
  name: 'leave',
  async run(player, stage) {
    const founder = stage.next(player)
    const { chat } = await founder.ask('createSupergroup', { title: words('to be left') })
    const { link } = await founder.ask('inviteLink', { chat })
    await player.ask('joinByLink', { link })
    expect(await founder.ask('members', { chat })).toContain(player.userId)
    await player.ask('leave', { chat })
    expect(await founder.ask('members', { chat })).not.toContain(player.userId)
  },
}

export const rights: Scenario = {
  name: 'rights in a supergroup',
  // What is refused costs GramJS whatever else comes in the same container: see docs/interop.md.
  alone: true,
  async run(player, stage) {
    const [deputy, troublemaker] = stage.others(player)
    if (deputy === undefined || troublemaker === undefined) throw new Error('too few')
    const about = words('about us')
    const { chat } = await player.ask('createSupergroup', { title: words('a parliament'), about })
    const { link } = await player.ask('inviteLink', { chat })
    for (const member of [deputy, troublemaker]) await member.ask('joinByLink', { link })
    expect(await deputy.ask('fullChat', { chat })).toEqual({ about, members: 3 })

    await expect(deputy.ask('setTitle', { chat, title: 'mine' })).rejects.toThrow(
      /CHAT_ADMIN_REQUIRED|administrator/,
    )
    await player.ask('promote', { chat, username: deputy.username })
    const title = words('a republic')
    await deputy.ask('setTitle', { chat, title })
    expect(await troublemaker.ask('dialogs', {})).toContainEqual(expect.objectContaining({ id: chat, title }))

    await player.ask('ban', { chat, username: troublemaker.username })
    await expect(troublemaker.ask('send', { to: chat, html: 'still here' })).rejects.toThrow()
    expect(await deputy.ask('fullChat', { chat })).toEqual({ about, members: 2 })
  },
}
