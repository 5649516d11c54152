import { describe, expect, test } from 'vitest'
import type { tl } from '../layer.ts'
import {
  Bench,
  channelChat,
  channelDifference,
  channelTooLong,
  container,
  DATE,
  difference,
  fresh,
  message,
  reaction,
  saved,
  slice,
  stateOf,
  user,
} from './fixtures.testing.ts'

const EMPTY: tl.updates.differenceEmpty = { _: 'updates.differenceEmpty', date: DATE + 60, seq: 0 }

describe('start', () => {
  test('a new account asks for the state, then for the difference, and starts there', () => {
    const bench = new Bench(undefined)
    const first = bench.request()
    expect(first).toMatchObject({ params: { _: 'updates.getState' } })
    expect(bench.each(fresh(1, 10), fresh(2, 11))).toEqual([])
    bench.answer(first, stateOf(10))
    expect(bench.deliveries.map(({ position }) => position)).toEqual([
      { type: 'account', pts: 10, qts: 0, seq: 10, top: 0 },
      { type: 'date', date: DATE + 60 },
    ])
    const second = bench.request()
    expect(second).toMatchObject({ params: { _: 'updates.getDifference', pts: 10, date: DATE + 59 } })
    expect(bench.answer(second, EMPTY)).toEqual(['m0.2'])
  })

  test('before the account has a position, nothing numbered goes out and no channel is asked', () => {
    const bench = new Bench(undefined)
    const first = bench.request()
    const changed: tl.Update = { _: 'updateChannelTooLong', channelId: 8, pts: 40 }
    expect(bench.each(fresh(30, 77, 7), changed)).toEqual([])
    expect(bench.requests()).toEqual([])
    expect(bench.answer(first, stateOf(10))).toEqual(['g7.76.1.firstSeen', 'm7.30'])
    expect(bench.requests()).toMatchObject([
      { type: 'account' },
      { channelId: 7, pts: 77 },
      { channelId: 8, pts: 1 },
    ])
  })

  test('a restored account catches up first, and holds pushes back meanwhile', () => {
    const bench = new Bench(saved(10))
    const request = bench.request()
    expect(request).toMatchObject({ params: { pts: 10, qts: 0 } })
    expect(bench.each(fresh(3, 13))).toEqual([])
    expect(bench.answer(request, difference(stateOf(12), [message(1), message(2)]))).toEqual([
      'm0.1',
      'm0.2',
      'm0.3',
    ])
    expect(bench.deliveries.at(-2)?.position).toMatchObject({ type: 'account', pts: 13 })
    expect(bench.last().position).toEqual({ type: 'date', date: DATE + 60 })
  })

  test('all of the saved position counts', () => {
    const bench = new Bench(saved(10, [[7, 5]], { qts: 4, date: DATE - 100 }))
    expect(bench.request()).toMatchObject({ params: { pts: 10, qts: 4, date: DATE - 101 } })
    bench.each({ _: 'updateChannelTooLong', channelId: 7 })
    expect(bench.request()).toMatchObject({ channelId: 7, pts: 5 })
  })

  test('with catching up turned off it goes on from now', () => {
    const bench = new Bench(saved(10), { catchUp: false })
    expect(bench.request().type).toBe('state')
  })
})

