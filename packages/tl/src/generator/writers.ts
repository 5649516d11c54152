// Writes the encoders: one function per type, which tells constructors apart by name, and one per constructor or method.
// Flags are computed from the fields that are there.

import { formatType, type TlDefinition, type TlField, type TlType } from '../schema/schema.ts'
import { identifier, isPrimitive, type SchemaModel, visibleFields } from './analysis.ts'
import { typeReference, typescriptType } from './type-file.ts'

/** From here on, see `collectFlags`. */
const MANY_OPTIONAL = 10

const PRIMITIVES: Readonly<Record<string, string>> = {
  int: 'int',
  int53: 'int53',
  double: 'double',
  long: 'long',
  string: 'string',
  bytes: 'bytes',
  Bool: 'bool',
}

/** What the functions written so far call and what must therefore be written as well. */
interface Scope {
  readonly model: SchemaModel
  readonly vectors: Map<string, { type: Extract<TlType, { kind: 'vector' }>; item: string }>
  readonly bare: Set<TlDefinition>
}

export function writerFile(model: SchemaModel): string {
  const scope: Scope = { model, vectors: new Map(), bare: new Set() }
  const methods = model.coded.filter((definition) => definition.kind === 'method')
  const constructors = model.coded.filter((definition) => definition.kind === 'constructor')
  let text =
    "import { locateBadValue, TlWriter, wrongObject } from '@telegram-mt/tl'\nimport type { tl } from './types.ts'\n\n"
  for (const definition of model.coded) text += constructorWriter(definition, scope)
  for (const [name, members] of model.types) text += unionWriter(name, members)
  text += table('object', 'tl.TlObject', constructors)
  text += table('call', 'tl.RpcCall', methods)
  for (const [name, { type, item }] of scope.vectors) {
    text += `export function ${name}(w: TlWriter, items: ${typescriptType(type)}): void {\n`
    text += `  w.${type.bare ? 'count' : 'vectorHead'}(items)\n  for (let i = 0; i < items.length; i++) ${item}\n}\n`
  }
  for (const definition of scope.bare) {
    text += `function write_${identifier(definition.name)}$(w: TlWriter, o: ${typeReference(definition.name)}): void {\n`
    text += `${fieldWrites(definition, scope)}}\n`
  }
  return text
}

function writeCall(type: TlType, value: string, scope: Scope): string {
  switch (type.kind) {
    case 'primitive':
      if (type.name === 'int128') return `w.fixed(${value}, 16)`
      if (type.name === 'int256') return `w.fixed(${value}, 32)`
      return `w.${PRIMITIVES[type.name] ?? 'never'}(${value})`
    case 'boxed':
      return `write_${identifier(type.name)}(w, ${value})`
    case 'bare': {
      const definition = scope.model.constructorNamed(type.name)
      scope.bare.add(definition)
      return `write_${identifier(definition.name)}$(w, ${value})`
    }
    case 'call':
      return `${value} instanceof Uint8Array ? w.raw(${value}) : writeCall(w, ${value})`
    case 'any':
      return `w.raw(${value})`
    case 'vector': {
      const name = `write_${identifier(formatType(type)).replace(/\W+/g, '_')}`
      if (!scope.vectors.has(name)) {
        const item = writeCall(type.item, `(items[i] as ${typescriptType(type.item)})`, scope)
        scope.vectors.set(name, { type, item })
      }
      return `${name}(w, ${value})`
    }
  }
}

function constructorWriter(definition: TlDefinition, scope: Scope): string {
  const fields = visibleFields(definition)
  const parameter = fields.length === 0 ? '' : `, o: ${typeReference(definition.name)}`
  let text = `function write_${identifier(definition.name)}(w: TlWriter${parameter}): void {\n  w.int(${definition.id | 0})\n`
  text += fieldWrites(definition, scope)
  return `${text}}\n`
}

function fieldWrites(definition: TlDefinition, scope: Scope): string {
  const optional = definition.fields.filter((field) => field.condition)
  const many = optional.length > MANY_OPTIONAL
  let text = many ? collectFlags(definition, optional) : ''
  for (const field of definition.fields) {
    if (isPrimitive(field.type, '#'))
      text += many ? `  w.int($${field.name})\n` : flagsWrite(definition, field)
    else if (!isPrimitive(field.type, 'true')) text += fieldWrite(field, scope)
  }
  return text
}

