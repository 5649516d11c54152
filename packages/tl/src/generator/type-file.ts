// Writes the TypeScript types of a schema: everything in `export declare namespace tl`, names as in the schema.

import { camelCase, type TlDefinition, type TlField, type TlType } from '../schema/schema.ts'
import { isPrimitive, type SchemaModel, visibleFields } from './analysis.ts'
import { docComment, plainText } from './docs.ts'

export interface TypeFileOptions {
  readonly docs: boolean
  /** The texts of the errors that methods answer, by name. */
  readonly errorTexts: ReadonlyMap<string, string>
}

const PRIMITIVES: Readonly<Record<string, string>> = {
  int: 'number',
  int53: 'number',
  double: 'number',
  long: 'bigint',
  string: 'string',
  bytes: 'Uint8Array',
  int128: 'Uint8Array',
  int256: 'Uint8Array',
  Bool: 'boolean',
  true: 'true',
}

/** Words that TypeScript does not take for the name of an interface. */
const RESERVED = new Set(
  (
    'any as async await bigint boolean break case catch class const continue debugger default delete do else enum export ' +
    'extends false finally for function if implements import in instanceof interface let never new null number object ' +
    'package private protected public return static string super switch symbol this throw true try type typeof undefined ' +
    'unknown var void while with yield'
  ).split(' '),
)

/** `messages.dialogs` as a reference to its generated type. */
export function typeReference(name: string): string {
  const space = namespaceOf(name)
  return `tl.${space === '' ? '' : `${space}.`}${localName(name)}`
}

/** A type as TypeScript; `tl.` is in front of names of the schema. */
export function typescriptType(type: TlType): string {
  switch (type.kind) {
    case 'primitive':
      return PRIMITIVES[type.name] ?? 'never'
    case 'vector': {
      const item = typescriptType(type.item)
      return item.includes(' ') ? `(${item})[]` : `${item}[]`
    }
    case 'call':
      return 'Uint8Array | tl.RpcCall'
    case 'any':
      return 'unknown'
    case 'boxed':
    case 'bare':
      return typeReference(type.name)
  }
}

export function typeFile(model: SchemaModel, options: TypeFileOptions): string {
  const constructors = model.coded.filter((definition) => definition.kind === 'constructor')
  const methods = model.coded.filter((definition) => definition.kind === 'method')
  const spaces = new Map<string, string[]>()
  const add = (name: string, text: string): void => {
    const space = namespaceOf(name)
    const texts = spaces.get(space) ?? []
    spaces.set(space, texts)
    texts.push(text)
  }
  for (const definition of constructors) add(definition.name, interfaceText(definition, options))
  for (const [name, members] of model.types) {
    const comment = options.docs ? docComment([docText(model.schema.typeComments.get(name))], '  ') : ''
    const union = members.map((member) => `${typeReference(member.name)}`).join(' | ')
    add(name, `${comment}  type ${localName(name)} = ${union}\n`)
  }
  for (const definition of methods) add(definition.name, interfaceText(definition, options))
  let text = 'export declare namespace tl {\n'
  text += `  type TlObject = ${constructors.map((definition) => `${typeReference(definition.name)}`).join(' | ') || 'never'}\n`
  text += "  type RpcCall = RpcMethods[keyof RpcMethods]['params']\n\n"
  text += methodMap(methods)
  text += apiInterface(methods, options)
  for (const [space, texts] of spaces) {
    text +=
      space === ''
        ? texts.join('')
        : `  namespace ${space} {\n${texts.join('').replace(/^(?=.)/gm, '  ')}  }\n`
  }
  return `${text}}\n\nexport type TlObject = tl.TlObject\nexport type RpcCall = tl.RpcCall\nexport type RpcMethods = tl.RpcMethods\nexport type Api<Options = unknown> = tl.Api<Options>\n`
}

function namespaceOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('.')))
}

function localName(name: string): string {
  const local = name.slice(name.lastIndexOf('.') + 1)
  return RESERVED.has(local) ? `${local}_` : local
}

function docText(comment: string | undefined): string | undefined {
  return comment === undefined ? undefined : plainText(comment)
}

function interfaceText(definition: TlDefinition, options: TypeFileOptions): string {
  const page = definition.kind === 'method' ? 'method' : 'constructor'
  const comment = options.docs
    ? docComment(
        [
          docText(definition.comment),
          definition.comment && `https://core.telegram.org/${page}/${definition.name}`,
        ],
        '  ',
      )
    : ''
  const fields = visibleFields(definition).map((field) => fieldText(field, options))
  return `${comment}  interface ${localName(definition.name)} {\n    _: '${definition.name}'\n${fields.join('')}  }\n`
}

function fieldText(field: TlField, options: TypeFileOptions): string {
  const comment = options.docs ? docComment([docText(field.comment)], '    ') : ''
  // A flag without a value is absent or true when read; programs may write false for it.
  const type = isPrimitive(field.type, 'true') ? 'boolean' : typescriptType(field.type)
  return field.condition
    ? `${comment}    ${field.key}?: ${type} | undefined\n`
    : `${comment}    ${field.key}: ${type}\n`
}

function methodMap(methods: readonly TlDefinition[]): string {
  const lines = methods.map(
    (method) =>
      `    '${method.name}': { params: ${typeReference(method.name)}; result: ${typescriptType(method.result)} }\n`,
  )
  return `  interface RpcMethods {\n${lines.join('')}  }\n\n`
}

/** Every method as a function of its parameters, for the call style `api.messages.sendMessage({ … })`. */
function apiInterface(methods: readonly TlDefinition[], options: TypeFileOptions): string {
  const spaces = new Map<string, string[]>()
  for (const method of methods) {
    const space = namespaceOf(method.name)
    const texts = spaces.get(space) ?? []
    spaces.set(space, texts)
    texts.push(methodText(method, options))
  }
  let text = '  interface Api<Options = unknown> {\n'
  for (const [space, texts] of spaces) {
    if (space === '') text += texts.join('')
    else text += `    ${camelCase(space)}: {\n${texts.join('').replace(/^(?=.)/gm, '  ')}    }\n`
  }
  return `${text}  }\n\n`
}

function methodText(method: TlDefinition, options: TypeFileOptions): string {
  const fields = visibleFields(method)
  const optional = fields.every((field) => field.condition) ? '?' : ''
  const callers = method.available && {
    user: 'For users only.',
    bot: 'For bots only.',
    both: 'For users and bots.',
  }
  const comment = options.docs
    ? docComment(
        [
          docText(method.comment),
          callers && method.available && callers[method.available],
          ...method.throws.map(
            (name) => `@throws RpcError ${name}${described(options.errorTexts.get(name))}`,
          ),
        ],
        '    ',
      )
    : ''
  const result = typescriptType(method.result)
  return `${comment}    ${method.name.slice(method.name.lastIndexOf('.') + 1)}(params${optional}: Omit<${typeReference(method.name)}, '_'>, options?: Options): Promise<${result}>\n`
}

function described(text: string | undefined): string {
  return text === undefined ? '' : `: ${plainText(text)}`
}
