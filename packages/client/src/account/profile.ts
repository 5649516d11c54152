/** The account's own profile: names, username, photo, what others see of it. */
import { TelegramError } from '../errors.ts'
import type { tl } from '../layer.ts'
import type { MediaSource } from '../media/input-media.ts'
import { inputMedia } from '../media/input-media.ts'
import type { SessionContext } from '../session/context.ts'

/** What is to change in the profile; what is left out stays. */
export interface ProfileChange {
  /** 1 to 64 characters. */
  firstName?: string | undefined
  lastName?: string | undefined
  /** 70 characters at most (140 with premium). */
  about?: string | undefined
}

/** The account itself. */
export async function getMe(session: SessionContext): Promise<tl.user> {
  const [me] = await session.invoke({ _: 'users.getUsers', id: [{ _: 'inputUserSelf' }] })
  return asUser(me)
}

/** Changes names and description; what is absent stays. @throws RpcError `FIRSTNAME_INVALID`, `ABOUT_TOO_LONG`, … */
export async function updateProfile(session: SessionContext, change: ProfileChange): Promise<tl.user> {
  return asUser(await session.invoke({ _: 'account.updateProfile', ...change }))
}

/** Whether a username can be had. @throws RpcError `USERNAME_INVALID` it is none. */
export async function isUsernameFree(session: SessionContext, username: string): Promise<boolean> {
  return await session.invoke({ _: 'account.checkUsername', username: bare(username) })
}

/** Takes a username; an empty one gives it up. @throws RpcError `USERNAME_OCCUPIED`, `USERNAME_INVALID`, `USERNAME_NOT_MODIFIED`. */
export async function setUsername(session: SessionContext, username: string): Promise<tl.user> {
  return asUser(await session.invoke({ _: 'account.updateUsername', username: bare(username) }))
}

/**
 * Sets the profile photo: a picture to upload, or one of the earlier photos. Gives it as it is kept.
 * @throws RpcError `IMAGE_PROCESS_FAILED`, `PHOTO_CROP_SIZE_SMALL`, …
 */
export async function setProfilePhoto(
  session: SessionContext,
  photo: MediaSource,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<tl.Photo> {
  const media = await inputMedia(session, photo, { kind: 'photo', signal: options.signal })
  switch (media._) {
    case 'inputMediaUploadedPhoto':
      return (await session.invoke({ _: 'photos.uploadProfilePhoto', file: media.file })).photo
    case 'inputMediaPhoto':
      return (await session.invoke({ _: 'photos.updateProfilePhoto', id: media.id })).photo
    default:
      throw new TelegramError('PHOTO_INVALID', 'a profile photo is a picture to upload, or an earlier photo')
  }
}

/** Takes profile photos away: those given, or the present one. */
export async function deleteProfilePhotos(
  session: SessionContext,
  photos?: readonly tl.photo[],
): Promise<void> {
  if (photos === undefined) {
    await session.invoke({ _: 'photos.updateProfilePhoto', id: { _: 'inputPhotoEmpty' } })
    return
  }
  const id = photos.map(({ id, accessHash, fileReference }) => ({
    _: 'inputPhoto' as const,
    id,
    accessHash,
    fileReference,
  }))
  await session.invoke({ _: 'photos.deletePhotos', id })
}

/** The profile photos of somebody, the present one first. */
export async function* profilePhotos(
  session: SessionContext,
  of: tl.InputUser,
  options: { limit?: number | undefined } = {},
): AsyncGenerator<tl.photo, void, undefined> {
  let left = options.limit ?? Number.POSITIVE_INFINITY
  for (let offset = 0; left > 0; ) {
    const answer = await session.invoke({
      _: 'photos.getUserPhotos',
      userId: of,
      offset,
      maxId: 0n,
      limit: Math.min(100, left),
    })
    for (const photo of answer.photos) {
      if (photo._ !== 'photo') continue
      if (left-- <= 0) return
      yield photo
    }
    if (answer._ === 'photos.photos' || answer.photos.length === 0) return
    offset += answer.photos.length
  }
}

/** Shows the account as online, or not. While it is to be online, say so again at least every minute. */
export async function setOnline(session: SessionContext, online: boolean): Promise<void> {
  await session.invoke({ _: 'account.updateStatus', offline: !online })
}

/** Shows an emoji beside the name, by the document id of a custom emoji; premium accounts only. Undefined takes it away. */
export async function setEmojiStatus(
  session: SessionContext,
  documentId: bigint | undefined,
  options: { until?: Date | undefined } = {},
): Promise<void> {
  const { until } = options
  const emojiStatus: tl.EmojiStatus =
    documentId === undefined
      ? { _: 'emojiStatusEmpty' }
      : {
          _: 'emojiStatus',
          documentId,
          until: until === undefined ? undefined : Math.floor(until.getTime() / 1000),
        }
  await session.invoke({ _: 'account.updateEmojiStatus', emojiStatus })
}

function asUser(user: tl.User | undefined): tl.user {
  if (user?._ !== 'user') throw new TelegramError('ANSWER_UNEXPECTED', 'the account does not know itself')
  return user
}

const bare = (username: string): string => username.trim().replace(/^@/, '')
