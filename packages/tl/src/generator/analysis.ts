// What the generator must know about a schema as a whole: which constructors make up a type, where types contain
// themselves, and how many bytes a value takes at least.

import { TlError } from '../errors.ts'
import {
  type TlDefinition,
  type TlField,
  type TlPrimitive,
  type TlSchema,
  type TlType,
  typeName,
} from '../schema/schema.ts'

export interface SchemaModel {
  readonly schema: TlSchema
  /** Constructors by the name of their type, in the schema's order. */
  readonly types: ReadonlyMap<string, readonly TlDefinition[]>
  /** Types on which reading must count the nesting: at least one in every circle of types. */
  readonly guarded: ReadonlySet<string>
  /** Constructors and methods that have a codec; those around `Object` have none, they are read by hand. */
  readonly coded: readonly TlDefinition[]
  constructorNamed(name: string): TlDefinition
}

/** @throws TlError TL_SCHEMA when a field has a type that the schema does not define */
export function analyse(schema: TlSchema): SchemaModel {
  const byName = new Map(schema.constructors.map((definition) => [definition.name, definition]))
  const types = new Map<string, TlDefinition[]>()
  const constructorNamed = (name: string): TlDefinition => {
    const found = byName.get(name) ?? (types.get(name)?.length === 1 ? types.get(name)?.[0] : undefined)
    return found ?? missing(name)
  }
  const all = [...schema.constructors, ...schema.methods]
  const coded: TlDefinition[] = []
  for (const definition of schema.constructors) {
    const members = types.get(typeName(definition)) ?? []
    types.set(typeName(definition), [...members, definition])
  }
  const byHand = (definition: TlDefinition): boolean =>
    definition.kind === 'constructor' && definition.fields.some((field) => containsObject(field.type))
  const containsObject = (type: TlType): boolean => {
    if (type.kind === 'vector') return containsObject(type.item)
    if (type.kind === 'bare') return byHand(constructorNamed(type.name))
    if (type.kind === 'boxed')
      return (types.get(type.name) ?? []).some((d) => d.fields.some((f) => f.type.kind === 'any'))
    return type.kind === 'any'
  }
  for (const definition of all) if (!byHand(definition)) coded.push(definition)
  const kept = new Set(coded)
  for (const [name, members] of types) {
    const left = members.filter((definition) => kept.has(definition))
    if (left.length > 0) types.set(name, left)
    else types.delete(name)
  }
  for (const definition of coded) for (const type of typesIn(definition)) if (!types.has(type)) missing(type)
  return { schema, types, guarded: guardedTypes(types), coded, constructorNamed }
}

function missing(name: string): never {
  throw new TlError('TL_SCHEMA', `expected a definition of ${name}, which other definitions use`)
}

function itemType(type: TlType): TlType {
  return type.kind === 'vector' ? itemType(type.item) : type
}

function typesIn(definition: TlDefinition): string[] {
  return [...definition.fields.map((field) => field.type), definition.result]
    .map(itemType)
    .flatMap((type) => (type.kind === 'boxed' ? [type.name] : []))
}

/** The targets of back edges in a walk through all types: every circle passes through one of them. */
function guardedTypes(types: ReadonlyMap<string, readonly TlDefinition[]>): Set<string> {
  const guarded = new Set<string>()
  const state = new Map<string, 'open' | 'done'>()
  const visit = (name: string): void => {
    state.set(name, 'open')
    for (const definition of types.get(name) ?? []) {
      for (const field of definition.fields) {
        const type = itemType(field.type)
        if (type.kind !== 'boxed') continue
        if (state.get(type.name) === 'open') guarded.add(type.name)
        else if (!state.has(type.name)) visit(type.name)
      }
    }
    state.set(name, 'done')
  }
  for (const name of types.keys()) if (!state.has(name)) visit(name)
  return guarded
}

/** The fields that a program sees: flags are computed. */
export function visibleFields(definition: TlDefinition): TlField[] {
  return definition.fields.filter((field) => !isPrimitive(field.type, '#'))
}

export function isPrimitive(type: TlType, name: TlPrimitive): boolean {
  return type.kind === 'primitive' && type.name === name
}

/** `messages.Dialogs` as part of an identifier. */
export function identifier(name: string): string {
  return name.replaceAll('.', '_')
}
