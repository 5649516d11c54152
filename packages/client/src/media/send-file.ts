/** Sending files, one or several together. */
import type { TextLike } from '../formatting/formatted-text.ts'
import { outgoingText } from '../formatting/outgoing-text.ts'
import type { tl } from '../layer.ts'
import { randomId } from '../messages/random-id.ts'
import { type SendMediaOptions, sendMedia } from '../messages/send-media.ts'
import { type SendOptions, sendFields } from '../messages/send-options.ts'
import { sentByRandomIds } from '../messages/sent-message.ts'
import type { PeerLike } from '../peers/directory.ts'
import { RpcError } from '../rpc/rpc-error.ts'
import type { SessionContext } from '../session/context.ts'
import { MediaError } from './errors.ts'
import { isStaleReference, refetch } from './file-reference.ts'
import { canUploadAgain, inputMedia, type MediaOptions, type MediaSource } from './input-media.ts'

/** How a file is shown and sent. */
export interface SendFileOptions extends SendMediaOptions, MediaOptions {
  signal?: AbortSignal | undefined
}

/** One of the files of an album. */
export interface AlbumItem extends Omit<MediaOptions, 'signal'> {
  file: MediaSource
  caption?: TextLike | undefined
}

/** Options of `media.sendAlbum`. */
export interface SendAlbumOptions extends Omit<SendOptions, 'randomId' | 'replyMarkup'> {
  /** Name each message for ever, in the order of the files: see `SendMessageOptions.randomId`. */
  randomIds?: readonly bigint[] | undefined
}

/**
 * Sends a file: uploads it first if that has not happened yet.
 *
 * ```ts
 * await session.media.send('@somebody', 'photo.jpg', { caption: markdown`**look**` })
 * await session.media.send(chat, stream, { fileName: 'log.txt', kind: 'document' })
 * ```
 * @throws MediaError; RpcError `PHOTO_INVALID_DIMENSIONS`, `VOICE_MESSAGES_FORBIDDEN`, `CHAT_SEND_MEDIA_FORBIDDEN`, …
 */
export async function sendFile(
  session: SessionContext,
  to: PeerLike,
  file: MediaSource,
  options: SendFileOptions = {},
): Promise<tl.message> {
  // The same for both tries: nothing is sent twice.
  const named = { ...options, randomId: options.randomId ?? randomId(session.host.random) }
  return await withFile(session, file, (good) =>
    sendMedia(session, to, () => inputMedia(session, good, options), named),
  )
}

/** "Albums: 2 to 10 photos and videos, or documents, or audio". */
const MOST_IN_ALBUM = 10

/**
 * Sends several files as one album, and gives its messages in order.
 *
 * ```ts
 * await session.media.sendAlbum(chat, [{ file: 'a.jpg', caption: 'both' }, { file: 'b.jpg' }])
 * ```
 * @throws MediaError `ALBUM_INVALID` not 2 to 10 files; RpcError as Telegram refuses what is mixed.
 */
export async function sendAlbum(
  session: SessionContext,
  to: PeerLike,
  items: readonly AlbumItem[],
  options: SendAlbumOptions = {},
): Promise<tl.message[]> {
  if (items.length < 2 || items.length > MOST_IN_ALBUM) {
    throw new MediaError(
      'ALBUM_INVALID',
      `an album has 2 to ${MOST_IN_ALBUM} files, this one ${items.length}`,
    )
  }
  const randomIds = options.randomIds ?? items.map(() => randomId(session.host.random))
  if (randomIds.length !== items.length) {
    throw new MediaError('ALBUM_INVALID', `${items.length} files under ${randomIds.length} random ids`)
  }
  const { signal } = options
  const send = async (items: readonly AlbumItem[]) => {
    const make = async (peer: tl.InputPeer) => {
      const multiMedia: tl.inputSingleMedia[] = []
      for (const [i, item] of items.entries()) {
        const media = await withFile(session, item.file, async (file) =>
          storedMedia(session, peer, await inputMedia(session, file, { ...item, signal }), item, signal),
        )
        const caption = await outgoingText(session, item.caption ?? '')
        multiMedia.push({ _: 'inputSingleMedia', media, randomId: randomIds[i] ?? 0n, ...caption })
      }
      const fields = await sendFields(session, options)
      return { _: 'messages.sendMultiMedia' as const, peer, multiMedia, ...fields }
    }
    const { call, answer } = await session.outbox.sendTo(to, make, { signal })
    return sentByRandomIds(answer, randomIds, call._)
  }
  try {
    return await send(items)
  } catch (error) {
    if (!isStaleReference(error)) throw error
    return await send(
      await Promise.all(items.map(async (item) => ({ ...item, file: await renewed(session, item.file) }))),
    )
  }
}

/** "messages.sendMultiMedia takes no uploaded media: messages.uploadMedia makes photos and documents of them". */
async function storedMedia(
  session: SessionContext,
  peer: tl.InputPeer,
  media: tl.InputMedia,
  { spoiler }: AlbumItem,
  signal: AbortSignal | undefined,
): Promise<tl.InputMedia> {
  if (media._ === 'inputMediaPhoto' || media._ === 'inputMediaDocument') return media
  const stored = await session.invoke({ _: 'messages.uploadMedia', peer, media }, { signal })
  const held =
    stored._ === 'messageMediaPhoto'
      ? stored.photo
      : stored._ === 'messageMediaDocument'
        ? stored.document
        : undefined
  if (held?._ === 'photo') {
    const { id, accessHash, fileReference } = held
    return { _: 'inputMediaPhoto', id: { _: 'inputPhoto', id, accessHash, fileReference }, spoiler }
  }
  if (held?._ === 'document') {
    const { id, accessHash, fileReference } = held
    return { _: 'inputMediaDocument', id: { _: 'inputDocument', id, accessHash, fileReference }, spoiler }
  }
  throw new MediaError('ALBUM_INVALID', `an album cannot hold ${media._}`)
}

/**
 * Sends with a file, and once more if the server has let go of what was uploaded ("FILE_PART_X_MISSING"), or if the reference to
 * what it has already is too old and a message tells where to find another.
 */
async function withFile<T>(
  session: SessionContext,
  file: MediaSource,
  send: (file: MediaSource) => Promise<T>,
): Promise<T> {
  try {
    return await send(file)
  } catch (error) {
    const lost = RpcError.is(error, 'FILE_PART_%d_MISSING') || RpcError.is(error, 'MD5_CHECKSUM_INVALID')
    if (lost && canUploadAgain(file)) return await send(file)
    const fresh = isStaleReference(error) ? await renewed(session, file) : file
    if (fresh === file) throw error
    return await send(fresh)
  }
}

/** The same file under a new reference, if it was given by its message. */
async function renewed(session: SessionContext, file: MediaSource): Promise<MediaSource> {
  const isMessage =
    typeof file === 'object' && '_' in file && (file._ === 'message' || file._ === 'messageService')
  return isMessage ? ((await refetch(session, file)) ?? file) : file
}
