/** What a file is, by its first bytes or its name: enough to say a MIME type and to choose how to send it. */

const BY_EXTENSION: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  heic: 'image/heic',
  svg: 'image/svg+xml',
  mp4: 'video/mp4',
  m4v: 'video/mp4',
  mov: 'video/quicktime',
  webm: 'video/webm',
  mkv: 'video/x-matroska',
  avi: 'video/x-msvideo',
  mp3: 'audio/mpeg',
  m4a: 'audio/mp4',
  ogg: 'audio/ogg',
  oga: 'audio/ogg',
  opus: 'audio/ogg',
  flac: 'audio/flac',
  wav: 'audio/wav',
  pdf: 'application/pdf',
  zip: 'application/zip',
  gz: 'application/gzip',
  json: 'application/json',
  txt: 'text/plain',
  md: 'text/markdown',
  csv: 'text/csv',
  html: 'text/html',
  xml: 'application/xml',
  apk: 'application/vnd.android.package-archive',
  tgs: 'application/x-tgsticker',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}

export const UNKNOWN_TYPE = 'application/octet-stream'

/** The MIME type: by what is known, by the first bytes, by the name. */
export function mimeTypeOf(fileName: string, head: Uint8Array, known?: string): string {
  return known ?? byHead(head) ?? BY_EXTENSION[extensionOf(fileName)] ?? UNKNOWN_TYPE
}

function extensionOf(fileName: string): string {
  return /\.([a-z0-9]+)$/i.exec(fileName)?.[1]?.toLowerCase() ?? ''
}

function byHead(head: Uint8Array): string | undefined {
  if (starts(head, 0, 0xff, 0xd8, 0xff)) return 'image/jpeg'
  if (starts(head, 0, 0x89, 0x50, 0x4e, 0x47)) return 'image/png'
  if (text(head, 0, 'GIF8')) return 'image/gif'
  if (text(head, 0, 'RIFF') && text(head, 8, 'WEBP')) return 'image/webp'
  if (text(head, 0, 'RIFF') && text(head, 8, 'WAVE')) return 'audio/wav'
  if (text(head, 4, 'ftyp')) {
    if (text(head, 8, 'M4A')) return 'audio/mp4'
    return text(head, 8, 'qt') ? 'video/quicktime' : 'video/mp4'
  }
  if (text(head, 0, 'OggS')) return 'audio/ogg'
  if (text(head, 0, 'ID3') || starts(head, 0, 0xff, 0xfb)) return 'audio/mpeg'
  if (text(head, 0, 'fLaC')) return 'audio/flac'
  if (text(head, 0, '%PDF')) return 'application/pdf'
  return undefined
}

const starts = (head: Uint8Array, at: number, ...bytes: number[]): boolean =>
  bytes.every((byte, i) => head[at + i] === byte)

const text = (head: Uint8Array, at: number, wanted: string): boolean =>
  [...wanted].every((char, i) => head[at + i] === char.charCodeAt(0))