describe('numbers', () => {
  test('updates in order go out at once, each with its position', () => {
    const bench = Bench.settled(10)
    expect(bench.each(fresh(1, 11), fresh(2, 12))).toEqual(['m0.1', 'm0.2'])
    expect(bench.deliveries.map(({ position }) => position)).toMatchObject([
      { pts: 11, top: 1 },
      { pts: 12, top: 2 },
    ])
  })

  test('repeated ones are dropped', () => {
    const bench = Bench.settled(10)
    expect(bench.each(fresh(1, 11), fresh(1, 11), fresh(0, 10))).toEqual(['m0.1'])
  })

  test('one that overtook another waits for it', () => {
    const bench = Bench.settled(10)
    expect(bench.each(fresh(2, 12))).toEqual([])
    expect(bench.each(fresh(1, 11))).toEqual(['m0.1', 'm0.2'])
    expect(bench.requests(5_000)).toEqual([])
  })

  test('inside a container too', () => {
    const bench = Bench.settled(10)
    expect(bench.push(container([fresh(3, 13), fresh(1, 11), fresh(2, 12)]))).toEqual([
      'm0.1',
      'm0.2',
      'm0.3',
    ])
  })

  test('an update that covers handed out ones and others needs a difference', () => {
    const bench = Bench.settled(10)
    bench.each({ _: 'updateDeleteMessages', messages: [1, 2, 3], pts: 12, ptsCount: 3 })
    expect(bench.request()).toMatchObject({ params: { pts: 10 } })
  })

  test('a rider (pts_count 0) goes out when its pts is reached, and never gets lost', () => {
    const bench = Bench.settled(10, [[7, 5]])
    const read = (pts: number): tl.Update => ({
      _: 'updateReadChannelInbox',
      channelId: 7,
      maxId: pts,
      stillUnreadCount: 0,
      pts,
    })
    expect(bench.each(read(5))).toHaveLength(1)
    expect(bench.each(read(6))).toEqual([])
    expect(bench.each(fresh(1, 6, 7))).toEqual(['m7.1', expect.stringMatching(/^p7\.6\./)])
    expect(bench.each(read(4))).toHaveLength(1)
    expect(bench.engine.reached().channels.get(7)?.pts).toBe(6)
  })

  test('qts: in order, held, repaired by a difference', () => {
    const bench = Bench.settled(10)
    const secret = (qts: number): tl.Update => ({
      _: 'updateNewEncryptedMessage',
      message: {
        _: 'encryptedMessageService',
        randomId: BigInt(qts),
        chatId: 3,
        date: DATE,
        bytes: new Uint8Array(),
      },
      qts,
    })
    expect(bench.each(secret(1), secret(3))).toEqual(['s3.1'])
    expect(bench.each(secret(2), secret(2))).toEqual(['s3.2', 's3.3'])
    bench.each(secret(5))
    expect(bench.requests(699)).toEqual([])
    expect(bench.request(1)).toMatchObject({ params: { pts: 10, qts: 3 } })
  })

  test('updates without a number keep the order of arrival', () => {
    const bench = Bench.settled(10)
    bench.each(reaction(1), fresh(1, 11), reaction(2))
    expect(bench.deliveries.map((one) => one.type === 'update' && one.update._)).toEqual([
      'updateMessageReactions',
      'updateNewMessage',
      'updateMessageReactions',
    ])
  })

  test('one without a number waits behind a gap of its own sequence only', () => {
    const bench = Bench.settled(10, [[7, 5]])
    bench.each(fresh(2, 7, 7))
    expect(bench.each(reaction(2, { _: 'peerChannel', channelId: 7 }))).toEqual([])
    expect(bench.each(reaction(9))).toHaveLength(1)
    expect(bench.each(fresh(1, 6, 7))).toHaveLength(3)
  })
})

