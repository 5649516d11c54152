// Names the field that an encoder refused.

import { TlError } from './errors.ts'
import { TlWriter } from './writer.ts'

/**
 * Finds out which field an encoder stumbled over, by letting it run again over an object that notes what is looked at.
 * So encoders need not carry the names of fields along, and naming the field costs nothing until something is wrong.
 */
export function locateBadValue(
  error: unknown,
  value: object,
  write: (writer: TlWriter, value: unknown) => void,
): unknown {
  if (error instanceof RangeError) return new TlError('TL_TOO_DEEP', 'the object to encode contains itself')
  if (!(error instanceof TlError) || error.code !== 'TL_BAD_VALUE' || error.path !== undefined) return error
  let last = ''
  const watched = (inner: unknown, path: string): unknown => {
    if (typeof inner !== 'object' || inner === null || inner instanceof Uint8Array) return inner
    return new Proxy(inner, {
      get(target, key) {
        const field: unknown = Reflect.get(target, key)
        if (typeof key !== 'string' || (key === 'length' && Array.isArray(target))) return field
        last = key === '_' ? path : `${path}.${key}`
        return watched(field, last)
      },
    })
  }
  try {
    write(new TlWriter(), watched(value, String(Reflect.get(value, '_'))))
  } catch {
    return new TlError(error.code, `${last}: ${error.message}`, undefined, last)
  }
  return error
}
