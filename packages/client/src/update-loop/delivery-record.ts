/** Updates as bytes, for the log and for those that were parked: what is read is what was delivered. */
import { StorageError } from '../storage/error.ts'
import { decodeValue, encodeValue } from '../storage/value-codec.ts'
import type { EventFacts } from './event-facts.ts'
import type { Update } from './handlers.ts'

export interface DeliveryRecord {
  readonly update: Update
  /** What was known of earlier messages when the update came. */
  readonly facts: EventFacts
  /** What the handler threw, for one that was parked. */
  readonly error?: { readonly name: string; readonly message: string } | undefined
}

const VERSION = 1

export function encodeDelivery({ update, facts, error }: DeliveryRecord): Uint8Array {
  const chats = facts.chats === undefined ? undefined : [...facts.chats]
  // Its place in the sequence is of no use to whoever reads it later.
  const kept = { ...update, position: undefined }
  return encodeValue({ version: VERSION, update: kept, chats, content: facts.content, error })
}

/** @throws StorageError `STORAGE_RECORD_CORRUPT` if the bytes are no update, or of a version to come. */
export function decodeDelivery(bytes: Uint8Array): DeliveryRecord {
  let value: unknown
  try {
    value = decodeValue(bytes)
  } catch (cause) {
    throw new StorageError('STORAGE_RECORD_CORRUPT', 'a stored update cannot be read', { cause })
  }
  if (!isRecord(value)) throw new StorageError('STORAGE_RECORD_CORRUPT', 'a stored update is none')
  const { update, chats, content, error } = value
  return { update: { ...update, position: undefined }, facts: { chats: new Map(chats), content }, error }
}

interface Stored {
  readonly version: 1
  readonly update: Update
  readonly chats?: readonly (readonly [number, { kind: 'user' | 'chat' | 'channel'; id: number }])[]
  readonly content?: string
  readonly error?: { readonly name: string; readonly message: string }
}

/** The store vouches for the bytes being ours; this is for other versions. */
function isRecord(value: unknown): value is Stored {
  if (typeof value !== 'object' || value === null || !('version' in value && 'update' in value)) return false
  const { version, update } = value
  if (version !== VERSION || typeof update !== 'object' || update === null) return false
  if (!('id' in update && 'type' in update && typeof update.id === 'string')) return false
  const { type } = update
  return type === 'gap' || type === 'channelLost' || (type === 'update' && 'update' in update)
}
