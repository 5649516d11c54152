import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  computeConstructorId,
  formatDefinition,
  formatTl,
  hexId,
  parseSchemaJson,
  parseTl,
  type TlDefinition,
  TlError,
  type TlSchema,
} from '../index.ts'

const require = createRequire(import.meta.url)
const apiJson = require('@mtcute/core/tl/api-schema.json') as {
  e: { name: string; arguments: { name: string; type: string }[] }[]
}
const mtprotoText = readFileSync(new URL('../../../mtproto/schema/mtproto.tl', import.meta.url), 'utf8')

const api = parseSchemaJson(apiJson)
const mtproto = parseTl(mtprotoText)
const all = (schema: TlSchema) => [...schema.constructors, ...schema.methods]

const bare = (schema: TlSchema) => ({
  layer: schema.layer,
  definitions: all(schema).map((d) => ({
    ...d,
    comment: undefined,
    throws: [],
    available: undefined,
    fields: d.fields.map((f) => ({ ...f, comment: undefined })),
  })),
})

function one(line: string): TlDefinition {
  const [definition] = parseTl(line).constructors
  if (!definition) throw new Error('nothing parsed')
  return definition
}

function failure(text: string): string {
  try {
    parseTl(text)
  } catch (error) {
    if (error instanceof TlError && error.code === 'TL_SCHEMA') return error.message
    throw error
  }
  return 'accepted'
}

describe('TL text', () => {
  test('a definition with everything in it', () => {
    const text = `// LAYER 7
      /* first */ sample#0a.thing`
    expect(failure(text)).toMatch(/^line 2: expected ; after/)
    const definition = one(
      'a.b#ff flags:# c_d:flags.3?true e1:flags.31?Vector<long> user_id:long x:vector<future_salt> p:%P = a.B;',
    )
    expect(definition).toMatchObject({ name: 'a.b', id: 255, result: { kind: 'boxed', name: 'a.B' } })
    expect(definition.fields.map(({ key, type, condition }) => ({ key, type, condition }))).toEqual([
      { key: 'flags', type: { kind: 'primitive', name: '#' }, condition: undefined },
      { key: 'cD', type: { kind: 'primitive', name: 'true' }, condition: { flags: 'flags', bit: 3 } },
      {
        key: 'e1',
        type: { kind: 'vector', bare: false, item: { kind: 'primitive', name: 'long' } },
        condition: { flags: 'flags', bit: 31 },
      },
      { key: 'userId', type: { kind: 'primitive', name: 'int53' }, condition: undefined },
      {
        key: 'x',
        type: { kind: 'vector', bare: true, item: { kind: 'bare', name: 'future_salt' } },
        condition: undefined,
      },
      { key: 'p', type: { kind: 'bare', name: 'P' }, condition: undefined },
    ])
  })

  test('sections, layer, generics, comments, definitions over several lines, definitions of the language', () => {
    const schema = parseTl(`
      int ? = Int; vector {t:Type} # [ t ] = Vector t; int128 4*[ int ] = Int128;
      boolTrue#997275b5 = Bool;
      one#1 = T; two#2
        a:int // = not; here
        = T; // LAYER 12
      ---functions---
      wrap#3 {X:Type} layer:int query:!X = X;
      ---types---
      three#4 = T;
    `)
    expect(schema.layer).toBe(12)
    expect(schema.constructors.map((d) => d.name)).toEqual(['one', 'two', 'three'])
    expect(schema.methods[0]).toMatchObject({ name: 'wrap', result: { kind: 'any' } })
    expect(schema.methods[0]?.fields[1]?.type).toEqual({ kind: 'call' })
    expect(formatTl(schema)).toContain('wrap#00000003 {X:Type} layer:int query:!X = X;')
  })

  test.each([
    ['a#1 b = T;', 'line 1: expected name:type in a, got "b"'],
    ['\n\na#1 b:int', 'line 3: expected ; after "a#1 b:int", got the end of the text'],
    ['a#1 b:int;', 'line 1: expected = and a type after "a#1 b:int"'],
    ['a#123456789 = T;', 'line 1: expected a name and perhaps #id, got "a#123456789"'],
    ['a#1 b:Vector< = T;', 'line 1: expected a type, got "Vector<"'],
    ['a#1 b:<> = T;', 'line 1: expected a type, got "<>"'],
    ['a#1 b:flags.1?int = T;', 'line 1: expected a field flags:# before b in a'],
    ['a#1 flags:# b:flags.32?int = T;', 'line 1: expected a bit 0..31 for b in a'],
    ['a#1 b:true = T;', 'line 1: expected flags.N?true for b in a, because true has no bytes'],
    ['a#1 b:int b:int = T;', 'line 1: expected another name than b, which a already has'],
    ['a#1 b:!X = T;', 'line 1: expected ! before a type parameter, got "!X"'],
    ['a#1 = int;', 'line 1: expected the type of a constructor, got "int"'],
    ['a#1 = T;\nb#1 = T;', 'line 2: b repeats the name or id of line 1'],
    ['---other---', 'line 1: expected ---types--- or ---functions---'],
  ])('%j is refused', (text, message) => {
    expect(failure(text)).toBe(message)
  })

  test('an id that is not given is computed', () => {
    expect(hexId(one('inputPeerSelf = InputPeer;').id)).toBe('7da07ec9')
    expect(hexId(one('message msg_id:long seqno:int bytes:int body:Object = Message;').id)).toBe('5bb8e511')
  })

  test('any text parses or is refused, at once', () => {
    const piece = fc.constantFrom(
      'a',
      'b#1f',
      '=',
      ';',
      ':',
      'flags:#',
      'flags.0?',
      'true',
      'Vector<',
      '>',
      'vector',
      '%',
      '!X',
      '{X:Type}',
      '//',
      '/*',
      '*/',
      '\n',
      ' ',
      '---functions---',
      'int',
      'T',
      '[',
      ']',
      '?',
      '.',
      'x:int',
      '= T;',
    )
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 5, arbitrary: piece }, fc.string()), { maxLength: 60 }),
        (pieces) => {
          failure(pieces.join(''))
          failure(pieces.join(' '))
        },
      ),
    )
    const hostile = ['/*', '/**/', '//\n', 'Vector<', 'a:int ', '= ', ' ', ';', '<>', 'vector '].map((s) =>
      s.repeat(50_000),
    )
    const start = performance.now()
    for (const text of hostile) {
      failure(text)
      failure(`a#1 ${text} = T;`)
      failure(`a#1 b:${text} = T;`)
    }
    expect(performance.now() - start).toBeLessThan(5000)
  })
})

