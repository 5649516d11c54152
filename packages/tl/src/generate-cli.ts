// `npm run generate [-- --schema FILE]`: writes the generated folders of all rooms from the schema that the schema
// package ships, or from FILE (.json in the same form, anything else is TL text). Files that would not change are left
// alone, so that nothing is compiled again for them.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { TlError } from './errors.ts'
import { parseErrorList } from './generator/error-file.ts'
import { generate, withCommentsFrom } from './generator/generate.ts'
import { parseSchemaJson } from './schema/parse-json.ts'
import { parseTl } from './schema/parse-text.ts'
import type { TlSchema } from './schema/schema.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))

try {
  const { values } = parseArgs({ options: { schema: { type: 'string' } } })
  run(values.schema)
} catch (error) {
  if (!(error instanceof TlError || (error instanceof Error && 'code' in error))) throw error
  console.error(`generate: ${error.message}`)
  process.exitCode = 1
}

function run(schemaPath: string | undefined): void {
  const published = createRequire(join(root, 'package.json'))
  const shipped = parseSchemaJson(published('@mtcute/core/tl/api-schema.json'))
  const api = schemaPath === undefined ? shipped : readSchema(schemaPath, shipped)
  const mtproto = parseTl(readFileSync(join(root, 'packages/mtproto/schema/mtproto.tl'), 'utf8'))
  const errors = parseErrorList(published('@mtcute/core/tl/raw-errors.json'))
  let written = 0
  for (const [path, text] of generate({ api, mtproto, errors }))
    if (writeIfChanged(join(root, path), text)) written++
  console.log(
    `layer ${api.layer}: ${api.constructors.length} constructors, ${api.methods.length} methods; ` +
      (written === 0 ? 'nothing changed' : `${written} files written`),
  )
}

function readSchema(path: string, documented: TlSchema): TlSchema {
  const text = readFileSync(path, 'utf8')
  try {
    const schema = path.endsWith('.json') ? parseSchemaJson(JSON.parse(text)) : parseTl(text)
    if (schema.layer !== undefined) return withCommentsFrom(schema, documented)
  } catch (error) {
    if (!(error instanceof TlError || error instanceof SyntaxError)) throw error
    throw new TlError('TL_SCHEMA', `${path}: ${error.message}`)
  }
  throw new TlError(
    'TL_SCHEMA',
    `${path}: expected the layer, as "l" in JSON or as a comment // LAYER n in TL`,
  )
}

function writeIfChanged(path: string, text: string): boolean {
  try {
    if (readFileSync(path, 'utf8') === text) return false
  } catch {
    // The file is not there yet.
  }
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  return true
}
