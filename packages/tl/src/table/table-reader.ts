// The reading half of the table codec. For every constructor and type a function is put together when it is first
// needed, so that reading itself looks nothing up but constructor ids.

import { unknownConstructor } from '../bad-value.ts'
import { BOOL_FALSE_ID, BOOL_TRUE_ID, type TlReader, VECTOR_ID } from '../reader.ts'
import { leastSize } from '../schema/least-size.ts'
import { formatType, type TlDefinition, type TlType, typeName } from '../schema/schema.ts'
import type { TlObject, TlValue } from './object.ts'
import type { SchemaTable } from './schema-table.ts'

type Read<T> = (reader: TlReader) => T

export class TableReader {
  readonly #table: SchemaTable
  readonly #bodies = new Map<TlDefinition, Read<TlObject>>()
  readonly #types = new Map<string, Read<TlValue>>()

  constructor(table: SchemaTable) {
    this.#table = table
  }

  /** Reads an object of any type, or a call. */
  readonly object = (reader: TlReader): TlObject => {
    const id = reader.uint()
    const definition = this.#table.byId(id)
    if (!definition) return unknownConstructor('an object or a call', id, reader.pos - 4)
    return this.#nested(reader, this.#body(definition))
  }

  /** A reader for values of `type`. */
  type(type: TlType): Read<TlValue> {
    const name = formatType(type)
    const known = this.#types.get(name)
    if (known) return known
    const made = this.#make(type)
    this.#types.set(name, made)
    return made
  }

  #make(type: TlType): Read<TlValue> {
    switch (type.kind) {
      case 'primitive':
        return primitiveReader(type.name)
      case 'call':
        return this.object
      case 'any':
        return this.#anything
      case 'bare':
        return this.#body(this.#table.bare(type.name))
      case 'vector': {
        const size = Math.max(1, leastSize(type.item, this.#table.bare))
        const item = this.type(type.item)
        return type.bare ? (reader) => reader.bareVector(item, size) : (reader) => reader.vector(item, size)
      }
      case 'boxed': {
        this.#table.membersOf(type.name)
        return (reader) => {
          const id = reader.uint()
          const definition = this.#table.byId(id)
          if (!definition || definition.kind === 'method' || typeName(definition) !== type.name) {
            return unknownConstructor(type.name, id, reader.pos - 4)
          }
          return this.#nested(reader, this.#body(definition))
        }
      }
    }
  }

  readonly #anything = (reader: TlReader): TlValue => {
    const id = reader.peekUint()
    if (id === BOOL_TRUE_ID || id === BOOL_FALSE_ID) return reader.bool()
    return id === VECTOR_ID
      ? this.#nested(reader, (reader) => reader.vector<TlValue>(this.#anything))
      : this.object(reader)
  }

  #nested<T>(reader: TlReader, read: Read<T>): T {
    reader.enter()
    const value = read(reader)
    reader.leave()
    return value
  }

  #body(definition: TlDefinition): Read<TlObject> {
    const known = this.#bodies.get(definition)
    if (known) return known
    // Types can contain themselves, so the readers of fields are asked for when the first object is read.
    let fields: readonly FieldReader[] | undefined
    const made = (reader: TlReader): TlObject => {
      fields ??= this.#fields(definition)
      return readFields(reader, definition.name, fields)
    }
    this.#bodies.set(definition, made)
    return made
  }

  #fields(definition: TlDefinition): readonly FieldReader[] {
    const flags = definition.fields.filter((field) => isFlags(field.type)).map((field) => field.name)
    return definition.fields.map((field) => ({
      key: field.key,
      flagsSlot: isFlags(field.type) ? flags.indexOf(field.name) : -1,
      condition: field.condition ? flags.indexOf(field.condition.flags) : -1,
      mask: field.condition ? 1 << field.condition.bit : 0,
      read: this.type(field.type),
    }))
  }
}

interface FieldReader {
  readonly key: string
  /** Which of the flags this field is, or -1. */
  readonly flagsSlot: number
  /** Which of the flags this field depends on, or -1. */
  readonly condition: number
  readonly mask: number
  readonly read: Read<TlValue>
}

function readFields(reader: TlReader, name: string, fields: readonly FieldReader[]): TlObject {
  const object: TlObject = { _: name }
  const flags: number[] = []
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i] as FieldReader
    if (field.flagsSlot >= 0) flags[field.flagsSlot] = reader.int()
    else if (field.condition < 0 || ((flags[field.condition] ?? 0) & field.mask) !== 0) {
      object[field.key] = field.read(reader)
    }
  }
  return object
}

function isFlags(type: TlType): boolean {
  return type.kind === 'primitive' && type.name === '#'
}

function primitiveReader(name: string): Read<TlValue> {
  switch (name) {
    case 'int':
      return (reader) => reader.int()
    case 'long':
      return (reader) => reader.long()
    case 'int53':
      return (reader) => reader.int53()
    case 'double':
      return (reader) => reader.double()
    case 'string':
      return (reader) => reader.string()
    case 'bytes':
      return (reader) => reader.bytes()
    case 'Bool':
      return (reader) => reader.bool()
    case 'int128':
      return (reader) => reader.raw(16)
    case 'int256':
      return (reader) => reader.raw(32)
    case '#':
      return (reader) => reader.uint()
    default:
      return () => true
  }
}