describe('gaps of the account', () => {
  test('a single missing update is asked for alone after 50 ms', () => {
    const bench = Bench.settled(10)
    bench.each(fresh(2, 12))
    expect(bench.wakeIn()).toBe(50)
    const request = bench.request(50)
    expect(request).toMatchObject({ params: { pts: 10, ptsLimit: 1 } })
    expect(bench.answer(request, slice(stateOf(11), [message(1)]))).toEqual(['m0.1', 'm0.2'])
    expect(bench.requests(5_000)).toEqual([])
  })

  test('if that does not help, a full difference follows after 700 ms', () => {
    const bench = Bench.settled(10)
    bench.each(fresh(2, 12))
    bench.answer(bench.request(50), EMPTY)
    const request = bench.request(1_000)
    expect(request).toMatchObject({ params: { pts: 10, ptsLimit: undefined } })
  })

  test('more than one missing: a full difference after 700 ms', () => {
    const bench = Bench.settled(10)
    bench.each(fresh(3, 13))
    expect(bench.requests(699)).toEqual([])
    const request = bench.request(1)
    expect(request).toMatchObject({ params: { pts: 10, ptsLimit: undefined } })
    expect(bench.answer(request, difference(stateOf(12), [message(1), message(2)]))).toEqual([
      'm0.1',
      'm0.2',
      'm0.3',
    ])
  })

  test('slices are followed to the end; the position is that of each slice', () => {
    const bench = new Bench(saved(10))
    expect(bench.answer(bench.request(), slice(stateOf(11), [message(1)]))).toEqual(['m0.1'])
    expect(bench.last().position).toMatchObject({ pts: 11 })
    const second = bench.request()
    expect(second).toMatchObject({ params: { pts: 11, date: DATE - 1 } })
    expect(bench.answer(second, difference(stateOf(13), [message(2), message(3)]))).toEqual(['m0.2', 'm0.3'])
    expect(bench.deliveries.map(({ position }) => position?.type)).toEqual([
      'account',
      undefined,
      'account',
      'date',
    ])
  })

  test('a difference of several updates has its position on the last only', () => {
    const bench = new Bench(saved(10))
    bench.answer(bench.request(), difference(stateOf(13), [message(1), message(2)], [reaction(1)]))
    expect(bench.deliveries.map(({ position }) => position?.type)).toEqual([
      undefined,
      undefined,
      'account',
      'date',
    ])
  })

  test('too long: a gap says from where, and it goes on from the new position', () => {
    const bench = new Bench(saved(10, [], { top: 41 }))
    bench.answer(bench.request(), { _: 'updates.differenceTooLong', pts: 5_000 })
    expect(bench.last()).toMatchObject({
      type: 'gap',
      reason: 'tooLong',
      channelId: undefined,
      fromMessageId: 42,
      position: { pts: 5_000 },
    })
    expect(bench.request()).toMatchObject({ params: { pts: 5_000 } })
  })

  test.each(['updatesTooLong', 'newSession'])('%s causes a difference at once', (cause) => {
    const bench = Bench.settled(10)
    if (cause === 'newSession') bench.engine.newSession()
    else bench.push({ _: 'updatesTooLong' })
    expect(bench.request()).toMatchObject({ params: { pts: 10 } })
  })

  test('after 15 minutes of silence it looks, and again after 15 more', () => {
    const bench = Bench.settled(10)
    expect(bench.wakeIn()).toBe(900_000)
    bench.answer(bench.request(900_000), EMPTY)
    expect(bench.requests(899_999)).toEqual([])
    expect(bench.requests(1)).toHaveLength(1)
  })

  test('on a busy account it looks once an hour', () => {
    const bench = Bench.settled(10)
    for (let minute = 1; minute < 60; minute++) {
      expect(bench.requests(60_000)).toEqual([])
      bench.each(fresh(minute, 10 + minute))
    }
    expect(bench.requests(60_000)).toHaveLength(1)
  })

  test('what was pushed while a difference ran and is in it is not told twice', () => {
    const bench = new Bench(saved(10))
    const request = bench.request()
    bench.each(fresh(1, 11))
    expect(bench.answer(request, difference(stateOf(11), [message(1)]))).toEqual(['m0.1'])
  })

  test('retries back off from 1 s to 60 s; pushes in order go out meanwhile', () => {
    const bench = new Bench(saved(10))
    const waits: number[] = []
    for (let tries = 0; tries < 8; tries++) {
      bench.fail(bench.request(waits.at(-1) ?? 0), 'INTERNAL')
      waits.push(bench.wakeIn())
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000])
    expect(bench.each(fresh(1, 11))).toEqual(['m0.1'])
  })

  test('a flood wait is kept', () => {
    const bench = new Bench(saved(10))
    bench.fail(bench.request(), 'FLOOD_WAIT_17')
    expect(bench.wakeIn()).toBe(17_000)
  })

  test('a server that brings nothing for what it pushed is not asked for ever', () => {
    const bench = Bench.settled(10)
    bench.each(fresh(9, 19))
    for (let tries = 0; tries < 4; tries++) bench.answer(bench.request(10_000), EMPTY)
    expect(bench.last()).toMatchObject({ type: 'gap', reason: 'positionLost' })
    expect(bench.requests(10_000)).toEqual([])
    expect(bench.engine.status().buffered).toBe(0)
    expect(bench.each(fresh(1, 11))).toEqual(['m0.1'])
  })

  test.each(['updatePtsChanged', 'PERSISTENT_TIMESTAMP_INVALID'])(
    '%s: a new position, with a gap that says so',
    (cause) => {
      const bench = new Bench(saved(10, [], { top: 5 }))
      const request = bench.request()
      if (cause === 'updatePtsChanged') bench.each({ _: 'updatePtsChanged' })
      else bench.fail(request, cause)
      const next = bench.request(1_000)
      expect(next.type).toBe('state')
      bench.answer(next, stateOf(3))
      expect(bench.last()).toMatchObject({ type: 'gap', reason: 'positionLost', fromMessageId: 6 })
      expect(bench.last().position).toMatchObject({ pts: 3 })
      expect(bench.answer(request, difference(stateOf(12), [message(1)]))).toEqual([])
    },
  )
})

describe('seq', () => {
  const at = (seq: number, msgId: number) => container([reaction(msgId)], { seq })

  test('a container that came before is dropped, one that overtook another is not', () => {
    const bench = Bench.settled(10)
    expect(bench.push(at(1, 1), at(3, 3), at(3, 3), at(2, 2), at(1, 1))).toHaveLength(3)
    expect(bench.requests(5_000)).toEqual([])
  })

  test('a missing container causes a difference after 700 ms', () => {
    const bench = Bench.settled(10)
    bench.push(at(1, 1), at(3, 3))
    expect(bench.requests(699)).toEqual([])
    bench.answer(bench.request(1), difference(stateOf(10, { seq: 3 })))
    expect(bench.push(at(4, 4))).toHaveLength(1)
    expect(bench.requests(5_000)).toEqual([])
  })

  test('combined containers take a range', () => {
    const bench = Bench.settled(10)
    bench.push(at(1, 1))
    bench.push({ ...container([reaction(2)]), _: 'updatesCombined', seqStart: 2, seq: 4 })
    expect(bench.push(at(3, 3))).toEqual([])
    expect(bench.push(at(5, 5))).toHaveLength(1)
    expect(bench.requests(5_000)).toEqual([])
  })

  test('numbered updates in a repeated container still count', () => {
    const bench = Bench.settled(10)
    bench.push(at(1, 1))
    expect(bench.push(container([reaction(1), fresh(1, 11)], { seq: 1 }))).toEqual(['m0.1'])
  })
})