describe('the service schema', () => {
  test('every id is the CRC32 of its line', () => {
    for (const d of all(mtproto))
      expect([d.name, hexId(computeConstructorId(formatDefinition(d)))]).toEqual([d.name, hexId(d.id)])
    expect(all(mtproto).length).toBeGreaterThan(50)
  })

  test('agrees with the schema package wherever both have a definition', () => {
    const theirs = require('@mtcute/core/tl/mtp-schema.json') as {
      name: string
      id: number
      arguments: { name: string; type: string }[]
    }[]
    const ours = new Map(all(mtproto).map((d) => [`mt_${d.name}`, d]))
    for (const entry of theirs) {
      const d = ours.get(entry.name)
      expect([entry.name, d?.id, d?.fields.map((f) => f.name)]).toEqual([
        entry.name,
        entry.id,
        entry.arguments.map((a) => a.name),
      ])
    }
  })
})

describe('the API schema', () => {
  test('is read whole', () => {
    expect(api.layer).toBe(227)
    expect(api.constructors.length).toBe(1619)
    expect(api.methods.length).toBe(798)
    expect(api.methods.find((d) => d.name === 'users.getUsers')?.result).toEqual({
      kind: 'vector',
      bare: false,
      item: { kind: 'boxed', name: 'User' },
    })
  })

  test('every id is the CRC32 of its definition, but for two that the schema package keeps from older layers', () => {
    const others = all(api).filter((d) => computeConstructorId(formatDefinition(d)) !== d.id)
    expect(others.map((d) => d.name)).toEqual([
      'inputPeerPhotoFileLocationLegacy',
      'inputStickerSetThumbLegacy',
    ])
  })

  test('survives being written as text and read again', () => {
    const text = formatTl(api)
    expect(text).not.toContain('int53')
    expect(bare(parseTl(text))).toEqual(bare(api))
  })

  test('numbers are what the schema package marks as such, and the ids that it leaves out', () => {
    const differing: string[] = []
    const byName = new Map(all(api).map((d) => [d.name, d]))
    for (const entry of apiJson.e) {
      for (const argument of entry.arguments) {
        const field = byName.get(entry.name)?.fields.find((f) => f.name === argument.name)
        if (!field) continue
        const type = field.type.kind === 'vector' ? field.type.item : field.type
        const number = type.kind === 'primitive' && type.name === 'int53'
        if (number !== (argument.type === 'int53')) differing.push(`${entry.name}.${argument.name} ${number}`)
      }
    }
    expect(differing).toEqual([
      'chatFull.recent_requesters true',
      'channelFull.migrated_from_chat_id true',
      'messageMediaGiveawayResults.channel_id true',
      'messageMediaGiveawayResults.winners true',
      'messageActionSetMessagesTTL.auto_setting_from true',
      'inputBotInlineMessageID64.owner_id true',
      'autoSaveSettings.video_max_size true',
      'payments.checkedGiftCode.to_id true',
      'payments.giveawayInfo.admin_disallowed_chat_id true',
      'starGiftAuctionState.top_bidders true',
      'auth.exportLoginToken.except_ids true',
      'phone.deleteConferenceCallParticipants.ids true',
    ])
  })

  test.each([
    [null, 'expected an object for the schema'],
    [{}, 'expected an array for the entries "e"'],
    [{ e: [{}] }, 'expected a string for the name of entry 0'],
    [{ e: [{ name: 'a', kind: 'b' }] }, 'a: expected the kind "class" or "method"'],
    [
      { e: [{ name: 'a', kind: 'class', type: 'T', id: -1, arguments: [] }] },
      'expected an unsigned 32-bit integer for the id of a',
    ],
    [
      {
        e: [
          {
            name: 'a',
            kind: 'class',
            type: 'T',
            id: 1,
            arguments: [{ name: 'b', type: 'int', typeModifiers: { predicate: 'x' } }],
          },
        ],
      },
      'a.b: expected a predicate like flags.3',
    ],
  ])('%j is refused', (json, message) => {
    expect(() => parseSchemaJson(json)).toThrow(message)
  })
})
