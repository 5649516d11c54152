import { assert as assertProperty, property, uint8Array } from 'fast-check'
import { expect, it } from 'vitest'
import { encodeValue } from '../storage/value-codec.ts'
import type { UpdateDelivery } from '../updates/types.ts'
import { decodeDelivery, encodeDelivery } from './delivery-record.ts'

const update: UpdateDelivery = {
  type: 'update',
  id: 'm0.5',
  sequence: 0,
  position: { type: 'account', pts: 7, qts: 0, seq: 1, top: 5 },
  users: [{ _: 'user', id: 7, accessHash: -(2n ** 63n), firstName: 'A' }],
  chats: [],
  origin: 'push',
  date: 1_700_000_000,
  update: {
    _: 'updateNewMessage',
    pts: 7,
    ptsCount: 1,
    message: {
      _: 'message',
      id: 5,
      peerId: { _: 'peerUser', userId: 7 },
      date: 1_700_000_000,
      message: 'a\uD800b',
      media: { _: 'messageMediaGeo', geo: { _: 'geoPoint', long: -0.5, lat: 1e-7, accessHash: 2n ** 62n } },
      replyMarkup: {
        _: 'replyInlineMarkup',
        rows: [
          {
            _: 'keyboardButtonRow',
            buttons: [{ _: 'keyboardButtonCallback', text: 'x', data: new Uint8Array([0, 255]) }],
          },
        ],
      },
    },
  },
}

it('gives updates back as they were delivered, but for their place', () => {
  const facts = {
    chats: new Map([[3, { kind: 'chat', id: 4 } as const]]),
    content: 'digest',
  }
  const error = { name: 'TypeError', message: 'why' }
  expect(decodeDelivery(encodeDelivery({ update, facts, error }))).toEqual({
    update: { ...update, position: undefined },
    facts,
    error,
  })
  const gap = {
    type: 'gap',
    id: 'g0.1.2.differenceTooLong',
    sequence: 0,
    position: undefined,
    users: [],
    chats: [],
    reason: 'tooLong',
    channelId: undefined,
    fromMessageId: 2,
    toMessageId: undefined,
    messages: [],
  } as never
  expect(decodeDelivery(encodeDelivery({ update: gap, facts: {} })).update).toEqual(gap)
})

it('refuses what is no update, or of a version to come', () => {
  const corrupt = expect.objectContaining({ code: 'STORAGE_RECORD_CORRUPT' })
  const { position: _, ...kept } = update
  for (const value of [
    5,
    {},
    { version: 2, update: kept },
    { version: 1, update: { id: 5, type: 'update' } },
  ]) {
    expect(() => decodeDelivery(encodeValue(value))).toThrow(corrupt)
  }
  assertProperty(
    property(uint8Array(), (bytes) => {
      expect(() => decodeDelivery(bytes)).toThrow(corrupt)
    }),
  )
})
