// Writes the decoders: one function per type, which tells constructors apart by id, and one per constructor. Every call
// goes to one known function and every object of a constructor is built at one place, so that the engine can compile
// each to straight code. Nothing runs when the module is loaded.

import { BOOL_FALSE_ID, BOOL_TRUE_ID, VECTOR_ID } from '../reader.ts'
import { leastSize } from '../schema/least-size.ts'
import { formatType, type TlDefinition, type TlField, type TlType } from '../schema/schema.ts'
import { identifier, isPrimitive, type SchemaModel, visibleFields } from './analysis.ts'
import { typeReference, typescriptType } from './type-file.ts'

/** A switch over more ids than this is split in halves first: engines walk through long ones case by case. */
const SWITCH_CASES = 8
/** Constructors up to this many fields, none of them conditional, are built in place. */
const INLINE_FIELDS = 4

const PRIMITIVES: Readonly<Record<string, string>> = {
  int: 'r.int()',
  int53: 'r.int53()',
  double: 'r.double()',
  long: 'r.long()',
  string: 'r.string()',
  bytes: 'r.bytes()',
  int128: 'r.raw(16)',
  int256: 'r.raw(32)',
  Bool: 'r.bool()',
}

/** What the functions written so far call and what must therefore be written as well. */
export interface ReaderScope {
  readonly model: SchemaModel
  readonly vectors: Map<string, { type: Extract<TlType, { kind: 'vector' }>; item: string }>
  readonly bare: Set<TlDefinition>
}

export function readerFile(model: SchemaModel, options: { readonly methods: boolean }): string {
  const scope: ReaderScope = { model, vectors: new Map(), bare: new Set() }
  const known = options.methods
    ? model.coded
    : model.coded.filter((definition) => definition.kind === 'constructor')
  let text =
    "import { TlReader, unknownConstructor } from '@telegram-mt/tl'\nimport type { tl } from './types.ts'\n\n"
  for (const definition of known) if (!isInline(definition)) text += constructorReader(definition, scope)
  for (const [name, members] of model.types) text += unionReader(name, members, scope)
  text += objectReader(known, scope)
  for (const method of model.schema.methods) resultReader(method.result, scope)
  for (const [name, { type, item }] of scope.vectors) {
    const size = leastSize(type.item, model.constructorNamed)
    text += `export function ${name}(r: TlReader): ${typescriptType(type)} {\n`
    text += `  const items: ${typescriptType(type)} = []\n`
    text += `  for (let n = r.${type.bare ? 'count' : 'vectorCount'}(${size}); n > 0; n--) items.push(${item})\n`
    text += '  return items\n}\n'
  }
  for (const definition of scope.bare) if (isInline(definition)) text += constructorReader(definition, scope)
  return text
}

/** The name of a function that reads a method's result. */
export function resultReader(type: TlType, scope: ReaderScope): string {
  if (type.kind === 'any') return 'readAny'
  const call = readCall(type, scope)
  const named = /^(\w+)\(r\)$/.exec(call)
  return named?.[1] ?? `(r: TlReader) => ${call}`
}

function readCall(type: TlType, scope: ReaderScope): string {
  switch (type.kind) {
    case 'primitive':
      return PRIMITIVES[type.name] ?? 'undefined'
    case 'boxed':
      return `read_${identifier(type.name)}(r)`
    case 'bare': {
      const definition = scope.model.constructorNamed(type.name)
      scope.bare.add(definition)
      return `read_${identifier(definition.name)}(r)`
    }
    case 'any':
    case 'call':
      return 'readAny(r)'
    case 'vector': {
      const name = `read_${identifier(formatType(type)).replace(/\W+/g, '_')}`
      if (!scope.vectors.has(name)) scope.vectors.set(name, { type, item: readCall(type.item, scope) })
      return `${name}(r)`
    }
  }
}

function isInline(definition: TlDefinition): boolean {
  return (
    definition.fields.length <= INLINE_FIELDS &&
    definition.fields.every((field) => !isPrimitive(field.type, '#'))
  )
}

function literal(definition: TlDefinition, scope: ReaderScope): string {
  const fields = definition.fields.map((field) => `, ${field.key}: ${readCall(field.type, scope)}`)
  return `{ _: '${definition.name}'${fields.join('')} }`
}