describe('channels', () => {
  test('each has its own sequence: a gap in one holds no other back', () => {
    const bench = Bench.settled(10, [
      [7, 5],
      [8, 5],
    ])
    bench.each(fresh(9, 9, 7))
    expect(bench.each(fresh(1, 6, 8), fresh(1, 11))).toEqual(['m8.1', 'm0.1'])
    const request = bench.request(700)
    expect(request).toMatchObject({ type: 'channel', channelId: 7, pts: 5, limit: 100 })
    expect(bench.each(fresh(2, 7, 8), fresh(2, 12))).toEqual(['m8.2', 'm0.2'])
    expect(bench.answer(request, channelDifference(8, [message(7, 7), message(8, 7)]))).toEqual([
      'm7.7',
      'm7.8',
      'm7.9',
    ])
    expect(bench.last().position).toEqual({
      type: 'channel',
      channelId: 7,
      pts: 9,
      top: 9,
      unverified: false,
      gone: false,
    })
  })

  test('a difference that is not final is gone on with', () => {
    const bench = Bench.settled(10, [[7, 5]])
    bench.each({ _: 'updateChannelTooLong', channelId: 7, pts: 8 })
    bench.answer(bench.request(), channelDifference(6, [message(1, 7)], { final: undefined }))
    const second = bench.request()
    expect(second).toMatchObject({ pts: 6 })
    bench.answer(second, channelDifference(8, [message(2, 7)]))
    expect(bench.requests()).toEqual([])
  })

  test('updateChannelTooLong of a pts already reached is nothing new', () => {
    const bench = Bench.settled(10, [[7, 5]])
    bench.each({ _: 'updateChannelTooLong', channelId: 7, pts: 5 })
    expect(bench.requests()).toEqual([])
    bench.each({ _: 'updateChannelTooLong', channelId: 7 })
    expect(bench.request()).toMatchObject({ channelId: 7 })
  })

  test('too long: a gap with the chat, the range and the newest messages', () => {
    const bench = Bench.settled(10, [[7, 5]])
    bench.each(fresh(20, 6, 7), { _: 'updateChannelTooLong', channelId: 7 })
    bench.answer(bench.request(), channelTooLong(7, 900, 310))
    expect(bench.last()).toMatchObject({
      type: 'gap',
      reason: 'tooLong',
      channelId: 7,
      fromMessageId: 21,
      toMessageId: 310,
      messages: [{ id: 310 }],
      position: { type: 'channel', channelId: 7, pts: 900, top: 310 },
    })
    expect(bench.each(fresh(311, 901, 7))).toEqual(['m7.311'])
  })

  test('one seen for the first time is followed from there, with word of what lies before', () => {
    const bench = Bench.settled(10)
    expect(bench.each(fresh(30, 77, 7))).toEqual(['g7.76.1.firstSeen', 'm7.30'])
    expect(bench.deliveries[0]).toMatchObject({
      reason: 'firstSeen',
      channelId: 7,
      toMessageId: 29,
      position: { pts: 76 },
    })
    expect(bench.each(fresh(31, 78, 7))).toEqual(['m7.31'])
  })

  test('if that first update is older than what the account was told, a difference makes sure', () => {
    const bench = new Bench(saved(10))
    bench.answer(bench.request(), EMPTY)
    expect(bench.push(container([fresh(30, 77, 7)], { date: DATE + 61 }))).toHaveLength(2)
    expect(bench.requests()).toEqual([])
    expect(bench.push(container([fresh(30, 77, 8)], { date: DATE + 60 }))).toHaveLength(2)
    expect(bench.request()).toMatchObject({ type: 'channel', channelId: 8, pts: 77 })
  })

  test('until that is done its position is not sure, and a restart asks again', () => {
    const bench = new Bench(saved(10))
    bench.answer(bench.request(), EMPTY)
    bench.push(container([fresh(30, 77, 8)], { date: DATE + 60 }))
    expect(bench.last().position).toMatchObject({ pts: 77, unverified: true })
    bench.fail(bench.request(), 'TIMEOUT')
    const restarted = new Bench(bench.engine.reached())
    const [account, channel, more] = restarted.requests()
    expect(account).toMatchObject({ type: 'account' })
    expect(channel).toMatchObject({ type: 'channel', channelId: 8, pts: 77 })
    expect(more).toBeUndefined()
    if (channel === undefined) return
    const deleted: tl.Update = {
      _: 'updateDeleteChannelMessages',
      channelId: 8,
      messages: [30],
      pts: 78,
      ptsCount: 1,
    }
    const part = channelDifference(78, [], { otherUpdates: [deleted], final: undefined })
    expect(restarted.answer(channel, part)).toEqual(['d8.30.30.1'])
    expect(restarted.last().position).toMatchObject({ pts: 78, unverified: true })
    const rest = restarted.requests().find(({ type }) => type === 'channel')
    if (rest === undefined) throw new Error('the rest was not asked for')
    restarted.answer(rest, { _: 'updates.channelDifferenceEmpty', final: true, pts: 78 })
    expect(restarted.last().position).toMatchObject({ pts: 78, unverified: false })
    expect(new Bench(restarted.engine.reached()).requests()).toHaveLength(1)
  })

  test('one seen first in a difference is asked where it is', () => {
    const bench = new Bench(saved(10))
    bench.answer(bench.request(), difference(stateOf(10), [], [{ _: 'updateChannelTooLong', channelId: 7 }]))
    const request = bench.request()
    expect(request).toMatchObject({ type: 'channel', channelId: 7, pts: 1, limit: 1 })
    bench.answer(request, channelTooLong(7, 50, 12))
    expect(bench.deliveries.find(({ type }) => type === 'gap')).toMatchObject({
      reason: 'firstSeen',
      toMessageId: 12,
    })
  })

  test('one whose whole history is short: it is history, not news', () => {
    const bench = Bench.settled(10)
    bench.each({ _: 'updateChannelTooLong', channelId: 7 })
    const first = bench.request()
    expect(first).toMatchObject({ pts: 1, limit: 1 })
    expect(bench.answer(first, channelDifference(2, [message(1, 7)], { final: undefined }))).toEqual([])
    expect(bench.each(fresh(4, 5, 7))).toEqual([])
    const second = bench.request()
    expect(second).toMatchObject({ pts: 2, limit: 100 })
    expect(bench.answer(second, channelDifference(4, [message(2, 7), message(3, 7)]))).toEqual([
      'g7.0.1.firstSeen',
      'm7.4',
    ])
    expect(bench.deliveries[0]).toMatchObject({
      fromMessageId: 1,
      toMessageId: 3,
      position: { pts: 4, top: 3 },
    })
  })

  test('one first named with its pts is followed from there, and checked', () => {
    const bench = Bench.settled(10)
    bench.each({ _: 'updateChannelTooLong', channelId: 7, pts: 40 })
    expect(bench.last()).toMatchObject({
      type: 'gap',
      reason: 'firstSeen',
      channelId: 7,
      position: { pts: 40 },
    })
    const request = bench.request()
    expect(request).toMatchObject({ channelId: 7, pts: 40, limit: 100 })
    expect(bench.answer(request, channelDifference(41, [message(9, 7)]))).toEqual(['m7.9'])
  })

  test.each(['CHANNEL_PRIVATE', 'CHANNEL_PUBLIC_GROUP_NA'])('%s: it is forgotten, aloud', (code) => {
    const bench = Bench.settled(10, [[7, 5]])
    bench.each(fresh(9, 9, 7))
    expect(bench.fail(bench.request(700), code)).toEqual(['g7.5.1.unavailable', 'm7.9', 'l7.5'])
    expect(bench.last()).toMatchObject({
      type: 'channelLost',
      reason: 'inaccessible',
      position: { gone: true },
    })
    expect(bench.engine.reached().channels.size).toBe(0)
  })

  test.each(['CHANNEL_INVALID', 'NO_ACCESS_HASH'])(
    '%s: asked for again, and not called a loss of the account',
    (code) => {
      const bench = Bench.settled(10, [[7, 5]])
      bench.each(fresh(9, 9, 7))
      for (let tries = 0; tries < 4; tries++) {
        const requests = bench.requests(10_000)
        for (const request of requests) {
          if (request.type === 'channel') bench.fail(request, code)
          else bench.answer(request, EMPTY)
        }
      }
      expect(bench.deliveries.filter(({ type }) => type === 'channelLost')).toMatchObject([
        { channelId: 7, reason: 'noAccessHash' },
      ])
    },
  )

  test('channelForbidden and leaving: forgotten as well', () => {
    const bench = Bench.settled(10, [
      [7, 5],
      [8, 5],
    ])
    const forbidden: tl.Chat = { _: 'channelForbidden', id: 7, accessHash: 0n, title: '' }
    bench.push(container([{ _: 'updateChannel', channelId: 7 }], { chats: [forbidden] }))
    bench.push(container([{ _: 'updateChannel', channelId: 8 }], { chats: [channelChat(8, { left: true })] }))
    expect(bench.deliveries.filter(({ type }) => type === 'channelLost')).toMatchObject([
      { channelId: 7, reason: 'forbidden' },
      { channelId: 8, reason: 'left' },
    ])
  })

  test('a position that the server does not know: the present one, with a gap', () => {
    const bench = Bench.settled(10, [[7, 5]])
    bench.each({ _: 'updateChannelTooLong', channelId: 7 })
    bench.fail(bench.request(), 'PERSISTENT_TIMESTAMP_INVALID')
    const request = bench.request(1_000)
    expect(request).toMatchObject({ pts: 1, limit: 1 })
    bench.answer(request, channelTooLong(7, 3, 2))
    expect(bench.last()).toMatchObject({ type: 'gap', reason: 'positionLost', position: { pts: 3 } })
  })

  test("no access hash: the account's difference may bring it, then the channel is asked again", () => {
    const bench = Bench.settled(10, [[7, 5]])
    bench.each({ _: 'updateChannelTooLong', channelId: 7 })
    bench.fail(bench.request(), 'NO_ACCESS_HASH')
    const account = bench.request()
    expect(account.type).toBe('account')
    bench.answer(account, difference(stateOf(10), [], [], { chats: [channelChat(7)] }))
    expect(bench.request(1_000)).toMatchObject({ type: 'channel', channelId: 7 })
  })

  test('so many differences at once and no more; a slow one gives its place away', () => {
    const ids = [1, 2, 3, 4]
    const bench = Bench.settled(
      10,
      ids.map((id) => [id, 5]),
      { channelsAtOnce: 2 },
    )
    bench.each(...ids.map((channelId): tl.Update => ({ _: 'updateChannelTooLong', channelId })))
    const [first, second] = bench.requests()
    expect([first, second]).toMatchObject([{ channelId: 1 }, { channelId: 2 }])
    expect(bench.requests()).toEqual([])
    if (first !== undefined) bench.answer(first, { _: 'updates.channelDifferenceEmpty', final: true, pts: 5 })
    expect(bench.requests()).toMatchObject([{ channelId: 3 }])
    expect(bench.wakeIn()).toBe(10_000)
    expect(bench.requests(10_000)).toMatchObject([{ channelId: 4 }])
  })

  test('the date is saved only when the channels that were behind caught up', () => {
    const bench = new Bench(saved(10, [[7, 5]]))
    bench.answer(
      bench.request(),
      difference(stateOf(10), [], [{ _: 'updateChannelTooLong', channelId: 7, pts: 6 }]),
    )
    const isDate = () => bench.deliveries.some(({ position }) => position?.type === 'date')
    expect(isDate()).toBe(false)
    bench.answer(bench.request(), channelDifference(6, [message(1, 7)]))
    expect(isDate()).toBe(true)
    expect(bench.last().position).toEqual({ type: 'date', date: DATE + 60 })
  })
})

