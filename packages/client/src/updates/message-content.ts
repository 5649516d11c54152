/**
 * What people wrote and attached, as a short digest. The server announces as an "edit" whatever changes in a message:
 * reactions, view counts, a link preview that loaded, a poll's votes. Only when this digest changes did somebody edit.
 */
import type { tl } from '../layer.ts'
import { digest } from './delivery-id.ts'

/** Names of fields that change by themselves, or from one look to the next. */
const FLEETING = new Set([
  'accessHash',
  'completions',
  'extendedMedia',
  'fileReference',
  'gameOutcome',
  'results',
  'sizes',
  'story',
  'thumbs',
  'videoSizes',
  'videoThumbs',
])

/** The same for two versions of a message if text, formatting and attachment are the same. */
export function contentOf(message: tl.message): string {
  const parts = [message.message, message.entities ?? [], mediaOf(message.media), message.richMessage]
  return digest(parts, (name) => FLEETING.has(name))
}

function mediaOf(media: tl.MessageMedia | undefined): unknown {
  switch (media?._) {
    case undefined:
    case 'messageMediaEmpty':
    // A preview of a link in the text: it comes and goes without anybody's doing.
    case 'messageMediaWebPage':
      return undefined
    case 'messageMediaPhoto':
      return ['photo', media.photo?.id, media.spoiler]
    case 'messageMediaDocument':
      return ['document', media.document?.id, media.spoiler]
    case 'messageMediaPoll':
      return ['poll', media.poll.id]
    case 'messageMediaGame':
      return ['game', media.game.id]
    default:
      return media
  }
}
