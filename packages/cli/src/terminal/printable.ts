/**
 * Text from elsewhere (names, titles, messages) as a terminal may be given it: nobody's name moves the cursor or rings the
 * bell. Lines stay lines, everything else that is no character becomes a visible stand-in.
 */

export function printable(text: string): string {
  let shown = ''
  for (const char of text.replaceAll('\r\n', '\n').replaceAll('\t', '  ')) shown += standIn(char)
  return shown
}

/** On one line. */
export const printableLine = (text: string): string => printable(text).replaceAll('\n', ' ')

/** Line separators, and the marks that turn the direction of all that follows. */
const disorderly = /[\u2028\u2029\u202a-\u202e\u2066-\u2069]/

function standIn(char: string): string {
  const code = char.charCodeAt(0)
  if (char === '\n' || (code >= 0x20 && code < 0x7f)) return char
  // U+2400 and on are pictures of the control characters.
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  return code < 0xa0 || disorderly.test(char) ? '\ufffd' : char
}
