/** Profile photos, and the photos of groups and channels. */
import type { tl } from '../generated/types.ts'
import { acquaintances } from '../world/accounts.ts'
import { channelService, tellChanged } from '../world/channels.ts'
import { photoObject, signedFor } from '../world/files.ts'
import { isAdmin, service } from '../world/groups.ts'
import type { Account } from '../world/state-account.ts'
import { announce } from '../world/update-log.ts'
import { adminOf } from './channels.ts'
import type { UserContext } from './context.ts'
import { knownPhoto, newPhoto } from './media.ts'
import type { UserMethods } from './method-table.ts'
import { inputUser, ownGroup } from './peers.ts'
import { badRequest } from './rpc-error.ts'

export const photosMethods: UserMethods = {
  'photos.uploadProfilePhoto': (ctx, { file }) => {
    if (!file) throw badRequest('PHOTO_FILE_MISSING')
    const photo = newPhoto(ctx, file)
    setPhoto(ctx, photo.id)
    return profilePhoto(ctx, photo.id)
  },

  'photos.updateProfilePhoto': (ctx, { id }) => {
    const photo = id._ === 'inputPhotoEmpty' ? undefined : knownPhoto(ctx, id).id
    if (photo === undefined && ctx.me.photo !== undefined) removePhotos(ctx, [ctx.me.photo])
    if (photo !== undefined) setPhoto(ctx, photo)
    return profilePhoto(ctx, ctx.me.photo)
  },

  'photos.deletePhotos': (ctx, { id }) => {
    const ids = id.flatMap((input) => (input._ === 'inputPhoto' ? [input.id] : []))
    const mine = ids.filter((one) => ctx.me.photos.includes(one))
    removePhotos(ctx, mine)
    return mine
  },

  'photos.getUserPhotos': (ctx, params) => {
    const user = inputUser(ctx, params.userId)
    const all = user.photos.filter((id) => params.maxId === 0n || id === params.maxId)
    const start = Math.max(0, params.offset)
    const page = all.slice(start, start + Math.min(Math.max(params.limit, 1), 100))
    const photos = page.map((id) => photoFor(ctx, id))
    const users = [ctx.view.user(user)]
    return page.length === all.length
      ? { _: 'photos.photos', photos, users }
      : { _: 'photos.photosSlice', count: all.length, photos, users }
  },

  'messages.editChatPhoto': (ctx, { chatId, photo: input }) => {
    const chat = ownGroup(ctx, chatId)
    if (!isAdmin(chat, ctx.me) && chat.defaultBanned?.changeInfo) throw badRequest('CHAT_ADMIN_REQUIRED')
    const { id, action } = chatPhoto(ctx, input)
    if (id === chat.photo) throw badRequest('CHAT_NOT_MODIFIED')
    chat.photo = id
    chat.version++
    service(ctx.world, chat, ctx.me, action)
    return ctx.answer()
  },

  'channels.editPhoto': (ctx, { channel: input, photo }) => {
    const channel = adminOf(ctx, input, 'changeInfo')
    const { id, action } = chatPhoto(ctx, photo)
    if (id === channel.photo) throw badRequest('CHAT_NOT_MODIFIED')
    channel.photo = id
    channelService(ctx.world, channel, ctx.me, action)
    tellChanged(ctx.world, channel)
    return ctx.answer()
  },
}

function chatPhoto(
  ctx: UserContext,
  input: tl.InputChatPhoto,
): { id: bigint | undefined; action: tl.MessageAction } {
  if (input._ === 'inputChatPhotoEmpty') {
    return { id: undefined, action: { _: 'messageActionChatDeletePhoto' } }
  }
  if (input._ === 'inputChatUploadedPhoto' && !input.file) throw badRequest('PHOTO_INVALID')
  const photo =
    input._ === 'inputChatPhoto'
      ? knownPhoto(ctx, input.id)
      : input.file
        ? newPhoto(ctx, input.file)
        : undefined
  if (!photo) throw badRequest('PHOTO_INVALID')
  return { id: photo.id, action: { _: 'messageActionChatEditPhoto', photo: photoObject(ctx.world, photo) } }
}

function setPhoto(ctx: UserContext, id: bigint): void {
  ctx.me.photos = [id, ...ctx.me.photos.filter((other) => other !== id)]
  ctx.me.photo = id
  announcePhoto(ctx, ctx.me)
}

function removePhotos(ctx: UserContext, ids: bigint[]): void {
  ctx.me.photos = ctx.me.photos.filter((id) => !ids.includes(id))
  if (ctx.me.photo !== undefined && ids.includes(ctx.me.photo)) {
    ctx.me.photo = ctx.me.photos[0]
    announcePhoto(ctx, ctx.me)
  }
}

function announcePhoto(ctx: UserContext, user: Account): void {
  for (const account of [user, ...acquaintances(ctx.world, user)]) {
    announce(ctx.world, account, { _: 'updateUser', userId: user.id })
  }
}

function photoFor(ctx: UserContext, id: bigint | undefined): tl.Photo {
  const photo = id === undefined ? undefined : ctx.world.state.files.photos.get(id)
  if (!photo) return { _: 'photoEmpty', id: 0n }
  return signedFor<tl.photo>(ctx.world, ctx.me, photoObject(ctx.world, photo))
}

function profilePhoto(ctx: UserContext, id: bigint | undefined): tl.photos.photo {
  return { _: 'photos.photo', photo: photoFor(ctx, id), users: [ctx.view.user(ctx.me)] }
}
