// Writes a schema as TL text, which `parseTl` reads back to the same schema, comments aside.

import { hexId } from '../errors.ts'
import { isInt53 } from './int53.ts'
import {
  formatType,
  type TlDefinition,
  type TlField,
  type TlSchema,
  type TlType,
  typeName,
} from './schema.ts'

export function formatTl(schema: TlSchema): string {
  const lines = schema.layer === undefined ? [] : [`// LAYER ${schema.layer}`]
  lines.push(...schema.constructors.map(formatDefinition))
  if (schema.methods.length > 0) lines.push('---functions---', ...schema.methods.map(formatDefinition))
  return `${lines.join('\n')}\n`
}

/** One definition as TL text, with its id and a semicolon. */
export function formatDefinition(definition: TlDefinition): string {
  const generic = definition.fields.some((field) => field.type.kind === 'call')
  const fields = definition.fields.map((field) => ` ${formatField(field, definition)}`).join('')
  return `${definition.name}#${hexId(definition.id)}${generic ? ' {X:Type}' : ''}${fields} = ${formatType(definition.result)};`
}

function formatField(field: TlField, owner: TlDefinition): string {
  const condition = field.condition ? `${field.condition.flags}.${field.condition.bit}?` : ''
  const obvious = isInt53(field.name, owner.name, typeName(owner))
  return `${field.name}:${condition}${formatType(obvious ? asLong(field.type) : field.type)}`
}

/** Official schemas do not know `int53`; it is written only where the reader could not tell. */
function asLong(type: TlType): TlType {
  if (type.kind === 'vector') return { ...type, item: asLong(type.item) }
  return type.kind === 'primitive' && type.name === 'int53' ? { kind: 'primitive', name: 'long' } : type
}
