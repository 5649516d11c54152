// The codecs against somebody else's: for every constructor and method of the layer, mtcute writes the same bytes, and
// what we read back is what was written. Then every decoder is fed bytes that lie.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { isDeepStrictEqual } from 'node:util'
import { Long } from '@mtcute/core'
import { __tlWriterMap, TlBinaryWriter } from '@mtcute/core/utils.js'
import {
  formatTl,
  parseSchemaJson,
  parseTl,
  TableCodec,
  type TlDefinition,
  TlError,
  type TlNamed,
  TlReader,
  type TlType,
  TlWriter,
} from '@telegram-mt/tl'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as service from '../../mtproto/src/generated/index.ts'
import { RandomValues, seeded } from '../../tl/src/schema/random-value.testing.ts'
import {
  isMethod,
  LAYER,
  methodId,
  methodNames,
  type RpcCall,
  readAny,
  readObject,
  readResult,
  type TlObject,
  writeCall,
  writeObject,
} from './generated/index.ts'

const json: unknown = createRequire(import.meta.url)('@mtcute/core/tl/api-schema.json')
const schema = parseSchemaJson(json)
const table = new TableCodec(parseTl(formatTl(schema)))
const strict = new TableCodec(schema, { strict: true })
const values = new RandomValues(schema)
const definitions = new Map([...schema.constructors, ...schema.methods].map((d) => [d.name, d]))

/** Fields that mtcute reads as a Long and we as a number: ids, that is (see int53.ts). */
const longs = new Set(
  (json as { e: { name: string; arguments: { name: string; type: string }[] }[] }).e.flatMap((entry) =>
    entry.arguments.filter((a) => a.type === 'long').map((a) => `${entry.name}.${a.name}`),
  ),
)

/** Our object as mtcute wants it. */
function theirs(value: unknown, long = false): unknown {
  if (typeof value === 'bigint') return Long.fromString(String(value))
  if (typeof value === 'number') return long ? Long.fromNumber(value) : value
  if (Array.isArray(value)) return value.map((item) => theirs(item, long))
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
  const name = (value as TlNamed)._
  const fields = definitions.get(name)?.fields ?? []
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const field = fields.find((f) => f.key === key)
      return [key, theirs(item, field !== undefined && longs.has(`${name}.${field.name}`))]
    }),
  )
}

function theirBytes(value: unknown): Buffer {
  return Buffer.from(TlBinaryWriter.serializeObject(__tlWriterMap, theirs(value) as never))
}

function ourBytes(definition: TlDefinition, value: TlNamed): Uint8Array {
  const w = new TlWriter()
  if (definition.kind === 'method') writeCall(w, value as RpcCall)
  else writeObject(w, value as TlObject)
  return w.finish()
}

function same(a: unknown, b: unknown, what: string): void {
  // The comparison of the test framework is slow over tens of thousands of objects; it tells the difference, though.
  if (!isDeepStrictEqual(a, b)) expect(a, what).toStrictEqual(b)
}

function checkAll(seed: number): void {
  const random = seeded(seed)
  for (const definition of definitions.values()) {
    const value = values.object(definition, random)
    const expected = theirBytes(value)
    same(Buffer.from(ourBytes(definition, value)), expected, `${definition.name}, generated codec`)
    same(Buffer.from(table.encode(value)), expected, `${definition.name}, table codec`)
    same(Buffer.from(strict.encode(value)), expected, `${definition.name}, strict table codec`)
    same(table.decode(expected), value, `${definition.name}, read by the table codec`)
    if (definition.kind === 'constructor') {
      const r = new TlReader(expected)
      same(readObject(r), value, `${definition.name}, read by the generated codec`)
      r.expectEnd()
    }
  }
}

