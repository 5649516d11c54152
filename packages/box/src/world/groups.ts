/** Basic groups: members, and the service messages that tell of their changes. */
import type { tl } from '../generated/types.ts'
import { markChat } from './marked-id.ts'
import { postToChat } from './message-box.ts'
import type { Chat } from './state.ts'
import type { Account } from './state-account.ts'
import type { CommonMessage } from './state-message.ts'
import { announce } from './update-log.ts'
import type { World } from './world.ts'

export function createGroup(world: World, creator: Account, title: string, others: Account[]): Chat {
  const date = world.seconds()
  const chat: Chat = {
    id: world.state.nextChatId++,
    title,
    about: '',
    creator: creator.id,
    created: date,
    version: 1,
    members: new Map([[creator.id, { inviter: creator.id, date }]]),
    former: new Set(),
  }
  for (const user of others) chat.members.set(user.id, { inviter: creator.id, date })
  world.state.chats.set(chat.id, chat)
  const users = [...chat.members.keys()].filter((id) => id !== creator.id)
  service(world, chat, creator, { _: 'messageActionChatCreate', title, users })
  tellMembers(world, chat)
  return chat
}

/** Posts a service message in the group. */
export function service(
  world: World,
  chat: Chat,
  from: Account,
  action: tl.MessageAction,
  also?: Account,
  reply?: { to: number },
): CommonMessage {
  return postToChat(world, chat, { from: from.id, date: world.seconds(), text: '', action, reply }, also)
}

export function addMember(world: World, chat: Chat, by: Account, user: Account): void {
  chat.members.set(user.id, { inviter: by.id, date: world.seconds() })
  chat.former.delete(user.id)
  chat.version++
  service(world, chat, by, { _: 'messageActionChatAddUser', users: [user.id] })
  tellMembers(world, chat)
}

/** Somebody comes in by a link or on request: they say so themselves. */
export function joinGroup(
  world: World,
  chat: Chat,
  user: Account,
  inviter: Account,
  action: tl.MessageAction,
): void {
  chat.members.set(user.id, { inviter: inviter.id, date: world.seconds() })
  chat.former.delete(user.id)
  chat.version++
  service(world, chat, user, action)
  tellMembers(world, chat)
}

/** Removes a member, or lets one leave (`by` is the member). The one who goes still sees the message that says so. */
export function removeMember(world: World, chat: Chat, by: Account, user: Account): void {
  chat.members.delete(user.id)
  chat.former.add(user.id)
  chat.version++
  service(world, chat, by, { _: 'messageActionChatDeleteUser', userId: user.id }, user)
  tellMembers(world, chat)
}

export function renameGroup(world: World, chat: Chat, by: Account, title: string): void {
  chat.title = title
  chat.version++
  service(world, chat, by, { _: 'messageActionChatEditTitle', title })
}

export function isAdmin(chat: Chat, user: Account): boolean {
  return chat.creator === user.id || chat.members.get(user.id)?.admin === true
}

/** Everyone who has or had the group in their dialogs. */
export function everMembers(world: World, chat: Chat): Account[] {
  return [...chat.members.keys(), ...chat.former].flatMap((id) => world.user(id) ?? [])
}

export function participants(chat: Chat, viewer: Account): tl.ChatParticipants {
  if (!chat.members.has(viewer.id)) return { _: 'chatParticipantsForbidden', chatId: chat.id }
  const list = Array.from(chat.members, ([userId, member]): tl.ChatParticipant => {
    if (userId === chat.creator) return { _: 'chatParticipantCreator', userId }
    const _ = member.admin ? 'chatParticipantAdmin' : 'chatParticipant'
    return { _, userId, inviterId: member.inviter, date: member.date }
  })
  return { _: 'chatParticipants', chatId: chat.id, participants: list, version: chat.version }
}

function tellMembers(world: World, chat: Chat): void {
  for (const id of chat.members.keys()) {
    const member = world.account(id)
    announce(world, member, { _: 'updateChatParticipants', participants: participants(chat, member) })
  }
}

/** Where the group stands among an account's dialogs. */
export function groupPeer(chat: Chat): number {
  return markChat(chat.id)
}
