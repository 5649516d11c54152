// How few bytes a value of a type can take. Vectors are checked with it: a count that cannot fit what is left is a lie.

import type { TlDefinition, TlPrimitive, TlType } from './schema.ts'

const SIZES: Readonly<Record<TlPrimitive, number>> = {
  int: 4,
  '#': 4,
  Bool: 4,
  string: 4,
  bytes: 4,
  long: 8,
  int53: 8,
  double: 8,
  true: 0,
  int128: 16,
  int256: 32,
}

/** The least number of bytes that a value of this type takes; bare constructors are asked for by `named`. */
export function leastSize(type: TlType, named: (name: string) => TlDefinition, depth = 0): number {
  if (type.kind === 'primitive') return SIZES[type.name]
  if (type.kind === 'vector') return type.bare ? 4 : 8
  if (type.kind !== 'bare' || depth > 8) return 4
  const sizes = named(type.name).fields.map((field) =>
    field.condition ? 0 : leastSize(field.type, named, depth + 1),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
