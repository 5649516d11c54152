// The writing half of the table codec. Lenient writing answers clients of older layers with objects made for a newer
// one: what the schema does not know is left out where that is possible, and what it demands in addition gets a zero
// value. Strict writing refuses both.

import { badValue, wrongObject } from '../bad-value.ts'
import { TlError } from '../errors.ts'
import { formatType, type TlDefinition, type TlField, type TlType } from '../schema/schema.ts'
import type { TlWriter } from '../writer.ts'
import { isNamed } from './object.ts'
import type { SchemaTable } from './schema-table.ts'
import { ZeroValues } from './zero-values.ts'

type Write = (writer: TlWriter, value: unknown) => void

interface FieldWriter {
  readonly field: TlField
  readonly write: Write
  /** Whether a value can be written at all; what cannot be is left out. */
  readonly accepts: (value: unknown) => boolean
  /** Which of the flags this field is, or -1. */
  readonly flagsSlot: number
  /** Which of the flags this field depends on, or -1, and on which bit of it. */
  readonly condition: number
  readonly mask: number
}

interface BodyWriter {
  readonly fields: readonly FieldWriter[]
  /** The fields that set a bit of flags by being there. */
  readonly conditional: ReadonlyMap<string, FieldWriter>
}

export class TableWriter {
  readonly #table: SchemaTable
  readonly #lenient: boolean
  readonly #zeros: ZeroValues
  readonly #bodies = new Map<TlDefinition, BodyWriter>()
  readonly #types = new Map<string, Write>()

  constructor(table: SchemaTable, lenient: boolean) {
    this.#table = table
    this.#lenient = lenient
    this.#zeros = new ZeroValues(table)
  }

  /** Writes an object of any type, or a call. */
  readonly object = (writer: TlWriter, value: unknown): void => {
    if (!isNamed(value)) badValue('an object or a call', value)
    const definition = this.#table.named(value._)
    if (!definition) {
      throw new TlError(
        'TL_UNKNOWN_NAME',
        `expected a constructor or method of this schema, got ${value._.slice(0, 80)}`,
      )
    }
    this.#boxed(writer, definition, value)
  }

  /** A writer for values of `type`. */
  type(type: TlType): Write {
    const name = formatType(type)
    const known = this.#types.get(name)
    if (known) return known
    const made = this.#make(type)
    this.#types.set(name, made)
    return made
  }

  #make(type: TlType): Write {
    switch (type.kind) {
      case 'primitive':
        return primitiveWriter(type.name, this.#lenient)
      case 'call':
      case 'any':
        return this.#anything
      case 'bare': {
        const definition = this.#table.bare(type.name)
        return (writer, value) => this.#body(writer, definition, value)
      }
      case 'vector': {
        const item = this.type(type.item)
        const accepts = this.#accepts(type.item)
        return (writer, value) => {
          if (!Array.isArray(value)) return badValue('an array', value)
          const items: unknown[] = value.every(accepts) ? value : value.filter(accepts)
          if (type.bare) writer.bareVector(items, item)
          else writer.vector(items, item)
        }
      }
      case 'boxed':
        this.#table.membersOf(type.name)
        return (writer, value) => {
          if (!isNamed(value)) return badValue(type.name, value)
          const definition = this.#table.memberNamed(type.name, value._)
          if (!definition) return wrongObject(type.name, value)
          this.#boxed(writer, definition, value)
        }
    }
  }

