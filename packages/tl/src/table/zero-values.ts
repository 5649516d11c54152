// The emptiest value of every type: what a field gets that a layer demands and the object does not have.

import { TlError } from '../errors.ts'
import type { TlDefinition, TlType } from '../schema/schema.ts'
import type { TlObject, TlValue } from './object.ts'
import type { SchemaTable } from './schema-table.ts'

export class ZeroValues {
  readonly #table: SchemaTable
  readonly #known = new Map<string, TlObject | 'looking'>()

  constructor(table: SchemaTable) {
    this.#table = table
  }

  /** @throws TlError TL_BAD_VALUE when every value of the type contains another one */
  of(type: TlType): TlValue {
    switch (type.kind) {
      case 'primitive':
        return zero(type.name)
      case 'vector':
        return []
      case 'bare':
        return this.#object(this.#table.bare(type.name))
      case 'boxed': {
        const object = this.#boxed(type.name)
        if (object) return object
      }
    }
    throw new TlError('TL_BAD_VALUE', 'expected a value, which the object lacks and which has no empty form')
  }

  /** Constructors are tried with the fewest fields first; one that leads back to its own type is of no use. */
  #boxed(name: string): TlObject | undefined {
    const known = this.#known.get(name)
    if (known) return known === 'looking' ? undefined : known
    this.#known.set(name, 'looking')
    const members = [...this.#table.membersOf(name)].sort((a, b) => demands(a) - demands(b))
    for (const member of members) {
      try {
        const object = this.#object(member)
        this.#known.set(name, object)
        return object
      } catch (error) {
        if (!(error instanceof TlError)) throw error
      }
    }
    this.#known.delete(name)
    return undefined
  }

  #object(definition: TlDefinition): TlObject {
    const object: TlObject = { _: definition.name }
    for (const field of definition.fields) {
      if (field.condition || (field.type.kind === 'primitive' && field.type.name === '#')) continue
      const value = field.type.kind === 'boxed' ? this.#boxed(field.type.name) : this.of(field.type)
      if (value === undefined)
        throw new TlError('TL_BAD_VALUE', `${definition.name}.${field.key} has no empty form`)
      object[field.key] = value
    }
    return object
  }
}

function demands(definition: TlDefinition): number {
  return definition.fields.filter((field) => !field.condition).length
}

function zero(name: string): TlValue {
  switch (name) {
    case 'long':
      return 0n
    case 'string':
      return ''
    case 'bytes':
      return new Uint8Array(0)
    case 'int128':
      return new Uint8Array(16)
    case 'int256':
      return new Uint8Array(32)
    case 'Bool':
      return false
    case 'true':
      return true
    default:
      return 0
  }
}