describe('peers', () => {
  const unknown = { knows: (_kind: string, id: number) => id !== 99 }

  test('a message of someone unknown is fetched, with the user', () => {
    const bench = Bench.settled(10, [], unknown)
    const from: tl.Peer = { _: 'peerUser', userId: 99 }
    expect(bench.each(fresh(1, 11, 0, { fromId: from }))).toEqual([])
    const request = bench.request()
    const users = [user(99)]
    expect(
      bench.answer(request, difference(stateOf(11), [message(1, 0, { fromId: from })], [], { users })),
    ).toEqual(['m0.1'])
    expect(bench.last().position ?? bench.deliveries.at(-2)?.position).toBeDefined()
  })

  test('a min user does not count as known, a full one does', () => {
    const from: tl.Peer = { _: 'peerUser', userId: 99 }
    const bench = Bench.settled(10, [[7, 5]], unknown)
    expect(bench.push(container([fresh(1, 6, 7, { fromId: from })], { users: [user(99)] }))).toEqual(['m7.1'])
    expect(bench.push(container([fresh(2, 7, 7, { fromId: from })], { users: [user(99, true)] }))).toEqual([])
    expect(bench.request()).toMatchObject({ type: 'channel', channelId: 7, pts: 6 })
  })

  test('if the difference brings no more, the message goes out, and no further difference follows', () => {
    const from: tl.Peer = { _: 'peerUser', userId: 99 }
    const bench = Bench.settled(10, [[7, 5]], unknown)
    const push = (id: number, pts: number) =>
      bench.push(container([fresh(id, pts, 7, { fromId: from })], { users: [user(99, true)] }))
    push(1, 6)
    const users = [user(99, true)]
    const told = bench.answer(
      bench.request(),
      channelDifference(6, [message(1, 7, { fromId: from })], { users }),
    )
    expect(told).toEqual(['m7.1'])
    expect(push(2, 7)).toEqual(['m7.2'])
    expect(bench.requests(5_000)).toEqual([])
  })

  test('a difference asked for before the message came, or for another alone, counts for nobody in it', () => {
    const bench = Bench.settled(10, [], { knows: (kind, id) => kind === 'user' && id !== 3 })
    const { peerId } = message(2, 0)
    const fromId: tl.Peer = { _: 'peerUser', userId: 3 }
    bench.engine.newSession()
    const early = bench.request()
    bench.each(fresh(2, 11, 0, { peerId, fromId }))
    expect(bench.answer(early, EMPTY)).toEqual([])
    expect(
      bench.answer(
        bench.request(),
        difference(stateOf(11), [message(2, 0, { fromId })], [], { users: [user(3)] }),
      ),
    ).toEqual(['m0.2'])
    bench.each(fresh(4, 13, 0, { fromId: { _: 'peerUser', userId: 3 } }))
    const repair = bench.request(50)
    expect(repair).toMatchObject({ params: { ptsLimit: 1 } })
    expect(bench.answer(repair, slice(stateOf(12), [message(3)]))).toEqual(['m0.3'])
    expect(bench.request()).toMatchObject({ params: { pts: 12, ptsLimit: undefined } })
  })

  test('an unknown channel: the account is asked, then it is followed all the same', () => {
    const bench = Bench.settled(10, [], unknown)
    expect(bench.each(fresh(30, 77, 99))).toEqual([])
    const request = bench.request()
    expect(request.type).toBe('account')
    expect(bench.answer(request, EMPTY)).toEqual(['g99.76.1.firstSeen', 'm99.30'])
  })
})

