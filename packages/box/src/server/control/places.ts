/** People and chats as they are named to the control port. */
import { findByUsername, phoneDigits } from '../../world/accounts.ts'
import { bareId as bareIdOf, isChannel, isChat, isUser } from '../../world/marked-id.ts'
import type { Chat } from '../../world/state.ts'
import type { Account } from '../../world/state-account.ts'
import type { Channel } from '../../world/state-channel.ts'
import type { World } from '../../world/world.ts'
import { notFound } from './control-error.ts'

export type Place =
  | { kind: 'user'; user: Account }
  | { kind: 'chat'; chat: Chat }
  | { kind: 'channel'; channel: Channel }

/** A person: by phone number, `@username` or id. */
export function accountNamed(world: World, name: string): Account {
  const phone = phoneDigits(name)
  const user =
    (phone && world.phones.get(phone)) ||
    world.user(Number(name)) ||
    world.user(findByUsername(world, name) ?? 0)
  if (!user) throw notFound(`nobody here is called '${name}': a phone number, @username or id was expected`)
  return user
}

/** A person, or a group or channel: by title, `@username` or marked id (as the Bot API writes it). */
export function placeNamed(world: World, name: string): Place {
  const id = /^-?\d{1,16}$/.test(name) ? Number(name) : findByUsername(world, name)
  if (id !== undefined && isChannel(id)) {
    const channel = world.state.channels.get(bareIdOf(id))
    if (channel) return { kind: 'channel', channel }
  }
  if (id !== undefined && isChat(id)) {
    const chat = world.state.chats.get(bareIdOf(id))
    if (chat) return { kind: 'chat', chat }
  }
  for (const chat of world.state.chats.values()) if (chat.title === name) return { kind: 'chat', chat }
  for (const channel of world.state.channels.values()) {
    if (channel.title === name) return { kind: 'channel', channel }
  }
  if (id !== undefined && !isUser(id)) throw notFound(`no group or channel has the id ${name}`)
  return { kind: 'user', user: accountNamed(world, name) }
}
