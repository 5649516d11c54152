/** Files: what a photo or document is. The bytes are kept apart, under the file's id. */
import type { tl } from '../generated/types.ts'
import { flag, integer, list, long, mapOf, type Of, optional, record, text, tlObject } from './shape.ts'

/** Bytes that were uploaded whole. */
const storedFile = record({
  id: long,
  /** The datacenter that serves it. */
  dc: integer,
  size: integer,
  /** All parts but the last are of this size. */
  partSize: integer,
  date: integer,
  /** To be fetched from the content delivery network. */
  cdn: optional(flag),
})
export type StoredFile = Of<typeof storedFile>

const photo = record({
  id: long,
  file: long,
  date: integer,
  width: integer,
  height: integer,
})
export type Photo = Of<typeof photo>

const document = record({
  id: long,
  file: long,
  date: integer,
  mimeType: text,
  attributes: list(tlObject<tl.DocumentAttribute>()),
  thumb: optional(record({ file: long, width: integer, height: integer })),
})
export type Document = Of<typeof document>

export const fileState = record({
  files: mapOf(long, storedFile),
  photos: mapOf(long, photo),
  documents: mapOf(long, document),
  /** File references given out before this second are no longer good. */
  referencesFrom: integer,
})