describe('short forms', () => {
  const short = {
    _: 'updateShortMessage',
    id: 5,
    userId: 2,
    message: 'hi',
    pts: 11,
    ptsCount: 1,
    date: DATE,
  } as const

  test('a private message', () => {
    const bench = Bench.settled(10)
    bench.push(short)
    expect(bench.last()).toMatchObject({
      id: 'm0.5',
      update: {
        _: 'updateNewMessage',
        message: { fromId: { userId: 2 }, peerId: { userId: 2 }, message: 'hi' },
        pts: 11,
      },
    })
  })

  test('one of our own, and one in a group', () => {
    const bench = Bench.settled(10)
    bench.push({ ...short, out: true })
    expect(bench.last()).toMatchObject({
      update: { message: { fromId: { userId: 1 }, peerId: { userId: 2 } } },
    })
    const { userId: _userId, ...rest } = short
    bench.push({ ...rest, _: 'updateShortChatMessage', fromId: 3, chatId: 4, pts: 12 })
    expect(bench.last()).toMatchObject({
      update: { message: { fromId: { userId: 3 }, peerId: { chatId: 4 } } },
    })
  })

  test('of someone unknown: a difference', () => {
    const bench = Bench.settled(10, [], { knows: () => false })
    bench.push(short)
    expect(bench.request()).toMatchObject({ params: { pts: 10 } })
  })
})

