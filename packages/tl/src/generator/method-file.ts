// Writes the method table: for every method its id and the reader of its result.

import { identifier, type SchemaModel } from './analysis.ts'
import { type ReaderScope, resultReader } from './readers.ts'

export function methodFile(model: SchemaModel): string {
  const scope: ReaderScope = { model, vectors: new Map(), bare: new Set() }
  const rows = model.schema.methods.map((method) => {
    const read = resultReader(method.result, scope)
    return { name: method.name, id: method.id, read: /^\w+$/.test(read) ? `read.${read}` : read }
  })
  let text =
    "import { TlError, type TlReader } from '@telegram-mt/tl'\nimport * as read from './readers.ts'\nimport type { tl } from './types.ts'\n\n"
  text += `/** The layer of the API that this code speaks (core.telegram.org/api/invoking#layers). */\n`
  text += `export const LAYER = ${model.schema.layer ?? 0}\n\n`
  text += 'type Row = readonly [id: number, readResult: (r: TlReader) => unknown]\n'
  text += 'let rows: Map<string, Row> | undefined\n'
  text += 'function table(): Map<string, Row> {\n  const rows = new Map<string, Row>()\n'
  for (const { name, id, read } of rows) text += `  rows.set('${name}', [${id}, ${read}])\n`
  text += '  return rows\n}\n\n'
  text += 'function row(method: string): Row {\n  rows ??= table()\n  const found = rows.get(method)\n'
  text +=
    "  if (!found) throw new TlError('TL_UNKNOWN_NAME', `expected a method, got $" +
    '{method.slice(0, 80)}`)\n'
  text += '  return found\n}\n\n'
  text +=
    'export function isMethod(name: string): name is keyof tl.RpcMethods {\n  rows ??= table()\n  return rows.has(name)\n}\n\n'
  text +=
    'export function methodNames(): (keyof tl.RpcMethods)[] {\n  rows ??= table()\n  return [...rows.keys()] as (keyof tl.RpcMethods)[]\n}\n\n'
  text += '/** The constructor id of a method. @throws TlError TL_UNKNOWN_NAME */\n'
  text += 'export function methodId(name: keyof tl.RpcMethods): number {\n  return row(name)[0]\n}\n\n'
  text += '/** Reads what a server answers to `method`. @throws TlError */\n'
  text +=
    "export function readResult<M extends keyof tl.RpcMethods>(method: M, r: TlReader): tl.RpcMethods[M]['result'] {\n"
  text += "  return row(method)[1](r) as tl.RpcMethods[M]['result']\n}\n"
  return text
}

/** The public face of a generated folder. */
export function indexFile(model: SchemaModel): string {
  const unions = ['Updates', 'Update', 'ResPQ'].filter((name) => model.types.has(name))
  let text = "export { LAYER, isMethod, methodId, methodNames, readResult } from './methods.ts'\n"
  text += `export { readAny, readObject${unions.map((name) => `, read_${identifier(name)} as read${name}`).join('')} } from './readers.ts'\n`
  text += "export { writeCall, writeObject } from './writers.ts'\n"
  text += "export type { Api, RpcCall, RpcMethods, TlObject, tl } from './types.ts'\n"
  return text
}
