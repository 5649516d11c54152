/** Text cut to the width of what it stands in. */
import stringWidth from 'string-width'

/** At most so many columns. */
export function shorten(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text
  let shown = ''
  let width = 0
  for (const { segment } of segments.segment(text)) {
    width += stringWidth(segment)
    if (width > columns - 1) break
    shown += segment
  }
  return `${shown}…`
}

/** By what people take for one character, emoji of several parts included. */
const segments = new Intl.Segmenter()
