// A schema made ready for looking things up: definitions by name and by id, constructors by type.

import { TlError } from '../errors.ts'
import { type TlDefinition, type TlSchema, typeName } from '../schema/schema.ts'

export class SchemaTable {
  readonly #constructors = new Map<string, TlDefinition>()
  readonly #methods = new Map<string, TlDefinition>()
  readonly #byId = new Map<number, TlDefinition>()
  readonly #types = new Map<string, TlDefinition[]>()

  constructor(schema: TlSchema) {
    for (const definition of schema.constructors) {
      this.#constructors.set(definition.name, definition)
      this.#byId.set(definition.id, definition)
      const members = this.#types.get(typeName(definition))
      if (members) members.push(definition)
      else this.#types.set(typeName(definition), [definition])
    }
    for (const definition of schema.methods) {
      this.#methods.set(definition.name, definition)
      this.#byId.set(definition.id, definition)
    }
  }

  byId(id: number): TlDefinition | undefined {
    return this.#byId.get(id)
  }

  /** The constructor or, failing that, the method of this name. */
  named(name: string): TlDefinition | undefined {
    return this.#constructors.get(name) ?? this.#methods.get(name)
  }

  method(name: string): TlDefinition | undefined {
    return this.#methods.get(name)
  }

  /** The constructors of a type. @throws TlError TL_UNKNOWN_TYPE */
  membersOf(type: string): readonly TlDefinition[] {
    const members = this.#types.get(type)
    if (!members)
      throw new TlError('TL_UNKNOWN_TYPE', `expected a type of this schema, got ${type.slice(0, 80)}`)
    return members
  }

  /** The constructor named `name` when it belongs to `type`. */
  memberNamed(type: string, name: string): TlDefinition | undefined {
    const found = this.#constructors.get(name)
    return found && typeName(found) === type ? found : undefined
  }

  /** What a bare type stands for: a constructor, or the only one of a type. */
  readonly bare = (name: string): TlDefinition => {
    const found = this.#constructors.get(name)
    if (found) return found
    const [only, ...others] = this.membersOf(name)
    if (!only || others.length > 0) {
      throw new TlError('TL_UNKNOWN_TYPE', `expected a type with one constructor for %${name}`)
    }
    return only
  }
}