  readonly #anything = (writer: TlWriter, value: unknown): void => {
    if (value instanceof Uint8Array) writer.raw(value)
    else if (typeof value === 'boolean') writer.bool(value)
    else if (Array.isArray(value)) this.#vector(writer, value)
    else this.object(writer, value)
  }

  #vector(writer: TlWriter, value: readonly unknown[]): void {
    writer.enter()
    try {
      writer.vector(value, this.#anything)
    } finally {
      writer.leave()
    }
  }

  #boxed(writer: TlWriter, definition: TlDefinition, value: object): void {
    writer.enter()
    try {
      writer.uint(definition.id)
      this.#body(writer, definition, value)
    } finally {
      writer.leave()
    }
  }

  #body(writer: TlWriter, definition: TlDefinition, value: unknown): void {
    if (typeof value !== 'object' || value === null) badValue(definition.name, value)
    let body = this.#bodies.get(definition)
    if (!body) {
      body = this.#makeBody(definition)
      this.#bodies.set(definition, body)
    }
    const { fields } = body
    const flags = collectFlags(body, value)
    let i = 0
    try {
      for (; i < fields.length; i++) {
        const field = fields[i] as FieldWriter
        if (field.flagsSlot >= 0) writer.int(flags[field.flagsSlot] ?? 0)
        else if (field.condition < 0 || ((flags[field.condition] ?? 0) & field.mask) !== 0) {
          this.#field(writer, field, Reflect.get(value, field.field.key))
        }
      }
    } catch (error) {
      throw inField(error, definition, fields[i] as FieldWriter)
    }
  }

  #field(writer: TlWriter, { field, write, accepts }: FieldWriter, value: unknown): void {
    const usable = !this.#lenient || (value !== undefined && value !== null && accepts(value))
    write(writer, usable ? value : this.#zeros.of(field.type))
  }

  #makeBody(definition: TlDefinition): BodyWriter {
    const flags = definition.fields.filter((field) => isFlags(field.type)).map((field) => field.name)
    const fields = definition.fields.map((field) => ({
      field,
      write: this.type(field.type),
      accepts: this.#accepts(field.type),
      flagsSlot: isFlags(field.type) ? flags.indexOf(field.name) : -1,
      condition: field.condition ? flags.indexOf(field.condition.flags) : -1,
      mask: field.condition ? 1 << field.condition.bit : 0,
    }))
    const conditional = fields.filter((field) => field.condition >= 0)
    return { fields, conditional: new Map(conditional.map((field) => [field.field.key, field])) }
  }

  /** Only objects can be unknown to a layer; any other wrong value is a mistake of the caller's and shall be reported. */
  #accepts(type: TlType): (value: unknown) => boolean {
    if (!this.#lenient || type.kind !== 'boxed') return () => true
    return (value) => !isNamed(value) || this.#table.memberNamed(type.name, value._) !== undefined
  }
}

function isFlags(type: TlType): boolean {
  return type.kind === 'primitive' && type.name === '#'
}

/** Objects are asked for what they have, which is less than what they could have. */
function collectFlags({ conditional }: BodyWriter, value: object): number[] {
  const flags: number[] = []
  if (conditional.size === 0) return flags
  for (const key in value) {
    const field = conditional.get(key)
    if (!field) continue
    const given: unknown = Reflect.get(value, key)
    if (given === undefined || given === null) continue
    if (
      field.field.type.kind === 'primitive' && field.field.type.name === 'true' ? given : field.accepts(given)
    ) {
      flags[field.condition] = (flags[field.condition] ?? 0) | field.mask
    }
  }
  return flags
}

/** Adds the field to the path of an error on its way out. */
function inField(error: unknown, definition: TlDefinition, { field }: FieldWriter): unknown {
  if (!(error instanceof TlError)) return error
  const inner = error.path
  const rest = inner === undefined ? '' : inner.slice(inner.indexOf('.'))
  const path = `${definition.name}.${field.key}${rest}`
  const message = inner === undefined ? error.message : error.message.slice(inner.length + 2)
  return new TlError(error.code, `${path}: ${message}`, undefined, path)
}

function primitiveWriter(name: string, lenient: boolean): Write {
  // A writer checks what it is given; layers disagree about 32 and 64 bits, so numbers are converted where exact.
  switch (name) {
    case 'int':
      return (writer, value) => writer.int(numeric(value, lenient) as number)
    case 'long':
      return (writer, value) =>
        writer.long((lenient && Number.isSafeInteger(value) ? BigInt(value as number) : value) as bigint)
    case 'int53':
      return (writer, value) => writer.int53(numeric(value, lenient) as number)
    case 'double':
      return (writer, value) => writer.double(value as number)
    case 'string':
      return (writer, value) => writer.string(value as string)
    case 'bytes':
      return (writer, value) => writer.bytes(value as Uint8Array)
    case 'Bool':
      return (writer, value) => writer.bool(value as boolean)
    case 'int128':
      return (writer, value) => writer.fixed(value as Uint8Array, 16)
    case 'int256':
      return (writer, value) => writer.fixed(value as Uint8Array, 32)
    default:
      return () => {}
  }
}

function numeric(value: unknown, lenient: boolean): unknown {
  return lenient && typeof value === 'bigint' ? Number(value) : value
}
