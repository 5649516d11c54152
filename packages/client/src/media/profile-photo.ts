/** The photos of users, groups and channels. */
import type { tl } from '../layer.ts'
import type { PeerLike } from '../peers/directory.ts'
import { inputChannel } from '../peers/input-channel.ts'
import type { SessionContext } from '../session/context.ts'
import { type DownloadOptions, downloadFile } from './download.ts'
import { MediaError } from './errors.ts'
import type { FileAt } from './file-location.ts'

/** Options of `media.downloadProfilePhoto`. */
export interface ProfilePhotoOptions extends Omit<DownloadOptions, 'thumb'> {
  /** 640 pixels wide instead of 160. Default true. */
  big?: boolean | undefined
}

/** The photo that somebody, a group or a channel has now; undefined if none. */
export async function downloadProfilePhoto(
  session: SessionContext,
  of: PeerLike,
  options: ProfilePhotoOptions = {},
): Promise<Uint8Array | undefined> {
  const place = await profilePhoto(session, of, options.big ?? true)
  return place === undefined ? undefined : await downloadFile(session, place, options)
}

async function profilePhoto(
  session: SessionContext,
  of: PeerLike,
  big: boolean,
): Promise<FileAt | undefined> {
  const peer = await session.peers.resolve(of)
  const photo = await photoOf(session, peer)
  if (photo === undefined || !('photoId' in photo)) return undefined
  const { photoId, dcId: dc } = photo
  return { location: { _: 'inputPeerPhotoFileLocation', big, peer, photoId }, dc }
}

async function photoOf(
  session: SessionContext,
  peer: tl.InputPeer,
): Promise<tl.UserProfilePhoto | tl.ChatPhoto | undefined> {
  const channel = inputChannel(peer)
  if (channel !== undefined) {
    const { chats } = await session.invoke({ _: 'channels.getChannels', id: [channel] })
    return chats[0]?._ === 'channel' ? chats[0].photo : undefined
  }
  if (peer._ === 'inputPeerChat') {
    const { chats } = await session.invoke({ _: 'messages.getChats', id: [peer.chatId] })
    return chats[0]?._ === 'chat' ? chats[0].photo : undefined
  }
  const id: tl.InputUser =
    peer._ === 'inputPeerUser'
      ? { _: 'inputUser', userId: peer.userId, accessHash: peer.accessHash }
      : peer._ === 'inputPeerUserFromMessage'
        ? { ...peer, _: 'inputUserFromMessage' }
        : { _: 'inputUserSelf' }
  const [user] = await session.invoke({ _: 'users.getUsers', id: [id] })
  if (user === undefined) throw new MediaError('NOT_A_FILE', 'there is no such user')
  return user._ === 'user' ? user.photo : undefined
}
