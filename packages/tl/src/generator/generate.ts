// From schemas to files: what goes into the generated folder of which room.

import { formatTl } from '../schema/format-text.ts'
import type { TlDefinition, TlField, TlSchema } from '../schema/schema.ts'
import { analyse } from './analysis.ts'
import { type ErrorList, errorFile } from './error-file.ts'
import { indexFile, methodFile } from './method-file.ts'
import { readerFile } from './readers.ts'
import { typeFile } from './type-file.ts'
import { writerFile } from './writers.ts'

const HEADER = '// Generated from the schema by `npm run generate`. Changes made here are lost.\n\n'

export interface GeneratorInput {
  readonly api: TlSchema
  readonly mtproto: TlSchema
  readonly errors: ErrorList
}

/** All generated files, by path from the root of the repository. */
export function generate(input: GeneratorInput): Map<string, string> {
  const api = analyse(withErrors(input.api, input.errors))
  const mtproto = analyse(input.mtproto)
  const errorTexts = new Map([...input.errors.errors].map(([name, error]) => [name, error.text]))
  const client = 'packages/client/src/generated'
  const core = 'packages/mtproto/src/generated'
  const box = 'packages/box/src/generated'
  const files = new Map([
    [`${client}/types.ts`, typeFile(api, { docs: true, errorTexts })],
    [`${client}/readers.ts`, readerFile(api, { methods: false })],
    [`${client}/writers.ts`, writerFile(api)],
    [`${client}/methods.ts`, methodFile(api)],
    [`${client}/errors.ts`, errorFile(input.errors)],
    [
      `${client}/index.ts`,
      `${indexFile(api)}export { type RpcErrorEntry, type RpcErrorName, rpcErrors } from './errors.ts'\n`,
    ],
    [`${core}/types.ts`, typeFile(mtproto, { docs: false, errorTexts })],
    [`${core}/readers.ts`, readerFile(mtproto, { methods: true })],
    [`${core}/writers.ts`, writerFile(mtproto)],
    [`${core}/methods.ts`, methodFile(mtproto)],
    [`${core}/ids.ts`, idFile(input.mtproto)],
    [`${core}/index.ts`, `${indexFile(mtproto)}export { ids } from './ids.ts'\n`],
    [`${box}/types.ts`, typeFile(api, { docs: false, errorTexts })],
    [`${box}/schema.ts`, schemaFile(input.api)],
  ])
  for (const [path, text] of files) files.set(path, HEADER + text)
  return files
}

/** Constructor ids by name, for what is read and written by hand. */
function idFile(schema: TlSchema): string {
  const rows = [...schema.constructors, ...schema.methods].map(({ name, id }) => `  ${name}: ${id},\n`)
  return `/** Every constructor and method of the service schema. */\nexport const ids = {\n${rows.join('')}} as const\n`
}

function schemaFile(schema: TlSchema): string {
  const text = formatTl(schema).replace(/[\\`]|\$\{/g, '\\$&')
  return `/** The layer of the types beside this file. */\nexport const schemaLayer = ${schema.layer ?? 0}\n\n/** The whole schema as TL text. */\nexport const schemaText = \`${text}\`\n`
}

/** The error list knows more about what methods answer than the schema alone. */
function withErrors(schema: TlSchema, list: ErrorList): TlSchema {
  const methods = schema.methods.map((method) => {
    const names = new Set([...method.throws, ...(list.throws.get(method.name) ?? [])])
    return { ...method, throws: [...names].sort() }
  })
  return { ...schema, methods }
}

/** A schema read from TL text has no documentation; what another one says about the same names serves it. */
export function withCommentsFrom(schema: TlSchema, documented: TlSchema): TlSchema {
  const known = new Map(
    [...documented.constructors, ...documented.methods].map((d) => [`${d.kind} ${d.name}`, d]),
  )
  const commented = (definition: TlDefinition): TlDefinition => {
    const source = known.get(`${definition.kind} ${definition.name}`)
    if (!source) return definition
    const field = (field: TlField): TlField => ({
      ...field,
      comment: field.comment ?? source.fields.find((other) => other.name === field.name)?.comment,
    })
    return {
      ...definition,
      fields: definition.fields.map(field),
      comment: definition.comment ?? source.comment,
      available: definition.available ?? source.available,
      throws: definition.throws.length > 0 ? definition.throws : source.throws,
    }
  }
  return {
    ...schema,
    constructors: schema.constructors.map(commented),
    methods: schema.methods.map(commented),
    typeComments: new Map([...documented.typeComments, ...schema.typeComments]),
  }
}
