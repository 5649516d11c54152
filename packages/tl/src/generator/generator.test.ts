import { createRequire } from 'node:module'
import { describe, expect, test } from 'vitest'
import { formatTl, parseSchemaJson, parseTl, TlError } from '../index.ts'
import { analyse } from './analysis.ts'
import { docComment, plainText } from './docs.ts'
import { parseErrorList } from './error-file.ts'
import { generate, withCommentsFrom } from './generate.ts'

const require = createRequire(import.meta.url)
const api = parseSchemaJson(require('@mtcute/core/tl/api-schema.json'))
const errors = parseErrorList(require('@mtcute/core/tl/raw-errors.json'))
const empty = parseTl('pong#1 ping_id:long = Pong;')

const filesOf = (text: string) =>
  generate({ api: parseTl(text), mtproto: empty, errors: { errors: new Map(), throws: new Map() } })
const fileOf = (text: string, name: string) =>
  filesOf(text).get(`packages/client/src/generated/${name}.ts`) ?? ''

describe('documentation', () => {
  test('HTML becomes text', () => {
    expect(
      plainText(
        'See <a href="https://corefork.telegram.org/api/pin">pins</a>,&nbsp;<code>a &lt; b</code><br>x &raquo;',
      ),
    ).toBe('See [pins](https://core.telegram.org/api/pin), `a < b` x »')
    expect(plainText('&#128077; &unknown; <b>bold</b>')).toBe('👍 &unknown; bold')
  })

  test('nothing in a text can end the comment or begin a tag', () => {
    expect(docComment(['a */ b {@link x} @param'], '')).toBe('/** a *\\/ b {\\@link x} \\@param */\n')
    expect(docComment([undefined, ''], '')).toBe('')
    expect(docComment(['a', '@throws RpcError X'], '  ')).toBe(
      '  /**\n   * a\n   * @throws RpcError X\n   */\n',
    )
  })
})

describe('the generator', () => {
  test('says the same from TL text as from JSON', () => {
    const fromJson = generate({ api, mtproto: empty, errors })
    const fromText = generate({ api: withCommentsFrom(parseTl(formatTl(api)), api), mtproto: empty, errors })
    for (const [path, text] of fromJson)
      if (fromText.get(path) !== text) expect(path).toBe('the same from both')
    expect([...fromText.keys()]).toEqual([...fromJson.keys()])
  })

  test('counts the nesting somewhere in every circle of types', () => {
    const { guarded } = analyse(
      parseTl(
        'a#1 b:B = A; b#2 c:Vector<C> = B; c#3 flags:# a:flags.0?A = C; c0#4 = C; d#5 a:A = D; e#6 e:Vector<E> = E;',
      ),
    )
    expect(guarded).toEqual(new Set(['A', 'E']))
    const { types, guarded: guardedInApi } = analyse(api)
    const open = new Set<string>()
    const done = new Set<string>()
    const walk = (name: string): void => {
      if (done.has(name) || guardedInApi.has(name)) return
      if (open.has(name)) throw new Error(`a circle through ${name} is not guarded`)
      open.add(name)
      for (const { fields } of types.get(name) ?? []) {
        for (const { type } of fields) {
          const item = type.kind === 'vector' ? type.item : type
          if (item.kind === 'boxed') walk(item.name)
        }
      }
      open.delete(name)
      done.add(name)
    }
    for (const name of types.keys()) walk(name)
  })

  test('gives names that TypeScript keeps for itself an underscore', () => {
    const types = fileOf(
      'enum#1 = Enum; x.default#2 = x.Default;\n---functions---\nx.delete#3 d:x.Default = x.Default;',
      'types',
    )
    expect(types).toContain('interface enum_ {')
    expect(types).toContain('interface default_ {')
    expect(types).toContain("_: 'x.delete'")
    expect(types).toContain("delete(params: Omit<tl.x.delete_, '_'>")
  })

  test('refuses a schema that uses what it does not define', () => {
    expect(() => filesOf('a#1 b:Missing = A;')).toThrow('expected a definition of Missing')
    expect(() => filesOf('a#1 b:%Missing = A;')).toThrow(TlError)
    expect(() => filesOf('---functions---\nm#1 = Missing;')).toThrow('expected a definition of Missing')
  })

  test('refuses an error list that is none', () => {
    expect(() => parseErrorList({ errors: { X: { code: '400' } }, throws: {} })).toThrow('for the error X')
    expect(() => parseErrorList([])).toThrow(TlError)
  })
})