describe('own results', () => {
  const peer: tl.InputPeer = { _: 'inputPeerUser', userId: 2, accessHash: 1n }
  const channel: tl.InputChannel = { _: 'inputChannel', channelId: 7, accessHash: 1n }

  test('updates in an answer take their places', () => {
    const bench = Bench.settled(10)
    bench.own(
      { _: 'messages.createChat' },
      { _: 'messages.invitedUsers', updates: container([fresh(1, 11)]), missingInvitees: [] },
    )
    expect(bench.last()).toMatchObject({ id: 'm0.1', origin: 'result', position: { pts: 11 } })
  })

  test('a sent message is put together from call and answer', () => {
    const bench = Bench.settled(10)
    const call: tl.messages.sendMessage = { _: 'messages.sendMessage', peer, message: 'yo', randomId: 1n }
    const sent = { _: 'updateShortSentMessage', out: true, id: 8, pts: 11, ptsCount: 1, date: DATE }
    bench.own(call, sent)
    expect(bench.last()).toMatchObject({
      id: 'm0.8',
      origin: 'result',
      update: { message: { out: true, message: 'yo', peerId: { userId: 2 }, fromId: { userId: 1 } } },
    })
    bench.own({ _: 'messages.somethingElse' }, sent)
    expect(bench.request()).toMatchObject({ params: { pts: 11 } })
  })

  test('affected messages move the position, in the right sequence', () => {
    const bench = Bench.settled(10, [[7, 5]])
    bench.own({ _: 'messages.readHistory', peer }, { _: 'messages.affectedMessages', pts: 12, ptsCount: 2 })
    expect(bench.last()).toMatchObject({ type: 'position', position: { type: 'account', pts: 12 } })
    const inChannel = { _: 'inputPeerChannel', channelId: 7, accessHash: 1n }
    bench.own(
      { _: 'messages.readMentions', peer: inChannel },
      { _: 'messages.affectedHistory', pts: 6, ptsCount: 1, offset: 0 },
    )
    expect(bench.last()).toMatchObject({ position: { type: 'channel', channelId: 7, pts: 6 } })
    expect(bench.requests(5_000)).toEqual([])
  })

  test('deletions are told', () => {
    const bench = Bench.settled(10, [[7, 5]])
    bench.own(
      { _: 'channels.deleteMessages', channel, id: [3, 4] },
      { _: 'messages.affectedMessages', pts: 7, ptsCount: 2 },
    )
    expect(bench.last()).toMatchObject({
      update: { _: 'updateDeleteChannelMessages', channelId: 7, messages: [3, 4] },
      position: { pts: 7 },
    })
    bench.own(
      { _: 'messages.deleteMessages', id: [9] },
      { _: 'messages.affectedMessages', pts: 10, ptsCount: 0 },
    )
    expect(bench.deliveries).toHaveLength(1)
  })

  test('an answer that came too early waits like an update', () => {
    const bench = Bench.settled(10)
    bench.own({ _: 'messages.readHistory', peer }, { _: 'messages.affectedMessages', pts: 12, ptsCount: 1 })
    expect(bench.each(fresh(1, 11))).toEqual(['m0.1'])
    expect(bench.last()).toMatchObject({ type: 'position', position: { pts: 12 } })
  })

  test('dialogs tell where channels are', () => {
    const bench = Bench.settled(10, [[8, 5]])
    const dialog = (id: number, pts: number) => channelTooLong(id, pts, 40).dialog
    bench.own(
      { _: 'messages.getDialogs' },
      { _: 'messages.dialogs', dialogs: [dialog(7, 90), dialog(8, 6)], messages: [], chats: [], users: [] },
    )
    expect(bench.deliveries.map(({ position }) => position)).toMatchObject([
      { channelId: 7, pts: 90, top: 40 },
      { type: 'date', date: DATE - 60 },
    ])
    expect(bench.each(fresh(41, 91, 7))).toEqual(['m7.41'])
    // The answer may be older than the date from which the next difference would tell of channels that changed.
    const [account, channel] = bench.requests()
    expect(account).toMatchObject({ params: { date: DATE - 61 } })
    expect(channel).toMatchObject({ channelId: 8, pts: 5 })
  })

  test('and are remembered until the account has a position of its own', () => {
    const bench = new Bench(undefined)
    const state = bench.request()
    const dialogs = [channelTooLong(7, 90, 40).dialog]
    bench.own(
      { _: 'messages.getDialogs' },
      { _: 'messages.dialogs', dialogs, messages: [], chats: [], users: [] },
    )
    expect(bench.deliveries).toEqual([])
    bench.answer(state, { _: 'updates.state', pts: 10, qts: 0, seq: 1, date: DATE, unreadCount: 0 })
    expect(bench.engine.reached().channels.get(7)).toMatchObject({ pts: 90, top: 40 })
    // A message that got lost is missed.
    bench.each(fresh(42, 92, 7))
    expect(bench.requests(5_000)).toContainEqual(expect.objectContaining({ channelId: 7, pts: 90 }))
  })

  test('a difference that was under way when they came does not count for them', () => {
    const bench = new Bench(saved(10))
    const early = bench.request()
    const dialogs = [channelTooLong(7, 90, 40).dialog]
    bench.own(
      { _: 'messages.getDialogs' },
      { _: 'messages.dialogs', dialogs, messages: [], chats: [], users: [] },
    )
    bench.answer(early, EMPTY)
    expect(bench.last().position).toEqual({ type: 'date', date: DATE - 60 })
    const again = bench.request()
    expect(again).toMatchObject({ params: { date: DATE - 61 } })
    bench.answer(again, EMPTY)
    expect(bench.last().position).toEqual({ type: 'date', date: DATE + 60 })
  })

  test('other answers and nonsense change nothing', () => {
    const bench = Bench.settled(10)
    for (const result of [true, undefined, null, 5, [], { _: 'config' }, { _: 7 }, 'updates']) {
      expect(bench.own({ _: 'help.getConfig' }, result)).toEqual([])
    }
    expect(bench.requests()).toEqual([])
  })
})

