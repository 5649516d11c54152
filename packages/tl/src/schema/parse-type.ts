// Type expressions of TL: `int`, `messages.Dialogs`, `Vector<long>`, `vector<%Message>`, `!X`.

import { TlError } from '../errors.ts'
import type { TlPrimitive, TlType } from './schema.ts'

const PRIMITIVES: ReadonlySet<string> = new Set<TlPrimitive>([
  'int',
  'long',
  'int53',
  'double',
  'string',
  'bytes',
  'Bool',
  'true',
  'int128',
  'int256',
  '#',
])

const MAX_LENGTH = 300
/** Deeper vectors than this exist in no schema. */
const MAX_NESTING = 8

/**
 * @param generics names of type parameters in scope, such as `X`
 * @throws TlError TL_SCHEMA
 */
export function parseType(text: string, generics: readonly string[] = [], nesting = 0): TlType {
  if (text.length > MAX_LENGTH) throw new TlError('TL_SCHEMA', `expected a type, got ${quote(text)}`)
  if (isPrimitive(text)) return { kind: 'primitive', name: text }
  if (text === 'Object' || generics.includes(text)) return { kind: 'any', name: text }
  if (text.startsWith('!')) {
    if (generics.includes(text.slice(1))) return { kind: 'call' }
    throw new TlError('TL_SCHEMA', `expected ! before a type parameter, got ${quote(text)}`)
  }
  const vector = /^([vV])ector\s*<\s*(.*?)\s*>$/s.exec(text) ?? /^([vV])ector\s+(\S+)$/.exec(text)
  if (vector) {
    if (nesting === MAX_NESTING)
      throw new TlError('TL_SCHEMA', `vectors are nested more than ${MAX_NESTING} deep`)
    const item = parseType(vector[2] ?? '', generics, nesting + 1)
    return { kind: 'vector', bare: vector[1] === 'v', item }
  }
  const name = /^(%?)((?:[a-zA-Z]\w*\.)*([a-zA-Z]\w*))$/.exec(text)
  if (!name) throw new TlError('TL_SCHEMA', `expected a type, got ${quote(text)}`)
  const bare = name[1] === '%' || /^[a-z]/.test(name[3] ?? '')
  return bare ? { kind: 'bare', name: name[2] ?? '' } : { kind: 'boxed', name: name[2] ?? '' }
}

function isPrimitive(text: string): text is TlPrimitive {
  return PRIMITIVES.has(text)
}

/** A piece of a schema for an error message, cut short. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
}
