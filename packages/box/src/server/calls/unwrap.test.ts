import { deflateSync } from 'node:zlib'
import { gzip } from '@telegram-mt/crypto'
import { parseTl, type TlWriter } from '@telegram-mt/tl'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesOf, encoded } from '../wire-client.testing.ts'
import { Layers } from './layers.ts'
import { unwrap } from './unwrap.ts'

const layers = new Layers([parseTl('// LAYER 100\n---functions---\nhelp.getConfig#11223344 = Config;')])
const native = layers.native
const ping = encoded({ _: 'help.getConfig' })

type Wrap = (body: Uint8Array) => Uint8Array
const around =
  (write: (w: TlWriter) => void): Wrap =>
  (body) =>
    bytesOf((w) => {
      write(w)
      w.raw(body)
    })
const packed =
  (pack: (data: Uint8Array) => Uint8Array): Wrap =>
  (body) =>
    bytesOf((w) => {
      w.uint(0x3072cfa1)
      w.bytes(pack(body))
    })

const withLayer = (layer: number) =>
  around((w) => {
    w.uint(0xda9b0d0d)
    w.int(layer)
  })
const init = (flags = 0) =>
  around((w) => {
    w.uint(0xc1cd5ea9)
    w.int(flags)
    w.int(77)
    for (const text of ['model', 'system', '1.0', 'en', '', 'de']) w.string(text)
    if (flags & 1) w.raw(encoded({ _: 'inputClientProxy', address: 'h', port: 1 }))
    if (flags & 2) w.raw(encoded({ _: 'jsonObject', value: [] }))
  })
const after = (...msgIds: bigint[]) =>
  around((w) => {
    w.uint(msgIds.length === 1 ? 0xcb9f372d : 0x3dc4b4f0)
    if (msgIds.length === 1) w.long(msgIds[0]!)
    else w.vector(msgIds, (writer, id) => writer.long(id))
  })
const withoutUpdates = around((w) => w.uint(0xbf9459b7))
const range = around((w) => {
  w.uint(0x365275f2)
  w.raw(encoded({ _: 'messageRange', minId: 1, maxId: 2 }))
})
const takeout = around((w) => {
  w.uint(0xaca9fd2e)
  w.long(99n)
})
const integrity = around((w) => {
  w.uint(0x1df92984)
  w.string('nonce')
  w.string('token')
})
const apns = around((w) => {
  w.uint(0x0dae54f8)
  w.string('nonce')
  w.string('secret')
})
const captcha = around((w) => {
  w.uint(0xadbb0f94)
  w.string('token')
})
const zip = packed(gzip)
const deflate = packed((data) => new Uint8Array(deflateSync(data)))

const wrapped = (...wraps: Wrap[]) => wraps.reduceRight((body, wrap) => wrap(body), ping)

test('what each wrapper says is found', () => {
  const body = wrapped(
    withLayer(native),
    init(3),
    after(5n),
    withoutUpdates,
    range,
    takeout,
    integrity,
    apns,
    captcha,
  )
  expect(unwrap(body, 1, layers)).toMatchObject({
    call: { _: 'help.getConfig' },
    layer: native,
    info: { apiId: 77, deviceModel: 'model', systemVersion: 'system', appVersion: '1.0', langCode: 'de' },
    after: [5n],
    withoutUpdates: true,
    takeoutId: 99n,
  })
})

test('a call without wrappers changes nothing', () => {
  expect(unwrap(ping, native, layers)).toMatchObject({
    layer: undefined,
    info: undefined,
    after: [],
    withoutUpdates: false,
    takeoutId: undefined,
  })
})

test('wrappers nest in any order and depth, gzip and zlib among them', () => {
  const one = fc.constantFrom(
    withLayer(native),
    init(0),
    init(1),
    init(2),
    after(7n),
    after(8n, 9n),
    withoutUpdates,
    range,
    takeout,
    captcha,
    zip,
    deflate,
  )
  fc.assert(
    fc.property(fc.array(one, { maxLength: 15 }), (wraps) => {
      expect(unwrap(wrapped(...wraps), native, layers).call._).toBe('help.getConfig')
    }),
  )
})

test('all calls to wait for are gathered', () => {
  expect(unwrap(wrapped(after(1n), zip, after(2n, 3n)), native, layers).after).toEqual([1n, 2n, 3n])
})

describe('the layer that a wrapper names decides how the rest is read', () => {
  const old = new Uint8Array([0x44, 0x33, 0x22, 0x11])

  test('inside of it', () => {
    expect(unwrap(withLayer(100)(old), native, layers)).toMatchObject({
      call: { _: 'help.getConfig' },
      layer: 100,
    })
  })

  test('inside of gzip inside of it', () => {
    expect(unwrap(withLayer(100)(zip(old)), native, layers).call._).toBe('help.getConfig')
  })

  test('or the one of the auth key', () => {
    expect(unwrap(old, 100, layers).call._).toBe('help.getConfig')
    expect(() => unwrap(old, native, layers)).toThrow(
      expect.objectContaining({ code: 'TL_UNKNOWN_CONSTRUCTOR' }),
    )
  })
})

describe('refused', () => {
  const refusals: [string, Uint8Array, object][] = [
    ['nothing at all', new Uint8Array(0), { code: 'TL_TRUNCATED' }],
    ['a wrapper around nothing', withoutUpdates(new Uint8Array(0)), { code: 'TL_TRUNCATED' }],
    ['an unknown constructor', new Uint8Array([1, 2, 3, 4]), { code: 'TL_UNKNOWN_CONSTRUCTOR' }],
    ['an object that is no method', encoded({ _: 'inputPeerSelf' }), { message: 'INPUT_METHOD_INVALID' }],
    [
      'a call cut short',
      encoded({ _: 'messages.deleteChat', chatId: 1 }).subarray(0, 8),
      { code: 'TL_TRUNCATED' },
    ],
    ['gzip that is none', packed((data) => data)(ping), { code: 'INFLATE_INVALID' }],
    ['a bomb', packed(gzip)(new Uint8Array(17 * 1024 * 1024)), { code: 'INFLATE_TOO_LARGE' }],
    [
      'bottomless nesting',
      wrapped(...Array.from({ length: 17 }, () => withoutUpdates)),
      { message: 'INPUT_REQUEST_TOO_LONG' },
    ],
    ['a business connection', bytesOf((w) => w.uint(0xdd289f8e)), { message: 'BUSINESS_CONNECTION_INVALID' }],
  ]
  test.each(refusals)('%s', (_, body, error) => {
    expect(() => unwrap(body, native, layers)).toThrow(expect.objectContaining(error))
  })

  test('any bytes, with an error that says so, and nothing else', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 64 }),
        fc.constantFrom(ping, wrapped(init(3)), wrapped(zip)),
        (tail, head) => {
          const bytes = new Uint8Array([...head.subarray(0, tail[0] ?? 0), ...tail])
          try {
            unwrap(bytes, native, layers)
          } catch (error) {
            expect(error).toHaveProperty('code')
          }
        },
      ),
    )
  })
})
