// Encodes and decodes the objects of any schema that is given at run time: for the box, which answers every client in
// that client's layer, and for tools. Slower than generated code, but ready at once and without a build.

import { TlError } from '../errors.ts'
import { TlReader } from '../reader.ts'
import { parseType } from '../schema/parse-type.ts'
import type { TlDefinition, TlSchema, TlType } from '../schema/schema.ts'
import { TlWriter } from '../writer.ts'
import type { TlNamed, TlObject, TlValue } from './object.ts'
import { SchemaTable } from './schema-table.ts'
import { TableReader } from './table-reader.ts'
import { TableWriter } from './table-writer.ts'

export interface TableCodecOptions {
  /**
   * Refuse objects that do not fit the schema exactly. Otherwise (the default) fields and constructors that the schema
   * does not know are left out where the schema allows it, missing required fields get zero values, and numbers and
   * bigints stand for each other where that is exact.
   */
  readonly strict?: boolean | undefined
}

export class TableCodec {
  readonly layer: number | undefined
  readonly #table: SchemaTable
  readonly #reader: TableReader
  readonly #writer: TableWriter
  readonly #types = new Map<string, TlType>()
  readonly #scratch = new TlWriter(1024)

  constructor(schema: TlSchema, options: TableCodecOptions = {}) {
    this.layer = schema.layer
    this.#table = new SchemaTable(schema)
    this.#reader = new TableReader(this.#table)
    this.#writer = new TableWriter(this.#table, options.strict !== true)
  }

  /**
   * An object or a call as bytes.
   * @throws TlError TL_UNKNOWN_NAME, TL_BAD_VALUE (naming the field), TL_TOO_LONG
   */
  encode(value: TlNamed): Uint8Array {
    this.#scratch.reset()
    this.write(this.#scratch, value)
    return this.#scratch.finish()
  }

  /** @throws TlError like `encode`; nothing stays written then */
  write(writer: TlWriter, value: TlNamed): void {
    this.#whole(writer, () => this.#writer.object(writer, value))
  }

  /**
   * The one object or call that `data` holds.
   * @throws TlError TL_UNKNOWN_CONSTRUCTOR, TL_TRUNCATED, TL_TRAILING_BYTES, …
   */
  decode(data: Uint8Array): TlObject {
    const reader = new TlReader(data)
    const value = this.read(reader)
    reader.expectEnd()
    return value
  }

  /** @throws TlError */
  read(reader: TlReader): TlObject {
    return this.#reader.object(reader)
  }

  /**
   * Writes a value of a type given as TL text (`Vector<User>`, `Bool`, `messages.Messages`; `X` for whatever it is):
   * the results of methods.
   * @throws TlError also TL_UNKNOWN_TYPE and TL_SCHEMA when the type is none
   */
  writeType(writer: TlWriter, type: string | TlType, value: unknown): void {
    const write = this.#writer.type(this.#type(type))
    this.#whole(writer, () => write(writer, value))
  }

  /** Reads a value of a type given as TL text. @throws TlError */
  readType(reader: TlReader, type: string | TlType): TlValue {
    return this.#reader.type(this.#type(type))(reader)
  }

  /** The method called `name`, with its result type; undefined when this layer has none. */
  method(name: string): TlDefinition | undefined {
    return this.#table.method(name)
  }

  /** The constructor or method called `name`. */
  definition(name: string): TlDefinition | undefined {
    return this.#table.named(name)
  }

  #type(type: string | TlType): TlType {
    if (typeof type !== 'string') return type
    const known = this.#types.get(type)
    if (known) return known
    const parsed = parseType(type, ['X'])
    this.#types.set(type, parsed)
    return parsed
  }

  #whole(writer: TlWriter, write: () => void): void {
    const start = writer.pos
    try {
      write()
    } catch (error) {
      writer.pos = start
      if (error instanceof RangeError)
        throw new TlError('TL_TOO_DEEP', 'the object to encode contains itself')
      throw error
    }
  }
}
