// TL objects as bytes for a store. JSON rather than TL: what was written under one layer must be readable under the next,
// where the same constructor may have another number and other fields. What JSON does not know (64-bit integers, bytes,
// some doubles) stands in an object with the one field `$`, a name that no TL field has.

import { TelegramError } from '../errors.ts'

const LONG = 'l'
const BYTES = 'b'
const DOUBLE = 'd'

/** Absent and undefined fields are the same. @throws TelegramError `VALUE_UNFIT` for what no TL object holds. */
export function encodeValue(value: unknown): Uint8Array {
  const text = JSON.stringify(value, replace)
  if (text === undefined) throw unfit(typeof value)
  return new TextEncoder().encode(text)
}

/** @throws TelegramError `VALUE_INVALID` if the bytes are not what `encodeValue` makes. */
export function decodeValue(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes), revive)
  } catch (error) {
    if (error instanceof TelegramError) throw error
    throw invalid()
  }
}

/** `value` is what a `toJSON` of the field made of it, such as a Buffer's; the field itself is in its holder. */
function replace(this: unknown, key: string, value: unknown): unknown {
  const field: unknown = typeof this === 'object' && this !== null ? Reflect.get(this, key) : value
  switch (typeof field) {
    case 'bigint':
      return { $: LONG + String(field) }
    case 'number':
      return Number.isFinite(field) && !Object.is(field, -0) ? field : { $: DOUBLE + doubleText(field) }
    case 'object':
      if (field instanceof Uint8Array) return { $: BYTES + toBase64(field) }
      return field
    case 'function':
    case 'symbol':
      throw unfit(typeof field)
    default:
      return field
  }
}

function revive(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('$' in value)) return value
  const { $: tagged } = value
  if (typeof tagged !== 'string') throw invalid()
  const text = tagged.slice(1)
  switch (tagged[0]) {
    case LONG:
      if (!/^-?\d{1,20}$/.test(text)) throw invalid()
      return BigInt(text)
    case BYTES:
      return fromBase64(text)
    case DOUBLE:
      return Number(text)
    default:
      throw invalid()
  }
}

const doubleText = (value: number): string => (Object.is(value, -0) ? '-0' : String(value))

/** As many arguments as a call surely takes. */
const PORTION = 0x2000

function toBase64(bytes: Uint8Array): string {
  let binary = ''
  for (let at = 0; at < bytes.length; at += PORTION) {
    binary += String.fromCharCode(...bytes.subarray(at, at + PORTION))
  }
  return btoa(binary)
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}

const unfit = (what: string) => new TelegramError('VALUE_UNFIT', `a ${what} cannot be stored`)
const invalid = () => new TelegramError('VALUE_INVALID', 'these bytes hold no stored value')
