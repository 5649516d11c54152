/** A QR code as lines of half blocks, two rows of it in each. */
import { renderUnicodeCompact } from 'uqr'

/** Bright white on black, whatever colours the terminal has: not every camera reads a code with its colours exchanged. */
const COLOURS = '\u001b[97;40m'
const PLAIN = '\u001b[0m'

/** @param colours without them the code is drawn in the terminal's own, and readable where text is light on dark. */
export function qrPicture(text: string, colours: boolean): string {
  const picture = renderUnicodeCompact(text, { border: 1 })
  if (!colours) return picture
  return picture
    .split('\n')
    .map((line) => `${COLOURS}${line}${PLAIN}`)
    .join('\n')
}