describe(`layer ${LAYER}`, () => {
  test('every constructor and method has the bytes that mtcute writes, and is read back', () => {
    expect(definitions.size).toBe(2417)
    fc.assert(fc.property(fc.integer(), checkAll), { numRuns: 3, endOnFailure: true })
  })

  test('every method has its id and reads its result', () => {
    expect(methodNames().length).toBe(schema.methods.length)
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = seeded(seed)
        for (const method of schema.methods) {
          if (!isMethod(method.name)) throw new Error(`${method.name} is not in the table`)
          expect(methodId(method.name)).toBe(method.id)
          const result = values.value(method.result, random)
          const w = new TlWriter()
          table.writeType(w, method.result, result)
          const r = new TlReader(w.finish())
          same(readResult(method.name, r), result, method.name)
          r.expectEnd()
          same(table.readType(new TlReader(w.finish()), method.result), result, `${method.name}, table codec`)
        }
      }),
      { numRuns: 2, endOnFailure: true },
    )
  })

  test('an empty vector is not an absent one', () => {
    const value: TlObject = { _: 'user', id: 5, usernames: [] }
    const w = new TlWriter()
    writeObject(w, value)
    expect(readObject(new TlReader(w.finish()))).toEqual(value)
    expect(table.decode(table.encode(value))).toEqual(value)
  })

  test('absent is absent: no field of a decoded object is undefined', () => {
    const w = new TlWriter()
    writeObject(w, { _: 'user', id: 5, bot: false, firstName: undefined })
    expect(Object.keys(readObject(new TlReader(w.finish())))).toEqual(['_', 'id'])
  })

  test('what is wrong with a call is named with its place', () => {
    const call = (value: unknown) => () => writeCall(new TlWriter(), value as RpcCall)
    const send = { _: 'messages.sendMessage', peer: { _: 'inputPeerSelf' }, message: 'x', randomId: 1n }
    expect(call({ ...send, peer: { _: 'peerUser', userId: 1 } })).toThrow(
      'messages.sendMessage.peer: expected InputPeer, got peerUser',
    )
    expect(call({ ...send, randomId: undefined })).toThrow('messages.sendMessage.randomId: expected a bigint')
    expect(call({ ...send, scheduleDate: '1' })).toThrow(
      'messages.sendMessage.scheduleDate: expected a 32-bit integer',
    )
    expect(call({ ...send, entities: [{ _: 'messageEntityBold', offset: 0 }] })).toThrow(
      'messages.sendMessage.entities.0.length: expected a 32-bit integer, got undefined',
    )
    expect(call({ _: 'invokeWithLayer', layer: 1, query: { ...send, message: 5 } })).toThrow(
      'messages.sendMessage.message: expected a string',
    )
    expect(call({ _: 'message' })).toThrow('expected a method, got message')
    const circle: { _: string; query?: unknown } = { _: 'invokeWithoutUpdates' }
    circle.query = circle
    expect(call(circle)).toThrow('contain themselves')
  })

  test('a call that fails leaves nothing behind', () => {
    const w = new TlWriter()
    w.int(7)
    expect(() => writeCall(w, { _: 'help.getConfig2' } as never)).toThrow(TlError)
    expect(() => writeCall(w, { _: 'auth.checkPassword' } as never)).toThrow(TlError)
    expect(w.pos).toBe(4)
  })

  test('an encoded call can be wrapped without being encoded again', () => {
    const inner = new TlWriter()
    writeCall(inner, { _: 'help.getConfig' })
    const outer = new TlWriter()
    writeCall(outer, { _: 'invokeWithLayer', layer: LAYER, query: inner.finish() })
    const nested = new TlWriter()
    writeCall(nested, { _: 'invokeWithLayer', layer: LAYER, query: { _: 'help.getConfig' } })
    expect(outer.finish()).toEqual(nested.finish())
  })
})

const serviceSchema = parseTl(
  readFileSync(new URL('../../mtproto/schema/mtproto.tl', import.meta.url), 'utf8'),
)
const serviceTable = new TableCodec(serviceSchema)
const serviceValues = new RandomValues(serviceSchema)
/** These hold whatever there is, up to the end of the message: they are read by hand. */
const byHand = ['rpc_result', 'message', 'msg_container', 'msg_copy']

