// Base64 in both alphabets, with or without padding. Strict: other characters are an error, not skipped.

import { invalid } from './portable-session.ts'

export function fromBase64(text: string): Uint8Array {
  const body = text.replace(/=+$/, '')
  if (!/^[A-Za-z0-9+/_-]*$/.test(body) || body.length % 4 === 1) throw invalid('it is not base64')
  const binary = atob(body.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}

export function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}

/** Keeps the padding, as Python does; others strip it. */
export function toBase64Url(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_')
}
