/** Files up and down, joined to the session that they belong to: `session.media`. */
import type { tl } from '../layer.ts'
import type { PeerLike } from '../peers/directory.ts'
import type { SessionContext } from '../session/context.ts'
import { type DownloadOptions, downloadFile, streamFile } from './download.ts'
import { type DownloadToPathOptions, downloadToPath } from './download-to-path.ts'
import type { FileHolder } from './file-location.ts'
import type { FileSource } from './file-source.ts'
import { inputMedia, type MediaKind, type MediaOptions, type MediaSource } from './input-media.ts'
import { downloadProfilePhoto, type ProfilePhotoOptions } from './profile-photo.ts'
import {
  type AlbumItem,
  type SendAlbumOptions,
  type SendFileOptions,
  sendAlbum,
  sendFile,
} from './send-file.ts'
import { type UploadedFile, type UploadOptions, upload } from './upload.ts'

type SendKindOptions = Omit<SendFileOptions, 'kind'>

/** Files: sent, uploaded, downloaded (https://core.telegram.org/api/files). Reached as `session.media`. */
export class Media {
  readonly #session: SessionContext

  /** @internal */
  constructor(session: SessionContext) {
    this.#session = session
  }

  /**
   * Uploads a path, bytes, a Blob, a stream or what stands at a URL, without sending it:
   * `const file = await media.upload('clip.mp4', { cursor, onProgress })`.
   */
  upload(from: FileSource, options?: UploadOptions): Promise<UploadedFile> {
    return upload(this.#session, from, options)
  }

  /** The `inputMedia` for a file, for calls of the raw API: `await media.inputMedia('a.jpg', { spoiler: true })`. */
  inputMedia(file: MediaSource, options?: MediaOptions): Promise<tl.InputMedia> {
    return inputMedia(this.#session, file, options)
  }

  /** Sends a file, shown as what it is unless `kind` says otherwise: `media.send(chat, 'a.jpg', { caption: 'look' })`. */
  send(to: PeerLike, file: MediaSource, options?: SendFileOptions): Promise<tl.message> {
    return sendFile(this.#session, to, file, options)
  }

  /** Sends a picture, compressed by Telegram: `media.sendPhoto(chat, 'a.jpg', { spoiler: true })`. */
  sendPhoto(to: PeerLike, file: MediaSource, options?: SendKindOptions): Promise<tl.message> {
    return this.#sendAs('photo', to, file, options)
  }

  /** Sends a file as it is, also a picture or video: `media.sendDocument(chat, bytes, { fileName: 'a.pdf' })`. */
  sendDocument(to: PeerLike, file: MediaSource, options?: SendKindOptions): Promise<tl.message> {
    return this.#sendAs('document', to, file, options)
  }

  /**
   * Sends a video, to be watched while it comes unless `streamable` is false:
   * `media.sendVideo(chat, 'a.mp4', { width: 640, height: 360, duration: 12 })`.
   */
  sendVideo(to: PeerLike, file: MediaSource, options?: SendKindOptions): Promise<tl.message> {
    return this.#sendAs('video', to, file, options)
  }

  /** Sends music: `media.sendAudio(chat, 'a.mp3', { title: 'Song', performer: 'Band', duration: 180 })`. */
  sendAudio(to: PeerLike, file: MediaSource, options?: SendKindOptions): Promise<tl.message> {
    return this.#sendAs('audio', to, file, options)
  }

  /** Sends a voice message, Opus in Ogg: `media.sendVoice(chat, 'a.ogg', { duration: 3 })`. */
  sendVoice(to: PeerLike, file: MediaSource, options?: SendKindOptions): Promise<tl.message> {
    return this.#sendAs('voice', to, file, options)
  }

  /** Sends a round video message, a square video of up to a minute: `media.sendRound(chat, 'a.mp4', { duration: 5 })`. */
  sendRound(to: PeerLike, file: MediaSource, options?: SendKindOptions): Promise<tl.message> {
    return this.#sendAs('round', to, file, options)
  }

  /** Sends a video that plays by itself, without sound: `media.sendAnimation(chat, 'a.mp4')`. */
  sendAnimation(to: PeerLike, file: MediaSource, options?: SendKindOptions): Promise<tl.message> {
    return this.#sendAs('animation', to, file, options)
  }

  /** Sends a sticker, one that Telegram has or a WebP picture: `media.sendSticker(chat, 'a.webp', { emoji: '🙂' })`. */
  sendSticker(to: PeerLike, file: MediaSource, options?: SendKindOptions): Promise<tl.message> {
    return this.#sendAs('sticker', to, file, options)
  }

  /** Sends 2 to 10 files together: `media.sendAlbum(chat, [{ file: 'a.jpg', caption: 'both' }, { file: 'b.jpg' }])`. */
  sendAlbum(to: PeerLike, items: readonly AlbumItem[], options?: SendAlbumOptions): Promise<tl.message[]> {
    return sendAlbum(this.#session, to, items, options)
  }

  /** A file, or a range of it, as bytes: `await media.download(message, { offset: 0, length: 1024 })`. */
  download(from: FileHolder, options?: DownloadOptions): Promise<Uint8Array> {
    return downloadFile(this.#session, from, options)
  }

  /**
   * A file, or a range of it, as a stream of bytes; a few MiB of memory however large it is:
   * `for await (const bytes of media.stream(message)) socket.write(bytes)`.
   */
  stream(from: FileHolder, options?: DownloadOptions): AsyncGenerator<Uint8Array, void, undefined> {
    return streamFile(this.#session, from, options)
  }

  /**
   * Downloads to a path; goes on where an earlier run was cut off. Gives the bytes in the file:
   * `await media.downloadTo(message, 'clip.mp4', { signal, onProgress: ({ bytes, rate }) => … })`.
   */
  downloadTo(from: FileHolder, path: string, options?: DownloadToPathOptions): Promise<number> {
    return downloadToPath(this.#session, from, path, options)
  }

  /** The photo of a user, group or channel; undefined if there is none: `await media.downloadProfilePhoto('@ann')`. */
  downloadProfilePhoto(of: PeerLike, options?: ProfilePhotoOptions): Promise<Uint8Array | undefined> {
    return downloadProfilePhoto(this.#session, of, options)
  }

  #sendAs(
    kind: MediaKind,
    to: PeerLike,
    file: MediaSource,
    options: SendKindOptions | undefined,
  ): Promise<tl.message> {
    return sendFile(this.#session, to, file, { ...options, kind })
  }
}
