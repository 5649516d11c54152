/** Text with its marks: the form in which Telegram keeps formatting (https://core.telegram.org/api/entities). */
import type { tl } from '../layer.ts'

/** A text and what is marked in it. Offsets and lengths count UTF-16 code units, as JavaScript strings do. */
export interface FormattedText {
  text: string
  entities: tl.MessageEntity[]
}

/** Text for a message: as it is, or with marks, as `markdown` and `html` make it. */
export type TextLike = string | { text: string; entities?: tl.MessageEntity[] | undefined }

/** What `toMarkdown` and `toHtml` take: formatted text, or a message as it came. */
export type Printable = TextLike | { message: string; entities?: tl.MessageEntity[] | undefined }

export function toFormattedText(from: Printable): FormattedText {
  if (typeof from === 'string') return { text: from, entities: [] }
  return { text: 'text' in from ? from.text : from.message, entities: from.entities ?? [] }
}
