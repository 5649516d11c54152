/** Basic groups. */
import type { tl } from '../generated/types.ts'
import {
  addMember,
  createGroup,
  everMembers,
  groupPeer,
  isAdmin,
  participants,
  removeMember,
  renameGroup,
} from '../world/groups.ts'
import { markChat } from '../world/marked-id.ts'
import { allows } from '../world/privacy.ts'
import type { Account } from '../world/state-account.ts'
import { announce } from '../world/update-log.ts'
import type { UserContext } from './context.ts'
import type { UserMethods } from './method-table.ts'
import { groupAt, groupOf, inputPeer, inputUser, ownGroup } from './peers.ts'
import { badRequest, forbidden } from './rpc-error.ts'
import { lastPinned } from './users.ts'

const TITLE_LENGTH = 128
const ABOUT_LENGTH = 255
const MEMBERS = 200

export const chatsMethods: UserMethods = {
  'messages.createChat': (ctx, { users, title }) => {
    const others = [...new Set(users.map((input) => inputUser(ctx, input)))].filter((u) => u !== ctx.me)
    if (others.length === 0) throw badRequest('USERS_TOO_FEW')
    if (others.length >= MEMBERS) throw badRequest('USERS_TOO_MUCH')
    createGroup(ctx.world, ctx.me, checkedTitle(title), others)
    return invited(ctx)
  },

  'messages.getChats': (ctx, { id }) => ({
    _: 'messages.chats',
    chats: ctx.view.peers(id.map((chatId) => markChat(groupOf(ctx, chatId).id))).chats,
  }),

  'messages.getFullChat': (ctx, { chatId }) => {
    const chat = groupOf(ctx, chatId)
    const peer = groupPeer(chat)
    const dialog = ctx.me.dialogs.get(peer)
    const fullChat: tl.chatFull = {
      _: 'chatFull',
      id: chat.id,
      about: chat.about,
      participants: participants(chat, ctx.me),
      notifySettings: dialog?.notify ?? { _: 'peerNotifySettings' },
      folderId: dialog?.folder,
      pinnedMsgId: lastPinned(ctx, peer),
      ttlPeriod: chat.ttl,
      availableReactions: chat.reactions ?? { _: 'chatReactionsAll', allowCustom: true },
    }
    return { _: 'messages.chatFull', fullChat, ...ctx.view.peersOf(fullChat, peer) }
  },

  'messages.editChatTitle': (ctx, { chatId, title }) => {
    const chat = ownGroup(ctx, chatId)
    if (!isAdmin(chat, ctx.me) && chat.defaultBanned?.changeInfo) throw badRequest('CHAT_ADMIN_REQUIRED')
    const wanted = checkedTitle(title)
    if (wanted === chat.title) throw badRequest('CHAT_NOT_MODIFIED')
    renameGroup(ctx.world, chat, ctx.me, wanted)
    return ctx.answer()
  },

  'messages.editChatAbout': (ctx, { peer, about }) => {
    const chat = groupAt(ctx, inputPeer(ctx, peer))
    if (!chat?.members.has(ctx.me.id)) throw badRequest('CHAT_ID_INVALID')
    if (!isAdmin(chat, ctx.me)) throw badRequest('CHAT_ADMIN_REQUIRED')
    if (about.length > ABOUT_LENGTH) throw badRequest('CHAT_ABOUT_TOO_LONG')
    if (about === chat.about) throw badRequest('CHAT_ABOUT_NOT_MODIFIED')
    chat.about = about
    for (const account of everMembers(ctx.world, chat)) {
      announce(ctx.world, account, { _: 'updateChat', chatId: chat.id })
    }
    return true
  },

  'messages.addChatUser': (ctx, { chatId, userId }) => {
    const chat = ownGroup(ctx, chatId)
    const user = inputUser(ctx, userId)
    if (chat.members.has(user.id)) throw badRequest('USER_ALREADY_PARTICIPANT')
    if (!isAdmin(chat, ctx.me) && chat.defaultBanned?.inviteUsers) throw badRequest('CHAT_ADMIN_REQUIRED')
    if (chat.members.size >= MEMBERS) throw badRequest('USERS_TOO_MUCH')
    if (user.blocked.has(ctx.me.id) || !allows(ctx.world, user, 'ChatInvite', ctx.me)) {
      throw forbidden('USER_PRIVACY_RESTRICTED')
    }
    addMember(ctx.world, chat, ctx.me, user)
    return invited(ctx)
  },

  'messages.deleteChatUser': (ctx, { chatId, userId }) => {
    const chat = ownGroup(ctx, chatId)
    const user = inputUser(ctx, userId)
    if (!chat.members.has(user.id)) throw badRequest('USER_NOT_PARTICIPANT')
    if (user !== ctx.me && !mayRemove(ctx, chat, user)) throw badRequest('CHAT_ADMIN_REQUIRED')
    removeMember(ctx.world, chat, ctx.me, user)
    return ctx.answer()
  },

  'messages.deleteChat': (ctx, { chatId }) => {
    const chat = ownGroup(ctx, chatId)
    if (chat.creator !== ctx.me.id) throw badRequest('CHAT_ADMIN_REQUIRED')
    const all = everMembers(ctx.world, chat)
    for (const id of chat.members.keys()) chat.former.add(id)
    chat.members.clear()
    chat.version++
    for (const account of all) announce(ctx.world, account, { _: 'updateChat', chatId: chat.id })
    return true
  },

  'messages.editChatAdmin': (ctx, { chatId, userId, isAdmin: admin }) => {
    const chat = ownGroup(ctx, chatId)
    if (chat.creator !== ctx.me.id) throw badRequest('CHAT_ADMIN_REQUIRED')
    const member = chat.members.get(inputUser(ctx, userId).id)
    if (!member) throw badRequest('USER_NOT_PARTICIPANT')
    member.admin = admin || undefined
    chat.version++
    for (const id of chat.members.keys()) {
      const account = ctx.world.account(id)
      announce(ctx.world, account, {
        _: 'updateChatParticipants',
        participants: participants(chat, account),
      })
    }
    return true
  },
}

function invited(ctx: UserContext): tl.messages.invitedUsers {
  return { _: 'messages.invitedUsers', updates: ctx.answer(), missingInvitees: [] }
}

/** @throws RpcError CHAT_TITLE_EMPTY */
export function checkedTitle(title: string): string {
  const trimmed = title.trim().slice(0, TITLE_LENGTH)
  if (trimmed === '') throw badRequest('CHAT_TITLE_EMPTY')
  return trimmed
}

/** An admin removes anyone but the creator; everyone removes whom they brought in. */
function mayRemove(ctx: UserContext, chat: Parameters<typeof isAdmin>[0], user: Account): boolean {
  if (user.id === chat.creator) return false
  return isAdmin(chat, ctx.me) || chat.members.get(user.id)?.inviter === ctx.me.id
}
