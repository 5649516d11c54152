// Reads schemas in the TL language (core.telegram.org/mtproto/TL): one definition after the other, each ended by a
// semicolon, constructors first, methods after `---functions---`. The layer is given by a comment `// LAYER n`.

import { TlError } from '../errors.ts'
import { computeConstructorId } from './constructor-id.ts'
import { isInt53 } from './int53.ts'
import { parseType, quote } from './parse-type.ts'
import { camelCase, type TlDefinition, type TlField, type TlSchema, type TlType } from './schema.ts'

/** Real definitions have up to sixty. */
const MAX_FIELDS = 500

/** Definitions of the language itself; the codec knows these types. */
const BUILT_IN = new Set([
  'boolTrue',
  'boolFalse',
  'true',
  'vector',
  'int',
  'long',
  'double',
  'string',
  'bytes',
])

/**
 * @throws TlError TL_SCHEMA naming the line and what was expected there
 */
export function parseTl(text: string): TlSchema {
  const constructors: TlDefinition[] = []
  const methods: TlDefinition[] = []
  const seen = new Map<string, number>()
  let kind: TlDefinition['kind'] = 'constructor'
  for (const statement of statements(text)) {
    if (statement.section !== undefined) {
      kind = statement.section === 'functions' ? 'method' : 'constructor'
      continue
    }
    const definition = atLine(statement.line, () => parseDefinition(statement.text, kind))
    if (!definition) continue
    for (const key of [`${kind} ${definition.name}`, `id ${definition.id}`]) {
      const first = seen.get(key)
      if (first !== undefined) {
        throw new TlError(
          'TL_SCHEMA',
          `line ${statement.line}: ${definition.name} repeats the name or id of line ${first}`,
        )
      }
      seen.set(key, statement.line)
    }
    const list = kind === 'constructor' ? constructors : methods
    list.push(definition)
  }
  const layer = /\/\/[ \t]*LAYER[ \t]+(\d{1,9})\b/i.exec(text)
  return { layer: layer ? Number(layer[1]) : undefined, constructors, methods, typeComments: new Map() }
}

interface Statement {
  readonly text: string
  readonly line: number
  readonly section: string | undefined
}

/** Cuts the text into definitions and section marks, without comments, each with the line it begins on. */
function* statements(text: string): Generator<Statement> {
  const lines = withoutComments(text).split('\n')
  let open = ''
  let begin = 0
  for (const [index, content] of lines.entries()) {
    const line = index + 1
    const section = /^\s*---(\w+)---\s*$/.exec(content)
    if (section && open === '') {
      if (section[1] !== 'functions' && section[1] !== 'types') {
        throw new TlError('TL_SCHEMA', `line ${line}: expected ---types--- or ---functions---`)
      }
      yield { text: '', line, section: section[1] }
      continue
    }
    let rest = content
    for (;;) {
      const end = rest.indexOf(';')
      const piece = (end < 0 ? rest : rest.slice(0, end)).trim()
      if (open === '') begin = line
      if (piece !== '') open += open === '' ? piece : ` ${piece}`
      if (end < 0) break
      if (open !== '') yield { text: open, line: begin, section: undefined }
      open = ''
      rest = rest.slice(end + 1)
    }
  }
  if (open !== '') {
    throw new TlError('TL_SCHEMA', `line ${begin}: expected ; after ${quote(open)}, got the end of the text`)
  }
}

/** Drops comments; line ends stay, because errors name lines. */
function withoutComments(text: string): string {
  const source = text.replace(/\r\n?/g, '\n')
  let kept = ''
  let from = 0
  const comment = /\/[/*]/g
  for (let begin = comment.exec(source); begin; begin = comment.exec(source)) {
    kept += source.slice(from, begin.index)
    const block = begin[0] === '/*'
    const end = source.indexOf(block ? '*/' : '\n', comment.lastIndex)
    from = end < 0 ? source.length : block ? end + 2 : end
    kept += '\n'.repeat(source.slice(begin.index, from).split('\n').length - 1)
    comment.lastIndex = from
  }
  return kept + source.slice(from)
}

function atLine<T>(line: number, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if (error instanceof TlError) throw new TlError(error.code, `line ${line}: ${error.message}`)
    throw error
  }
}

