/** The filters of searches: which kind of message one looks for. */
import type { tl } from '../generated/types.ts'
import type { MessageContent } from '../world/state-message.ts'

export function matchesFilter(message: MessageContent, filter: tl.MessagesFilter, pinned: boolean): boolean {
  switch (filter._) {
    case 'inputMessagesFilterEmpty':
      return true
    case 'inputMessagesFilterPinned':
      return pinned
    case 'inputMessagesFilterUrl':
      return (
        message.entities?.some((e) => e._ === 'messageEntityUrl' || e._ === 'messageEntityTextUrl') ?? false
      )
    case 'inputMessagesFilterPhotos':
      return message.media?._ === 'messageMediaPhoto'
    case 'inputMessagesFilterVideo':
      return has(message, 'documentAttributeVideo')
    case 'inputMessagesFilterPhotoVideo':
      return message.media?._ === 'messageMediaPhoto' || has(message, 'documentAttributeVideo')
    case 'inputMessagesFilterDocument':
      return plainDocument(message)
    case 'inputMessagesFilterMusic':
      return audio(message)?.voice === undefined && audio(message) !== undefined
    case 'inputMessagesFilterVoice':
      return audio(message)?.voice === true
    case 'inputMessagesFilterGif':
      return has(message, 'documentAttributeAnimated')
    case 'inputMessagesFilterGeo':
      return message.media?._ === 'messageMediaGeo' || message.media?._ === 'messageMediaVenue'
    case 'inputMessagesFilterContacts':
      return message.media?._ === 'messageMediaContact'
    case 'inputMessagesFilterPoll':
      return message.media?._ === 'messageMediaPoll'
    case 'inputMessagesFilterChatPhotos':
      return message.action?._ === 'messageActionChatEditPhoto'
    default:
      return false
  }
}

function attributes(message: MessageContent): tl.DocumentAttribute[] {
  const media = message.media
  if (media?._ !== 'messageMediaDocument' || media.document?._ !== 'document') return []
  return media.document.attributes
}

function has(message: MessageContent, attribute: tl.DocumentAttribute['_']): boolean {
  return attributes(message).some((a) => a._ === attribute)
}

function audio(message: MessageContent): tl.documentAttributeAudio | undefined {
  return attributes(message).find((a) => a._ === 'documentAttributeAudio')
}

function plainDocument(message: MessageContent): boolean {
  if (message.media?._ !== 'messageMediaDocument') return false
  const special = ['documentAttributeVideo', 'documentAttributeAudio', 'documentAttributeAnimated'] as const
  return !special.some((a) => has(message, a))
}
