// Errors about values and objects that do not fit the schema, for both codecs. They name the place and the kinds of
// things, never the value itself: it may be a password.

import { hexId, TlError } from './errors.ts'

/** Says what was expected and what kind of thing came, never the value: it may be a password. */
export function badValue(expected: string, value: unknown): never {
  throw new TlError('TL_BAD_VALUE', `expected ${expected}, got ${kindOf(value)}`)
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return 'an array'
  if (value instanceof Uint8Array) return `${value.length} bytes`
  if (typeof value === 'number')
    return Number.isSafeInteger(value) ? 'another integer' : 'a number that is no integer'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

/** Called by encoders when an object is none of the constructors that its place takes. */
export function wrongObject(expected: string, value: unknown): never {
  const name = typeof value === 'object' && value !== null ? Reflect.get(value, '_') : undefined
  if (typeof name !== 'string') badValue(expected, value)
  throw new TlError('TL_BAD_VALUE', `expected ${expected}, got ${name.slice(0, 80)}`)
}

/** Called by decoders when an id is none of the constructors that its place takes. `offset` is where it stands. */
export function unknownConstructor(expected: string, id: number, offset: number): never {
  throw new TlError('TL_UNKNOWN_CONSTRUCTOR', `expected ${expected}, got constructor ${hexId(id)}`, offset)
}
