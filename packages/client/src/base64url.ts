/** Base64 for addresses, without padding, by what every platform has. */

export function toBase64Url(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/** Undefined if the text is none; padding is taken and not missed. */
export function fromBase64Url(text: string): Uint8Array | undefined {
  const body = text.replace(/=+$/, '')
  if (!/^[\w-]*$/.test(body) || body.length % 4 === 1) return undefined
  const binary = atob(body.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}