function parseDefinition(text: string, kind: TlDefinition['kind']): TlDefinition | undefined {
  const equals = text.lastIndexOf('=')
  if (equals < 0) throw new TlError('TL_SCHEMA', `expected = and a type after ${quote(text)}`)
  const head = text.slice(0, equals).trim()
  const resultText = text.slice(equals + 1).trim()
  const named = /^((?:[a-zA-Z]\w*\.)*[a-zA-Z]\w*)(?:#([0-9a-fA-F]{1,8}))?(?=\s|$)/.exec(head)
  if (!named) throw new TlError('TL_SCHEMA', `expected a name and perhaps #id, got ${quote(head)}`)
  const name = named[1] ?? ''
  const rest = head.slice(named[0].length).trim()
  // `int ? = Int`, `int128 4*[ int ] = Int128`, `vector {t:Type} # [ t ] = Vector t` define the language itself.
  if (BUILT_IN.has(name) || /^\?$|\[/.test(rest)) return undefined
  const generics: string[] = []
  const fields: TlField[] = []
  for (const part of rest === '' ? [] : words(rest)) {
    const generic = /^\{(\w+):Type\}$/.exec(part)
    if (generic) generics.push(generic[1] ?? '')
    else fields.push(parseField(part, name, resultText, generics, fields))
  }
  const id = named[2] === undefined ? computeConstructorId(text) : Number.parseInt(named[2], 16)
  const result = parseType(resultText, generics)
  if (kind === 'constructor' && result.kind !== 'boxed' && result.kind !== 'any') {
    throw new TlError('TL_SCHEMA', `expected the type of a constructor, got ${quote(resultText)}`)
  }
  return { kind, name, id, fields, result, comment: undefined, throws: [], available: undefined }
}

/** Splits at spaces that are not inside angle brackets. */
function words(text: string): string[] {
  const found: string[] = []
  let depth = 0
  let word = ''
  for (const char of text) {
    if (char === '<') depth++
    if (char === '>') depth--
    if (char === ' ' && depth === 0) {
      if (word !== '') found.push(word)
      word = ''
    } else {
      word += char
    }
  }
  if (word !== '') found.push(word)
  return found
}

function parseField(
  text: string,
  owner: string,
  ownerType: string,
  generics: readonly string[],
  before: readonly TlField[],
): TlField {
  const parts = /^([a-zA-Z]\w*):(?:(\w+)\.(\d+)\?)?(.+)$/s.exec(text)
  if (!parts) throw new TlError('TL_SCHEMA', `expected name:type in ${owner}, got ${quote(text)}`)
  const [, name = '', flags, bit, typeText = ''] = parts
  return makeField({ name, flags, bit, type: parseType(typeText, generics), owner, ownerType, before })
}

/** Checks what both kinds of schema can get wrong about a field. */
export function makeField(given: {
  name: string
  type: TlType
  flags: string | undefined
  bit: string | number | undefined
  owner: string
  ownerType: string
  before: readonly TlField[]
  comment?: string | undefined
}): TlField {
  const { name, flags, owner, before } = given
  if (before.length === MAX_FIELDS)
    throw new TlError('TL_SCHEMA', `${owner} has more than ${MAX_FIELDS} fields`)
  if (before.some((field) => field.name === name)) {
    throw new TlError('TL_SCHEMA', `expected another name than ${name}, which ${owner} already has`)
  }
  const bit = Number(given.bit)
  if (flags !== undefined) {
    if (!before.some((field) => field.name === flags && isPrimitive(field.type, '#'))) {
      throw new TlError('TL_SCHEMA', `expected a field ${flags}:# before ${name} in ${owner}`)
    }
    if (!(bit >= 0 && bit <= 31))
      throw new TlError('TL_SCHEMA', `expected a bit 0..31 for ${name} in ${owner}`)
  }
  if (isPrimitive(given.type, 'true') && flags === undefined) {
    throw new TlError('TL_SCHEMA', `expected flags.N?true for ${name} in ${owner}, because true has no bytes`)
  }
  const type = isInt53(name, owner, given.ownerType) ? longToInt53(given.type) : given.type
  const condition = flags === undefined ? undefined : { flags, bit }
  return { name, key: camelCase(name), type, condition, comment: given.comment }
}

function isPrimitive(type: TlType, name: string): boolean {
  return type.kind === 'primitive' && type.name === name
}

function longToInt53(type: TlType): TlType {
  if (type.kind === 'vector') return { ...type, item: longToInt53(type.item) }
  return isPrimitive(type, 'long') ? { kind: 'primitive', name: 'int53' } : type
}
