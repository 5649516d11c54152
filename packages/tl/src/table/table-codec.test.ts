import { createRequire } from 'node:module'
import { describe, expect, test } from 'vitest'
import { formatTl, parseSchemaJson, parseTl, TableCodec, TlError, TlReader, TlWriter } from '../index.ts'

const require = createRequire(import.meta.url)
const api = parseTl(formatTl(parseSchemaJson(require('@mtcute/core/tl/api-schema.json'))))
const codec = new TableCodec(api)
const strict = new TableCodec(api, { strict: true })
const hex = (data: Uint8Array) => Buffer.from(data).toString('hex')
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'hex'))

function failure(run: () => unknown): TlError {
  try {
    run()
  } catch (error) {
    if (error instanceof TlError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('objects by name', () => {
  test('known bytes', () => {
    const peer = { _: 'inputPeerUser', userId: 42, accessHash: 7n }
    expect(hex(codec.encode(peer))).toBe(`4ca5e8dd${'2a00000000000000'}${'0700000000000000'}`)
    expect(codec.decode(codec.encode(peer))).toEqual(peer)
  })

  test('flags: what is absent stays absent, true flags are true or absent', () => {
    const user = { _: 'user', id: 5, self: true, bot: false, firstName: '', usernames: [] }
    expect(codec.decode(codec.encode(user))).toEqual({
      _: 'user',
      id: 5,
      self: true,
      firstName: '',
      usernames: [],
    })
    expect(Object.keys(codec.decode(codec.encode({ _: 'user', id: 5 })))).toEqual(['_', 'id'])
  })

  test('calls inside calls become objects inside objects, and encoded calls are taken as they are', () => {
    const inner = { _: 'messages.sendMessage', peer: { _: 'inputPeerSelf' }, message: 'hello', randomId: -1n }
    const call = { _: 'invokeWithLayer', layer: 227, query: { _: 'invokeAfterMsg', msgId: 9n, query: inner } }
    expect(codec.decode(codec.encode(call))).toEqual(call)
    const wrapped = codec.encode({ ...call, query: codec.encode(call.query) })
    expect(hex(wrapped)).toBe(hex(codec.encode(call)))
  })

  test('packed calls are understood when the schema has gzip_packed', () => {
    const text = `${formatTl(api)}\n---types---\ngzip_packed#3072cfa1 packed_data:bytes = Object;`
    const both = new TableCodec(parseTl(text))
    const call = { _: 'invokeWithLayer', layer: 1, query: { _: 'gzip_packed', packedData: bytesOf('0102') } }
    expect(both.decode(both.encode(call))).toEqual(call)
  })

  test('values of types: results of methods', () => {
    const roundTrip = (type: string, value: unknown) => {
      const w = new TlWriter()
      codec.writeType(w, type, value)
      const r = new TlReader(w.finish())
      const back = codec.readType(r, type)
      r.expectEnd()
      expect(back).toEqual(value)
    }
    roundTrip('Bool', true)
    roundTrip('Vector<long>', [1n, -1n])
    roundTrip('Vector<User>', [{ _: 'userEmpty', id: 1 }])
    roundTrip('X', [true, { _: 'userEmpty', id: 1 }, []])
    roundTrip('messages.Messages', { _: 'messages.messagesNotModified', count: 3 })
    expect(codec.method('users.getUsers')?.result).toMatchObject({ kind: 'vector' })
    expect(codec.method('user')).toBeUndefined()
    expect(codec.definition('user')?.kind).toBe('constructor')
  })
})

describe('errors say what is wrong and where', () => {
  test('while decoding', () => {
    const unknown = failure(() => codec.decode(bytesOf('efbeadde')))
    expect(unknown.code).toBe('TL_UNKNOWN_CONSTRUCTOR')
    expect(unknown.offset).toBe(0)
    expect(unknown.message).toBe('expected an object or a call, got constructor deadbeef (at byte 0)')
    // users.getUsers whose vector holds a Peer instead of an InputUser
    const peer = hex(codec.encode({ _: 'peerUser', userId: 1 }))
    const wrongType = failure(() => codec.decode(bytesOf(`48a5910d15c4b51c01000000${peer}`)))
    expect([wrongType.code, wrongType.offset]).toEqual(['TL_UNKNOWN_CONSTRUCTOR', 12])
    expect(failure(() => codec.decode(bytesOf('4ca5e8dd2a'))).code).toBe('TL_TRUNCATED')
    expect(failure(() => codec.decode(bytesOf('c97ea07d00000000'))).code).toBe('TL_TRAILING_BYTES')
    expect(failure(() => codec.readType(new TlReader(new Uint8Array(4)), 'Nonsense')).code).toBe(
      'TL_UNKNOWN_TYPE',
    )
  })

  test('nesting is bounded, in calls and in vectors of anything', () => {
    const layer = hex(codec.encode({ _: 'invokeWithoutUpdates', query: new Uint8Array(0) }))
    expect(failure(() => codec.decode(bytesOf(layer.repeat(5000)))).code).toBe('TL_TOO_DEEP')
    const vectors = bytesOf('15c4b51c01000000'.repeat(5000))
    expect(failure(() => codec.readType(new TlReader(vectors), 'X')).code).toBe('TL_TOO_DEEP')
  })

  test.each([
    [{ _: 'nope' }, 'TL_UNKNOWN_NAME', undefined],
    [{ _: 'inputPeerUser', userId: 'x', accessHash: 1n }, 'TL_BAD_VALUE', 'inputPeerUser.userId'],
    [{ _: 'updates', updates: [], users: {}, chats: [] }, 'TL_BAD_VALUE', 'updates.users'],
    [
      { _: 'messages.sendMessage', peer: { _: 'inputPeerUser', userId: 1, accessHash: 'x' }, message: '' },
      'TL_BAD_VALUE',
      'messages.sendMessage.peer.accessHash',
    ],
  ])('while encoding %o', (value, code, path) => {
    const w = new TlWriter()
    w.int(1)
    const error = failure(() => codec.write(w, value))
    expect([error.code, error.path]).toEqual([code, path])
    if (path) expect(error.message.startsWith(`${path}: expected`)).toBe(true)
    expect(w.pos).toBe(4)
  })

  test('an object that contains itself', () => {
    const call: { _: string; query?: unknown } = { _: 'invokeWithoutUpdates' }
    call.query = call
    expect(failure(() => codec.encode(call)).code).toBe('TL_TOO_DEEP')
  })

  test('a strict codec refuses what a lenient one bends', () => {
    for (const value of [
      { _: 'inputPeerUser', userId: 42 },
      { _: 'inputPeerUser', userId: 42n, accessHash: 7n },
      { _: 'inputPeerUser', userId: 42, accessHash: 7 },
      { _: 'updates', updates: [{ _: 'user' }], users: [], chats: [], date: 0, seq: 0 },
    ]) {
      codec.encode(value)
      expect(failure(() => strict.encode(value)).code).toBe('TL_BAD_VALUE')
    }
  })
})

describe('answering a client of an older layer', () => {
  const older = new TableCodec(
    parseTl(`// LAYER 1
      peerUser#1 user_id:long = Peer;
      peerNone#2 peer:Peer = Peer;
      mediaEmpty#3 = Media;
      media#4 flags:# ttl:flags.1?int photo:Photo = Media;
      photoEmpty#5 id:long = Photo;
      loop#6 loop:Loop = Loop;
      bad#7 loop:Loop = Bad;
      message#8 flags:# out:flags.0?true id:int from:flags.1?Peer media:Media peers:Vector<Peer> a:flags.2?int b:flags.2?string pts:long count:int key:int128 ok:Bool size:long = Message;
    `),
  )

  test('what it does not know is dropped, what it demands is zero, numbers are converted', () => {
    const message = {
      _: 'message',
      out: true,
      effect: 5n,
      id: 7,
      from: { _: 'peerFromTheFuture', x: 1 },
      media: { _: 'mediaFromTheFuture' },
      peers: [{ _: 'peerUser', userId: 3n }, { _: 'peerFromTheFuture' }, { _: 'peerUser', userId: 4 }],
      a: 1,
      pts: 12,
      count: 13n,
    }
    expect(older.decode(older.encode(message))).toEqual({
      _: 'message',
      out: true,
      id: 7,
      media: { _: 'mediaEmpty' },
      peers: [
        { _: 'peerUser', userId: 3 },
        { _: 'peerUser', userId: 4 },
      ],
      a: 1,
      b: '',
      pts: 12n,
      count: 13,
      key: new Uint8Array(16),
      ok: false,
      size: 0,
    })
  })

  test('the empty form of a type is found through other types, and missed where there is none', () => {
    expect(older.decode(older.encode({ _: 'media' }))).toEqual({
      _: 'media',
      photo: { _: 'photoEmpty', id: 0n },
    })
    expect(older.decode(older.encode({ _: 'peerNone' }))).toEqual({
      _: 'peerNone',
      peer: { _: 'peerUser', userId: 0 },
    })
    expect(failure(() => older.encode({ _: 'bad' })).path).toBe('bad.loop')
  })

  test('a wrong kind of value is still refused', () => {
    expect(failure(() => older.encode({ _: 'message', id: 'seven' })).path).toBe('message.id')
    expect(failure(() => older.encode({ _: 'message', peers: [5] })).code).toBe('TL_BAD_VALUE')
    expect(failure(() => older.encode({ _: 'message', media: 'none' })).path).toBe('message.media')
  })
})
