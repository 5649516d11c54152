/** The world as one account sees it: users and chats with its own access hashes, names and rights. */
import type { tl } from '../generated/types.ts'
import { accessHash } from './access-hash.ts'
import { allAdminRights, banOf, isKicked } from './channel-rights.ts'
import { bareId, isChat, isUser, type MarkedId, markChannel } from './marked-id.ts'
import { collectPeers } from './peers-in.ts'
import { allows } from './privacy.ts'
import type { Chat } from './state.ts'
import type { Account } from './state-account.ts'
import type { Channel } from './state-channel.ts'
import type { World } from './world.ts'

export interface Peers {
  users: tl.User[]
  chats: tl.Chat[]
}

export class View {
  readonly world: World
  readonly me: Account

  constructor(world: World, me: Account) {
    this.world = world
    this.me = me
  }

  user(user: Account): tl.user {
    const self = user === this.me
    const named = this.me.contacts.get(user.id)
    const knowsMe = user.contacts.has(this.me.id)
    if (user.deleted) {
      return { _: 'user', deleted: true, id: user.id, accessHash: accessHash(this.world, this.me, user.id) }
    }
    const lastName = named ? named.lastName : user.lastName
    // Who has the number in the address book knows it anyway.
    const showsPhone = allows(this.world, user, 'PhoneNumber', this.me) || named?.phone === user.phone
    return {
      _: 'user',
      id: user.id,
      accessHash: accessHash(this.world, this.me, user.id),
      self: self || undefined,
      contact: named !== undefined || undefined,
      mutualContact: (named !== undefined && knowsMe) || undefined,
      firstName: named?.firstName || user.firstName,
      lastName: lastName || undefined,
      username: user.username,
      phone: showsPhone ? user.phone || undefined : undefined,
      photo: allows(this.world, user, 'ProfilePhoto', this.me) ? this.userPhoto(user) : undefined,
      status: user.bot ? undefined : this.status(user),
      emojiStatus: user.emojiStatus,
      bot: user.bot !== undefined || undefined,
      botInfoVersion: user.bot ? 1 : undefined,
      botNochats: user.bot?.noChats,
      botChatHistory: user.bot?.readsAll,
      botInlinePlaceholder: user.bot?.inlinePlaceholder,
    }
  }

  status(user: Account): tl.UserStatus {
    if (!allows(this.world, user, 'StatusTimestamp', this.me)) return { _: 'userStatusRecently' }
    return user.seen > this.world.seconds()
      ? { _: 'userStatusOnline', expires: user.seen }
      : { _: 'userStatusOffline', wasOnline: user.seen }
  }

  chat(chat: Chat): tl.Chat {
    const member = chat.members.get(this.me.id)
    if (!member && !chat.deactivated) return { _: 'chatForbidden', id: chat.id, title: chat.title }
    const creator = chat.creator === this.me.id
    return {
      _: 'chat',
      id: chat.id,
      title: chat.title,
      creator: creator || undefined,
      deactivated: chat.deactivated,
      noforwards: chat.noforwards,
      photo: this.chatPhoto(chat.photo),
      participantsCount: chat.members.size,
      date: chat.created,
      version: chat.version,
      migratedTo:
        chat.migratedTo === undefined
          ? undefined
          : {
              _: 'inputChannel',
              channelId: chat.migratedTo,
              accessHash: accessHash(this.world, this.me, markChannel(chat.migratedTo)),
            },
      adminRights: member?.admin || creator ? groupAdminRights : undefined,
      defaultBannedRights: chat.defaultBanned ?? { _: 'chatBannedRights', untilDate: 0 },
    }
  }

  channel(channel: Channel): tl.Chat {
    const hash = accessHash(this.world, this.me, markChannel(channel.id))
    const member = channel.members.get(this.me.id)
    const kind = { broadcast: !channel.megagroup || undefined, megagroup: channel.megagroup || undefined }
    const ban = banOf(this.world, channel, this.me)
    const closed = !member && channel.username === undefined && !channel.former.has(this.me.id)
    if (channel.deleted || closed || isKicked(this.world, channel, this.me)) {
      return {
        _: 'channelForbidden',
        ...kind,
        id: channel.id,
        accessHash: hash,
        title: channel.title,
        untilDate: ban?.untilDate || undefined,
      }
    }
    const creator = channel.creator === this.me.id
    return {
      _: 'channel',
      ...kind,
      id: channel.id,
      accessHash: hash,
      title: channel.title,
      username: channel.username,
      creator: creator || undefined,
      left: !member || undefined,
      forum: channel.forum,
      signatures: channel.signatures,
      noforwards: channel.noforwards,
      joinToSend: channel.joinToSend,
      joinRequest: channel.joinRequest,
      slowmodeEnabled: channel.slowmode !== undefined || undefined,
      hasLink: channel.linked !== undefined || undefined,
      photo: this.chatPhoto(channel.photo),
      date: member?.date ?? channel.created,
      participantsCount: channel.members.size,
      adminRights: creator && member ? allAdminRights : member?.admin?.rights,
      bannedRights: ban,
      defaultBannedRights: channel.megagroup ? channel.defaultBanned : undefined,
    }
  }

  userPhoto(user: Account): tl.UserProfilePhoto | undefined {
    const dcId = this.photoDc(user.photo)
    if (user.photo === undefined || dcId === undefined) return undefined
    return { _: 'userProfilePhoto', photoId: user.photo, dcId }
  }

  chatPhoto(photoId: bigint | undefined): tl.ChatPhoto {
    const dcId = this.photoDc(photoId)
    if (photoId === undefined || dcId === undefined) return { _: 'chatPhotoEmpty' }
    return { _: 'chatPhoto', photoId, dcId }
  }

  /** The datacenter that has the photo. */
  photoDc(photoId: bigint | undefined): number | undefined {
    const { photos, files } = this.world.state.files
    const photo = photoId === undefined ? undefined : photos.get(photoId)
    return photo && files.get(photo.file)?.dc
  }

  /** The users and chats that the given objects name, and those given as extra. */
  peersOf(values: unknown, ...extra: MarkedId[]): Peers {
    const found = new Set<MarkedId>(extra)
    collectPeers(values, found)
    return this.peers(found)
  }

  peers(ids: Iterable<MarkedId>): Peers {
    const peers: Peers = { users: [], chats: [] }
    for (const id of ids) {
      if (isUser(id)) {
        const user = this.world.user(id)
        if (user) peers.users.push(this.user(user))
      } else if (isChat(id)) {
        const chat = this.world.state.chats.get(bareId(id))
        if (chat) peers.chats.push(this.chat(chat))
      } else {
        const channel = this.world.state.channels.get(bareId(id))
        if (channel) peers.chats.push(this.channel(channel))
      }
    }
    return peers
  }
}

const groupAdminRights: tl.chatAdminRights = {
  _: 'chatAdminRights',
  changeInfo: true,
  postMessages: true,
  editMessages: true,
  deleteMessages: true,
  banUsers: true,
  inviteUsers: true,
  pinMessages: true,
  manageCall: true,
  other: true,
}
