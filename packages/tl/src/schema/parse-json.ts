// Reads schemas in the JSON form that the npm package @mtcute/core ships (`tl/api-schema.json`): an object with the
// layer `l`, entries `e` and comments on types `u`, or just an array of entries. The documentation of Telegram's API
// comes with it as comments.

import { TlError } from '../errors.ts'
import { makeField } from './parse-text.ts'
import { parseType } from './parse-type.ts'
import type { TlDefinition, TlField, TlSchema, TlType } from './schema.ts'

/** Entries that the schema package adds for itself; no server knows them. */
const FOREIGN = /^mtcute\./

/**
 * @param json the parsed file
 * @throws TlError TL_SCHEMA naming the entry and what was expected there
 */
export function parseSchemaJson(json: unknown): TlSchema {
  const file = Array.isArray(json) ? { e: json } : record(json, 'the schema')
  const entries = array(file.e, 'the entries "e"')
  const definitions = entries
    .map((entry, index) => parseEntry(entry, index))
    .filter((definition) => !FOREIGN.test(definition.name))
  const seen = new Set<string>()
  for (const { kind, name, id } of definitions) {
    for (const key of [`${kind} ${name}`, `id ${id}`]) {
      if (seen.has(key)) throw new TlError('TL_SCHEMA', `${name} repeats a name or id`)
      seen.add(key)
    }
  }
  return {
    layer: file.l === undefined ? undefined : integer(file.l, 'the layer "l"'),
    constructors: definitions.filter((definition) => definition.kind === 'constructor'),
    methods: definitions.filter((definition) => definition.kind === 'method'),
    typeComments: new Map(
      Object.entries(file.u === undefined ? {} : record(file.u, 'the comments "u"')).map(
        ([name, comment]) => [name, string(comment, `the comment on ${name}`)],
      ),
    ),
  }
}

function parseEntry(entry: unknown, index: number): TlDefinition {
  const given = record(entry, `entry ${index}`)
  const name = string(given.name, `the name of entry ${index}`)
  const kind = given.kind === 'class' ? 'constructor' : given.kind === 'method' ? 'method' : undefined
  if (!kind) throw new TlError('TL_SCHEMA', `${name}: expected the kind "class" or "method"`)
  const generics = optionalArray(given.generics, `the generics of ${name}`).map((generic) =>
    string(record(generic, `a generic of ${name}`).name, `the name of a generic of ${name}`),
  )
  const ownerType = string(given.type, `the type of ${name}`)
  const fields: TlField[] = []
  for (const argument of array(given.arguments, `the arguments of ${name}`)) {
    fields.push(parseArgument(argument, name, ownerType, generics, fields))
  }
  return {
    kind,
    name,
    id: integer(given.id, `the id of ${name}`),
    fields,
    result: modified(parseType(ownerType, generics), given.typeModifiers, name),
    comment: optionalString(given.comment, `the comment of ${name}`),
    throws: optionalArray(given.throws, `the errors of ${name}`).map((error) =>
      string(record(error, `an error of ${name}`).name, `the name of an error of ${name}`),
    ),
    available:
      given.available === 'user' || given.available === 'bot' || given.available === 'both'
        ? given.available
        : undefined,
  }
}

function parseArgument(
  argument: unknown,
  owner: string,
  ownerType: string,
  generics: readonly string[],
  before: readonly TlField[],
): TlField {
  const given = record(argument, `an argument of ${owner}`)
  const name = string(given.name, `the name of an argument of ${owner}`)
  const where = `${owner}.${name}`
  const modifiers =
    given.typeModifiers === undefined ? {} : record(given.typeModifiers, `the modifiers of ${where}`)
  const predicate = optionalString(modifiers.predicate, `the predicate of ${where}`)
  const condition = predicate === undefined ? undefined : /^(\w+)\.(\d+)$/.exec(predicate)
  if (condition === null) throw new TlError('TL_SCHEMA', `${where}: expected a predicate like flags.3`)
  return makeField({
    name,
    type: modified(parseType(string(given.type, `the type of ${where}`), generics), modifiers, where),
    flags: condition?.[1],
    bit: condition?.[2],
    owner,
    ownerType,
    before,
    comment: optionalString(given.comment, `the comment of ${where}`),
  })
}

function modified(type: TlType, modifiers: unknown, where: string): TlType {
  if (modifiers === undefined) return type
  const given = record(modifiers, `the modifiers of ${where}`)
  const item: TlType =
    given.isBareType === true && type.kind === 'boxed' ? { kind: 'bare', name: type.name } : type
  if (given.isBareVector === true) return { kind: 'vector', bare: true, item }
  return given.isVector === true ? { kind: 'vector', bare: false, item } : item
}

function expected(what: string, where: string): never {
  throw new TlError('TL_SCHEMA', `expected ${what} for ${where}`)
}

function record(value: unknown, where: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) expected('an object', where)
  return Object.fromEntries(Object.entries(value))
}

function array(value: unknown, where: string): unknown[] {
  return Array.isArray(value) ? value : expected('an array', where)
}

function optionalArray(value: unknown, where: string): unknown[] {
  return value === undefined ? [] : array(value, where)
}

function string(value: unknown, where: string): string {
  return typeof value === 'string' ? value : expected('a string', where)
}

function optionalString(value: unknown, where: string): string | undefined {
  return value === undefined ? undefined : string(value, where)
}

function integer(value: unknown, where: string): number {
  return typeof value === 'number' && value >>> 0 === value
    ? value
    : expected('an unsigned 32-bit integer', where)
}
