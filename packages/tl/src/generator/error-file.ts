// Writes the list of errors that Telegram documents. The texts wait inside one string until they are asked for: nobody
// pays for parsing them at start.

import { TlError } from '../errors.ts'

export interface ErrorList {
  /** Code and text by name; a name may contain `%d`. */
  readonly errors: ReadonlyMap<string, { readonly code: number; readonly text: string }>
  /** Names of errors by method. */
  readonly throws: ReadonlyMap<string, readonly string[]>
}

/** @throws TlError TL_SCHEMA when the file is not what it should be */
export function parseErrorList(json: unknown): ErrorList {
  const file = entries(json)
  const errors = new Map<string, { code: number; text: string }>()
  for (const [name, error] of entries(new Map(file).get('errors'))) {
    const given = new Map(entries(error))
    const code = given.get('code')
    const text = given.get('description') ?? ''
    if (typeof code !== 'number' || typeof text !== 'string') {
      throw new TlError('TL_SCHEMA', `expected a code and a description for the error ${name}`)
    }
    errors.set(name, { code, text })
  }
  const throws = new Map<string, string[]>()
  for (const [method, names] of entries(new Map(file).get('throws'))) {
    throws.set(method, Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [])
  }
  return { errors, throws }
}

function entries(value: unknown): [string, unknown][] {
  if (typeof value !== 'object' || value === null)
    throw new TlError('TL_SCHEMA', 'expected an object in the error list')
  return Object.entries(value)
}

export function errorFile(list: ErrorList): string {
  const names = [...list.errors.keys()].sort()
  const rows = names.map((name) => [name, list.errors.get(name)?.code, list.errors.get(name)?.text])
  let text = '/** Every error that the documentation of the API names; `%d` stands for a number. */\n'
  text += `export type RpcErrorName =\n${names.map((name) => `  | '${name}'\n`).join('')}\n`
  text +=
    'export interface RpcErrorEntry {\n  readonly name: RpcErrorName\n  readonly code: number\n  readonly text: string\n}\n\n'
  text += 'let list: ReadonlyMap<string, RpcErrorEntry> | undefined\n\n'
  text +=
    '/** The documented errors by name. */\nexport function rpcErrors(): ReadonlyMap<string, RpcErrorEntry> {\n'
  text +=
    '  list ??= new Map(\n    (JSON.parse(SOURCE) as [RpcErrorName, number, string][]).map(([name, code, text]) => [name, { name, code, text }]),\n  )\n'
  text += `  return list\n}\n\nconst SOURCE =\n  ${JSON.stringify(JSON.stringify(rows))}\n`
  return text
}
