/** What hangs on a message, in a word or two. */
import type { tl } from 'telegram-mt'
import { sizeText } from '../terminal/size-text.ts'

/** `[report.pdf, 1.2 MB]`, `[photo]`, `[poll]`; nothing for the preview of a link. */
export function mediaText(media: tl.MessageMedia): string {
  if (media._ === 'messageMediaEmpty' || media._ === 'messageMediaWebPage') return ''
  if (media._ !== 'messageMediaDocument' || media.document?._ !== 'document')
    return `[${media._.replace(/^messageMedia/, '').toLowerCase()}]`
  const { document } = media
  return `[${fileName(document) ?? document.mimeType}, ${sizeText(document.size)}]`
}

export function fileName(document: tl.document): string | undefined {
  return document.attributes.find((attribute) => attribute._ === 'documentAttributeFilename')?.fileName
}
