export { badValue, unknownConstructor, wrongObject } from './bad-value.ts'
export { hexId, TlError, type TlErrorCode } from './errors.ts'
export { locateBadValue } from './locate-bad-value.ts'
export { BOOL_FALSE_ID, BOOL_TRUE_ID, TlReader, VECTOR_ID } from './reader.ts'
export { computeConstructorId } from './schema/constructor-id.ts'
export { formatDefinition, formatTl } from './schema/format-text.ts'
export { parseSchemaJson } from './schema/parse-json.ts'
export { parseTl } from './schema/parse-text.ts'
export { parseType } from './schema/parse-type.ts'
export {
  camelCase,
  formatType,
  type TlCondition,
  type TlDefinition,
  type TlField,
  type TlPrimitive,
  type TlSchema,
  type TlType,
} from './schema/schema.ts'
export type { TlNamed, TlObject, TlValue } from './table/object.ts'
export { TableCodec, type TableCodecOptions } from './table/table-codec.ts'
export { TlWriter } from './writer.ts'