function constructorReader(definition: TlDefinition, scope: ReaderScope): string {
  let text = `function read_${identifier(definition.name)}(r: TlReader): ${typeReference(definition.name)} {\n`
  if (isInline(definition)) return `${text}  return ${literal(definition, scope)}\n}\n`
  const fields = visibleFields(definition)
  for (const field of definition.fields) text += localRead(field, scope)
  const always = fields.filter((field) => !field.condition).map((field) => `, ${field.key}: $${field.key}`)
  text += `  const o: ${typeReference(definition.name)} = { _: '${definition.name}'${always.join('')} }\n`
  for (const field of fields) {
    if (!field.condition) continue
    const bit = `$${field.condition.flags} & ${2 ** field.condition.bit}`
    text += isPrimitive(field.type, 'true')
      ? `  if (${bit}) o.${field.key} = true\n`
      : `  if ($${field.key} !== undefined) o.${field.key} = $${field.key}\n`
  }
  return `${text}  return o\n}\n`
}

/** Fields are read into locals in the order of the wire; the object is built when all are there. */
function localRead(field: TlField, scope: ReaderScope): string {
  if (isPrimitive(field.type, '#')) return `  const $${field.name} = r.uint()\n`
  if (isPrimitive(field.type, 'true')) return ''
  const read = readCall(field.type, scope)
  if (!field.condition) return `  const $${field.key} = ${read}\n`
  return `  const $${field.key} = $${field.condition.flags} & ${2 ** field.condition.bit} ? ${read} : undefined\n`
}

function unionReader(name: string, members: readonly TlDefinition[], scope: ReaderScope): string {
  const reader = `read_${identifier(name)}`
  const guarded = scope.model.guarded.has(name)
  let text = ''
  if (guarded) {
    text += `export function ${reader}(r: TlReader): ${typeReference(name)} {\n`
    text += `  r.enter()\n  const o = ${reader}$(r)\n  r.leave()\n  return o\n}\n`
  }
  text += `${guarded ? '' : 'export '}function ${reader}${guarded ? '$' : ''}(r: TlReader): ${typeReference(name)} {\n`
  text += `  const id = r.int()\n${idSwitch(members, scope, '  ')}`
  return `${text}  return unknownConstructor('${name}', id, r.pos - 4)\n}\n`
}

function idSwitch(members: readonly TlDefinition[], scope: ReaderScope, indent: string): string {
  const sorted = [...members].sort((a, b) => (a.id | 0) - (b.id | 0))
  if (sorted.length > SWITCH_CASES) {
    const middle = sorted.length >> 1
    const lower = idSwitch(sorted.slice(0, middle), scope, `${indent}  `)
    const upper = idSwitch(sorted.slice(middle), scope, `${indent}  `)
    return `${indent}if (id < ${(sorted[middle]?.id ?? 0) | 0}) {\n${lower}${indent}} else {\n${upper}${indent}}\n`
  }
  let text = `${indent}switch (id) {\n`
  for (const member of sorted) {
    const value = isInline(member) ? literal(member, scope) : `read_${identifier(member.name)}(r)`
    text += `${indent}  case ${member.id | 0}: return ${value}\n`
  }
  return `${text}${indent}}\n`
}

/** Reading what may be anything is rare, so its table is built when it is first asked for. */
function objectReader(known: readonly TlDefinition[], scope: ReaderScope): string {
  const type = known.some((definition) => definition.kind === 'method')
    ? 'tl.TlObject | tl.RpcCall'
    : 'tl.TlObject'
  let text = 'let readers: Map<number, (r: TlReader) => unknown> | undefined\n'
  text += 'function readerTable(): Map<number, (r: TlReader) => unknown> {\n'
  text += '  const table = new Map<number, (r: TlReader) => unknown>()\n'
  for (const definition of known) {
    const inline = isInline(definition)
    const read = inline ? `(r) => (${literal(definition, scope)})` : `read_${identifier(definition.name)}`
    text += `  table.set(${definition.id | 0}, ${read})\n`
  }
  text += '  return table\n}\n'
  text += `/** Reads any object of the schema. */\nexport function readObject(r: TlReader): ${type} {\n`
  text += '  readers ??= readerTable()\n  const id = r.int()\n  const read = readers.get(id)\n'
  text += "  if (!read) return unknownConstructor('an object', id, r.pos - 4)\n"
  text += `  r.enter()\n  const o = read(r) as ${type}\n  r.leave()\n  return o\n}\n`
  text += `/** Reads whatever stands there: a Bool, a vector of objects or an object. */\nexport function readAny(r: TlReader): ${type} | boolean | unknown[] {\n`
  text += '  const id = r.peekUint() | 0\n'
  text += `  if (id === ${BOOL_TRUE_ID | 0} || id === ${BOOL_FALSE_ID | 0}) return r.bool()\n`
  text += `  if (id !== ${VECTOR_ID}) return readObject(r)\n`
  text += '  r.enter()\n  const items = r.vector(readAny)\n  r.leave()\n  return items\n}\n'
  return text
}
