/** From the media that a client sends to the media that messages carry. */
import type { tl } from '../generated/types.ts'
import { documentObject, photoObject, readFile } from '../world/files.ts'
import { imageSize } from '../world/image-size.ts'
import type { Document, Photo } from '../world/state-file.ts'
import type { UserContext } from './context.ts'
import { webPage } from './link-preview.ts'
import { newPoll } from './polls.ts'
import { badRequest } from './rpc-error.ts'
import { requireFile, uploadedFile } from './upload.ts'

/** @throws RpcError MEDIA_INVALID, MEDIA_EMPTY and what uploads and file references are refused with */
export function messageMedia(ctx: UserContext, input: tl.InputMedia): tl.MessageMedia {
  switch (input._) {
    case 'inputMediaUploadedPhoto':
      return photoMedia(ctx, newPhoto(ctx, input.file), input)
    case 'inputMediaPhoto':
      return photoMedia(ctx, knownPhoto(ctx, input.id), input)
    case 'inputMediaUploadedDocument':
      return documentMedia(ctx, newDocument(ctx, input), input)
    case 'inputMediaDocument':
      return documentMedia(ctx, knownDocument(ctx, input.id), input)
    case 'inputMediaContact': {
      const { phoneNumber, firstName, lastName, vcard } = input
      const userId = ctx.world.phones.get(phoneNumber.replace(/\D/g, ''))?.id ?? 0
      return { _: 'messageMediaContact', phoneNumber, firstName, lastName, vcard, userId }
    }
    case 'inputMediaGeoPoint':
      return { _: 'messageMediaGeo', geo: geoPoint(input.geoPoint) }
    case 'inputMediaGeoLive':
      return {
        _: 'messageMediaGeoLive',
        geo: geoPoint(input.geoPoint),
        heading: input.heading,
        period: input.period ?? 60,
      }
    case 'inputMediaVenue': {
      const { title, address, provider, venueId, venueType } = input
      return {
        _: 'messageMediaVenue',
        geo: geoPoint(input.geoPoint),
        title,
        address,
        provider,
        venueId,
        venueType,
      }
    }
    case 'inputMediaDice':
      return { _: 'messageMediaDice', emoticon: input.emoticon, value: diceValue(ctx, input.emoticon) }
    case 'inputMediaPoll':
      return newPoll(ctx, input)
    case 'inputMediaWebPage':
      return {
        _: 'messageMediaWebPage',
        forceLargeMedia: input.forceLargeMedia,
        forceSmallMedia: input.forceSmallMedia,
        manual: true,
        webpage: page(ctx, input),
      }
    case 'inputMediaEmpty':
      throw badRequest('MEDIA_EMPTY')
    default:
      throw badRequest('MEDIA_INVALID')
  }
}

/** @throws RpcError WEBPAGE_NOT_FOUND */
function page(ctx: UserContext, { url, optional }: tl.inputMediaWebPage): tl.WebPage {
  const found = webPage(ctx.world, url)
  if (!found && !optional) throw badRequest('WEBPAGE_NOT_FOUND')
  return found ?? { _: 'webPageEmpty', id: 0n, url }
}

/** Enough of a picture's beginning to find its size in. */
const PICTURE_HEAD = 64 * 1024

/** @throws RpcError IMAGE_PROCESS_FAILED if it is no picture */
export function newPhoto(ctx: UserContext, input: tl.InputFile): Photo {
  const { world } = ctx
  const file = uploadedFile(ctx, input)
  const size = imageSize(readFile(world, file, 0, PICTURE_HEAD))
  if (!size) throw badRequest('IMAGE_PROCESS_FAILED')
  const photo: Photo = { id: file.id, file: file.id, date: world.seconds(), ...size }
  world.state.files.photos.set(photo.id, photo)
  return photo
}

/** @throws RpcError PHOTO_INVALID */
export function knownPhoto(ctx: UserContext, input: tl.InputPhoto): Photo {
  if (input._ === 'inputPhotoEmpty') throw badRequest('PHOTO_INVALID')
  requireFile(ctx, input)
  const photo = ctx.world.state.files.photos.get(input.id)
  if (!photo) throw badRequest('PHOTO_INVALID')
  return photo
}

function newDocument(ctx: UserContext, input: tl.inputMediaUploadedDocument): Document {
  const { world } = ctx
  const file = uploadedFile(ctx, input.file)
  const thumb = input.thumb && uploadedFile(ctx, input.thumb)
  const thumbSize = thumb && imageSize(readFile(world, thumb, 0, PICTURE_HEAD))
  const named = input.attributes.some((a) => a._ === 'documentAttributeFilename')
  const fileName = 'name' in input.file ? input.file.name : ''
  const document: Document = {
    id: file.id,
    file: file.id,
    date: world.seconds(),
    mimeType: input.mimeType || 'application/octet-stream',
    attributes:
      named || !fileName
        ? input.attributes
        : [...input.attributes, { _: 'documentAttributeFilename', fileName }],
    thumb: thumb && thumbSize && { file: thumb.id, ...thumbSize },
  }
  world.state.files.documents.set(document.id, document)
  return document
}

function knownDocument(ctx: UserContext, input: tl.InputDocument): Document {
  if (input._ === 'inputDocumentEmpty') throw badRequest('DOCUMENT_INVALID')
  requireFile(ctx, input)
  const document = ctx.world.state.files.documents.get(input.id)
  if (!document) throw badRequest('DOCUMENT_INVALID')
  return document
}

interface MediaOptions {
  spoiler?: boolean | undefined
  ttlSeconds?: number | undefined
}

function photoMedia(ctx: UserContext, photo: Photo, options: MediaOptions): tl.messageMediaPhoto {
  return {
    _: 'messageMediaPhoto',
    photo: photoObject(ctx.world, photo),
    spoiler: options.spoiler || undefined,
    ttlSeconds: options.ttlSeconds,
  }
}

function documentMedia(ctx: UserContext, document: Document, options: MediaOptions): tl.messageMediaDocument {
  const video = document.attributes.find((a) => a._ === 'documentAttributeVideo')
  const audio = document.attributes.find((a) => a._ === 'documentAttributeAudio')
  return {
    _: 'messageMediaDocument',
    document: documentObject(ctx.world, document),
    video: video !== undefined || undefined,
    round: video?.roundMessage,
    voice: audio?.voice,
    spoiler: options.spoiler || undefined,
    ttlSeconds: options.ttlSeconds,
  }
}

/** @throws RpcError MEDIA_INVALID */
function geoPoint(input: tl.InputGeoPoint): tl.GeoPoint {
  if (input._ === 'inputGeoPointEmpty') throw badRequest('MEDIA_INVALID')
  const { lat, long, accuracyRadius } = input
  if (!(Math.abs(lat) <= 90 && Math.abs(long) <= 180)) throw badRequest('MEDIA_INVALID')
  return { _: 'geoPoint', lat, long, accessHash: 0n, accuracyRadius }
}

/** How many faces each of Telegram's dice has. */
const faces: Record<string, number> = { '🎲': 6, '🎯': 6, '🎳': 6, '🏀': 5, '⚽': 5, '🎰': 64 }

function diceValue(ctx: UserContext, emoticon: string): number {
  const count = faces[emoticon.replace('\ufe0f', '')]
  if (count === undefined) throw badRequest('EMOTICON_INVALID')
  return 1 + ((ctx.world.random(1)[0] ?? 0) % count)
}
