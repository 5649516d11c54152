/** PEM (RFC 7468): base64 between a pair of labelled lines. */
import { CryptoError } from './crypto-error.ts'

export interface PemBlock {
  label: string
  data: Uint8Array
}

/** The first block of a text. Throws `PEM_INVALID` if there is none, or it is not base64. */
export function readPem(text: string): PemBlock {
  const begin = /-----BEGIN ([A-Z0-9 ]{1,40})-----/.exec(text)
  const label = begin?.[1]
  if (begin === null || label === undefined) throw invalid('no BEGIN line found')
  const from = begin.index + begin[0].length
  const to = text.indexOf(`-----END ${label}-----`, from)
  if (to < 0) throw invalid(`no END line for ${label} found`)
  const body = text.slice(from, to)
  if (body.includes('Proc-Type'))
    throw invalid(`this ${label} is encrypted, expected one without a passphrase`)
  return { label, data: fromBase64(body.replaceAll(/\s/g, '')) }
}

export function writePem(label: string, data: Uint8Array): string {
  const base64 = btoa(String.fromCharCode(...data))
  return `-----BEGIN ${label}-----\n${base64.replaceAll(/.{1,64}/g, '$&\n')}-----END ${label}-----\n`
}

function fromBase64(base64: string): Uint8Array {
  try {
    return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
  } catch {
    throw invalid('the text between the lines is not base64')
  }
}

function invalid(what: string): CryptoError {
  return new CryptoError('PEM_INVALID', `PEM: ${what}`)
}