/**
 * Objects with dozens of optional fields come in as many shapes as there are combinations, and asking each for every
 * field that it lacks is what engines do slowest. Those objects are asked once for what they have.
 */
function collectFlags(definition: TlDefinition, optional: readonly TlField[]): string {
  let text = ''
  for (const field of definition.fields)
    if (isPrimitive(field.type, '#')) text += `  let $${field.name} = 0\n`
  text += '  for (const key in o) {\n    switch (key.length) {\n'
  // Names are told apart by length first: a switch over many strings compares them one after the other.
  for (const length of new Set(optional.map((field) => field.key.length).sort((a, b) => a - b))) {
    text += `      case ${length}:\n`
    for (const { key, type, condition } of optional.filter((field) => field.key.length === length)) {
      const there = isPrimitive(type, 'true') ? `o.${key}` : `o.${key} != null`
      text += `        if (key === '${key}' && ${there}) $${condition?.flags} |= ${2 ** (condition?.bit ?? 0)}\n`
    }
    text += '        break\n'
  }
  return `${text}    }\n  }\n`
}

function flagsWrite(definition: TlDefinition, flags: TlField): string {
  const conditional = definition.fields.filter((field) => field.condition?.flags === flags.name)
  const bits = conditional.map(({ key, type, condition }) => {
    const there = isPrimitive(type, 'true') ? `o.${key}` : `o.${key} != null`
    return `(${there} ? ${2 ** (condition?.bit ?? 0)} : 0)`
  })
  const value = bits.length === 0 ? '0' : bits.join(' | ')
  if (conditional.every((field) => isPrimitive(field.type, 'true'))) return `  w.int(${value})\n`
  return `  const $${flags.name} = ${value}\n  w.int($${flags.name})\n`
}

function fieldWrite(field: TlField, scope: Scope): string {
  const value = `o.${field.key}`
  const { condition } = field
  if (!condition) return `  ${writeCall(field.type, value, scope)}\n`
  // The bit decides, not the field: fields that share one are there together or not at all, and a missing one fails in
  // its own write. It also spares a second look at fields that are absent, which engines find slowly.
  const present = `(${value} as ${typescriptType(field.type)})`
  return `  if ($${condition.flags} & ${2 ** condition.bit}) ${writeCall(field.type, present, scope)}\n`
}

function unionWriter(name: string, members: readonly TlDefinition[]): string {
  let text = `export function write_${identifier(name)}(w: TlWriter, o: ${typeReference(name)}): void {\n  switch (o?._) {\n`
  for (const member of members) {
    const argument = visibleFields(member).length === 0 ? '' : ', o'
    text += `    case '${member.name}': return write_${identifier(member.name)}(w${argument})\n`
  }
  return `${text}  }\n  wrongObject('${name}', o)\n}\n`
}

/** Writing what may be anything goes through a table that is built when it is first asked for. */
function table(what: 'object' | 'call', type: string, definitions: readonly TlDefinition[]): string {
  const writer = `(w: TlWriter, o: never) => void`
  const exported = what === 'object' ? 'writeObject' : 'writeCall'
  const kind = what === 'object' ? 'a constructor' : 'a method'
  let text = `let ${what}Writers: Map<string, ${writer}> | undefined\n`
  text += `function ${what}Table(): Map<string, ${writer}> {\n  const table = new Map<string, ${writer}>()\n`
  for (const definition of definitions) {
    text += `  table.set('${definition.name}', write_${identifier(definition.name)})\n`
  }
  text += '  return table\n}\n'
  text += `/** @throws TlError TL_BAD_VALUE naming the field, when a value is not what the schema says */\n`
  text += `export function ${exported}(w: TlWriter, o: ${type}): void {\n  ${what}Writers ??= ${what}Table()\n`
  text += `  const write = ${what}Writers.get(o?._)\n  if (!write) return wrongObject('${kind}', o)\n  const start = w.pos\n`
  text += '  w.enter()\n  try {\n    write(w, o as never)\n  } catch (error) {\n    w.pos = start\n'
  text += '    throw locateBadValue(error, o, write as (w: TlWriter, o: unknown) => void)\n'
  text += '  } finally {\n    w.leave()\n  }\n}\n'
  return text
}
