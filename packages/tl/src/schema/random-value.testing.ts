// Random values of any type of a schema, for tests: the same number gives the same values.

import { type TlDefinition, type TlField, type TlSchema, type TlType, typeName } from './schema.ts'

export type Random = (below: number) => number

/** A small generator with 32 bits of state (mulberry32). */
export function seeded(seed: number): Random {
  let state = seed | 0
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000) * below)
  }
}

type RandomObject = { _: string; [key: string]: unknown }

const TEXTS = [
  '',
  'a',
  'Grüezi',
  'привет, мир',
  '👍🏽 ok',
  'x'.repeat(253),
  'é'.repeat(127),
  'z'.repeat(300),
  '日本'.repeat(90),
]

export class RandomValues {
  readonly #types = new Map<string, TlDefinition[]>()
  readonly #constructors = new Map<string, TlDefinition>()
  readonly #heights = new Map<TlDefinition, number>()
  readonly #calls: readonly TlDefinition[]

  constructor(schema: TlSchema) {
    for (const definition of schema.constructors) {
      this.#constructors.set(definition.name, definition)
      this.#types.set(typeName(definition), [...(this.#types.get(typeName(definition)) ?? []), definition])
    }
    this.#calls = schema.methods.filter((method) =>
      method.fields.every((field) => field.type.kind !== 'call'),
    )
    for (let changed = true; changed; ) {
      changed = false
      for (const definition of [...schema.constructors, ...schema.methods]) {
        const height =
          1 + Math.max(0, ...definition.fields.filter((f) => !f.condition).map((f) => this.#height(f.type)))
        if (height < (this.#heights.get(definition) ?? 1e9)) {
          this.#heights.set(definition, height)
          changed = true
        }
      }
    }
  }

  object(definition: TlDefinition, random: Random, depth = 0): RandomObject {
    const object: RandomObject = { _: definition.name }
    // Fields that share a bit are there together.
    const chosen = new Map<string, boolean>()
    const present = (field: TlField): boolean => {
      if (!field.condition) return true
      const bit = `${field.condition.flags}.${field.condition.bit}`
      const known = chosen.get(bit) ?? random(depth < 2 ? 2 : 6) === 0
      chosen.set(bit, known)
      return known
    }
    for (const field of definition.fields) {
      if (field.type.kind === 'primitive' && field.type.name === '#') continue
      if (!present(field)) continue
      // What an empty vector means where none need be, codecs disagree about; it is tested by itself.
      const least = field.condition && field.type.kind === 'vector' ? 1 : 0
      object[field.key] = this.value(field.type, random, depth + 1, least)
    }
    return object
  }

  value(type: TlType, random: Random, depth = 0, least = 0): unknown {
    switch (type.kind) {
      case 'primitive':
        return primitive(type.name, random)
      case 'vector':
        return Array.from({ length: least + random(depth > 4 ? 1 : 3) }, () =>
          this.value(type.item, random, depth + 1),
        )
      case 'call':
        return this.object(pick(this.#calls, random), random, depth + 1)
      case 'any':
        return random(2) === 0
      case 'bare':
        return this.object(
          this.#constructors.get(type.name) ?? pick(this.#types.get(type.name), random),
          random,
          depth + 1,
        )
      case 'boxed': {
        const members = this.#types.get(type.name) ?? []
        const lowest = Math.min(...members.map((member) => this.#heights.get(member) ?? 1e9))
        const small = depth > 4 ? members.filter((member) => this.#heights.get(member) === lowest) : members
        return this.object(pick(small, random), random, depth)
      }
    }
  }

  #height(type: TlType): number {
    if (type.kind !== 'boxed') return 0
    return Math.min(...(this.#types.get(type.name) ?? []).map((member) => this.#heights.get(member) ?? 1e9))
  }
}

function pick<T>(items: readonly T[] | undefined, random: Random): T {
  const item = items?.[random(items.length)]
  if (item === undefined) throw new Error('expected something to choose from')
  return item
}

function primitive(name: string, random: Random): unknown {
  const bits = (count: number) => Array.from({ length: count }, () => random(256))
  switch (name) {
    case 'int':
      return [0, 1, -1, 2 ** 31 - 1, -(2 ** 31), random(1e9)][random(6)]
    case 'int53':
      return [0, 1, -1, 2 ** 32, -(2 ** 33) - 1, 2 ** 52 - 1, random(2 ** 52)][random(7)]
    case 'long':
      return new DataView(new Uint8Array(bits(8)).buffer).getBigInt64(0) >> BigInt(random(60))
    case 'double':
      return [0, -0, 1.5, -1e300, Number.POSITIVE_INFINITY, random(1e9) / 7][random(6)]
    case 'string':
      return TEXTS[random(TEXTS.length)]
    case 'bytes':
      return new Uint8Array(bits(pick([0, 1, 3, 4, 253, 254, 300], random)))
    case 'int128':
      return new Uint8Array(bits(16))
    case 'int256':
      return new Uint8Array(bits(32))
    case 'Bool':
      return random(2) === 0
    default:
      return true
  }
}