describe('back-pressure', () => {
  test('paused: nothing goes out and nothing is asked; resumed: all of it, in order', () => {
    const bench = Bench.settled(10, [[7, 5]])
    bench.engine.pause()
    expect(bench.each(fresh(1, 11), reaction(1), fresh(2, 13), fresh(1, 6, 7))).toEqual([])
    bench.engine.newSession()
    expect(bench.requests(900_000)).toEqual([])
    expect(bench.wakeIn()).toBe(Number.POSITIVE_INFINITY)
    expect(bench.resume()).toEqual(expect.arrayContaining(['m0.1', 'm7.1']))
    expect(bench.requests()).toHaveLength(1)
  })

  test('beyond the limit updates are dropped and fetched later; those that cannot be are announced', () => {
    const bench = Bench.settled(10, [[7, 5]], { bufferLimit: 3 })
    bench.engine.pause()
    for (let id = 1; id <= 50; id++) bench.each(fresh(id, 10 + id), fresh(id, 5 + id, 7), reaction(id))
    expect(bench.engine.status().buffered).toBe(3)
    expect(bench.resume()).toEqual(expect.arrayContaining(['m0.1', 'm7.1']))
    const requests = bench.requests()
    expect(requests).toMatchObject([
      { type: 'account', params: { pts: 11 } },
      { type: 'channel', channelId: 7, pts: 6 },
    ])
    expect(bench.deliveries.filter((one) => one.type === 'gap')).toMatchObject([{ reason: 'overflow' }])
  })

  test('passing news are dropped without a word', () => {
    const bench = Bench.settled(10, [], { bufferLimit: 0 })
    bench.engine.pause()
    bench.each({ _: 'updateUserTyping', userId: 2, action: { _: 'sendMessageTypingAction' } })
    expect(bench.resume()).toEqual([])
  })
})

test('ten thousand channels take little room and are found', () => {
  const channels = Array.from({ length: 10_000 }, (_, at): [number, number] => [(at * 7919) % 1_000_003, at])
  const bench = Bench.settled(10, channels)
  const [id = 0, pts = 0] = channels[1234] ?? []
  expect(bench.each(fresh(1, pts + 1, id))).toEqual([`m${id}.1`])
  expect(bench.engine.status().channels).toBe(10_000)
})