describe('the service schema', () => {
  test('generated codec, table codec and mtcute agree', () => {
    const compared: string[] = []
    const check = (seed: number): void => {
      const random = seeded(seed)
      for (const definition of [...serviceSchema.constructors, ...serviceSchema.methods]) {
        if (byHand.includes(definition.name)) continue
        const value = serviceValues.object(definition, random)
        const w = new TlWriter()
        if (definition.kind === 'method') service.writeCall(w, value as service.RpcCall)
        else service.writeObject(w, value as service.TlObject)
        const bytes = w.finish()
        same(serviceTable.encode(value), bytes, definition.name)
        same(serviceTable.decode(bytes), value, definition.name)
        const r = new TlReader(bytes)
        same(service.readObject(r), value, definition.name)
        r.expectEnd()
        // mtcute reads bare vectors, but its writer fails on them: no client sends one.
        if (!(`mt_${definition.name}` in __tlWriterMap) || definition.name === 'future_salts') continue
        same(Buffer.from(bytes), theirBytes({ ...value, _: `mt_${definition.name}` }), definition.name)
        compared.push(definition.name)
      }
    }
    fc.assert(fc.property(fc.integer(), check), { numRuns: 20, endOnFailure: true })
    expect(new Set(compared).size).toBe(41)
  })

  test('what is read by hand has its id', () => {
    for (const name of byHand) expect(Object.keys(service.ids)).toContain(name)
  })
})

describe('bytes that lie', () => {
  const seconds = Number(process.env.FUZZ_SECONDS ?? 2)
  const resultTypes = [...new Map(schema.methods.map((m) => [JSON.stringify(m.result), m])).values()]
  const all = [...definitions.values()]

  const coded = serviceSchema.constructors.filter((d) => !byHand.includes(d.name))
  const pickService = (random: (below: number) => number): TlDefinition => coded[random(coded.length)]!

  /** Valid bytes, then cut, flipped, spliced, or with a count or length blown up. */
  function hostile(random: (below: number) => number): Buffer {
    const data =
      random(5) === 0
        ? Buffer.from(serviceTable.encode(serviceValues.object(pickService(random), random)))
        : theirBytes(values.object(all[random(all.length)]!, random))
    for (let n = 1 + random(4); n > 0; n--) {
      const at = random(data.length)
      const kind = random(5)
      if (kind === 0) data[at] = random(256)
      else if (kind === 1) return data.subarray(0, at)
      else if (kind === 2) data.writeUInt32LE(0xffff_ffff, (at & ~3) % Math.max(1, data.length - 3))
      else if (kind === 3) data.copy(data, at, random(data.length))
      else data[at] = (data[at] ?? 0) ^ (1 << random(8))
    }
    return data
  }

  function decode(data: Uint8Array, type: TlType, name: string): void {
    const attempts: (() => unknown)[] = [
      () => readObject(new TlReader(data)),
      () => readAny(new TlReader(data)),
      () => readResult(name as 'help.getConfig', new TlReader(data)),
      () => table.decode(data),
      () => table.readType(new TlReader(data), type),
      () => service.readObject(new TlReader(data)),
      () => serviceTable.decode(data),
    ]
    for (const attempt of attempts) {
      try {
        attempt()
      } catch (error) {
        if (!(error instanceof TlError)) throw error
      }
    }
  }

  test(
    `no decoder does worse than a TlError in ${seconds} s`,
    () => {
      const seed = (Math.random() * 2 ** 31) | 0
      const random = seeded(seed)
      const end = performance.now() + seconds * 1000
      let inputs = 0
      try {
        for (; performance.now() < end; inputs++) {
          const method = resultTypes[inputs % resultTypes.length]!
          const data =
            random(4) === 0
              ? Buffer.from(Array.from({ length: random(64) }, () => random(256)))
              : hostile(random)
          const before = performance.now()
          decode(data, method.result, method.name)
          const took = performance.now() - before
          if (took > 1000) throw new Error(`${data.length} bytes took ${took} ms`)
        }
      } catch (error) {
        throw new Error(`with seed ${seed}, input ${inputs}`, { cause: error })
      }
      expect(inputs).toBeGreaterThan(100)
    },
    (seconds + 20) * 1000,
  )

  test.each([
    ['objects in objects', 'messages.getWebPage', () => nest('textBold', 5000)],
    ['vectors of anything', 'invokeWithLayer', () => Buffer.from('15c4b51c01000000'.repeat(20_000), 'hex')],
  ])('%s are refused when too deep', (_, method, data) => {
    expect(() => readAny(new TlReader(data()))).toThrow('deep')
    expect(() => table.readType(new TlReader(data()), 'X')).toThrow('deep')
    expect(isMethod(method)).toBe(true)
  })

  function nest(name: string, depth: number): Buffer {
    const id = Buffer.alloc(4)
    id.writeUInt32LE(definitions.get(name)?.id ?? 0)
    return Buffer.concat(Array.from({ length: depth }, () => id))
  }
})
