/** Flood waits from end to end of the invoker: order, sight, patience, and that nothing is lost. */
import { CallTimeout } from '@telegram-mt/net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Call, Method, tl } from '../layer.ts'
import { type Asked, fakeInvoker, resolve, send } from './invoker.testing.ts'
import { FloodWaitError } from './rpc-error.ts'

/** A server that wants `seconds` between the first call and the rest of this method. */
function floods(seconds: number, times = 1) {
  let left = times
  return () => (left-- > 0 ? { error: `420 FLOOD_WAIT_${seconds}` } : undefined)
}

const texts = (asked: readonly Asked[]) => asked.map(({ text }) => text)

describe('a flood wait', () => {
  test('is waited out in sight: by event, and with the time left', async () => {
    const { clock, wheel, start, invoker, server, waits } = fakeInvoker()
    server.reply = floods(5)
    const result = invoker.invoke(send('hello'))
    await clock.advance(1010)
    const wait = { method: 'messages.sendMessage', reason: 'FLOOD_WAIT', peer: undefined, seconds: 5 }
    expect(waits).toEqual([{ ...wait, until: start + 5010 }])
    expect(invoker.waits()).toEqual([{ ...wait, until: start + 5010, left: 4000, calls: 1 }])
    await clock.advance(4010)
    expect(await result).toMatchObject({ did: 'hello', at: 5020 })
    expect(invoker.waits()).toEqual([])
    expect(wheel.size).toBe(0)
  })

  test('holds later calls of the method back, in order, and no others', async () => {
    const { clock, invoker, server, asked, waits } = fakeInvoker()
    const flood = floods(5)
    server.reply = ({ method }) => (method === 'messages.sendMessage' ? flood() : undefined)
    const ended: string[] = []
    const first = invoker.invoke(send('1')).then(() => ended.push('1'))
    await clock.advance(100)
    const others = ['2', '3', '4'].map((text) => invoker.invoke(send(text)).then(() => ended.push(text)))
    const other = invoker.invoke(resolve('durov')).then(() => ended.push('durov'))
    await clock.advance(4000)
    expect(texts(asked)).toEqual(['1', 'durov'])
    expect(invoker.waits()).toMatchObject([{ calls: 4 }])
    await clock.advance(2000)
    await Promise.all([first, other, ...others])
    expect(texts(asked)).toEqual(['1', 'durov', '1', '2', '3', '4'])
    expect(ended).toEqual(['durov', '1', '2', '3', '4'])
    // One after the other: each had its answer before the next was made.
    expect(asked.slice(2).map(({ at }) => at)).toEqual([5010, 5020, 5030, 5040])
    expect(waits).toHaveLength(1)
    expect(invoker.running).toBe(0)
  })

  test('of calls that were all under way keeps their order, too', async () => {
    const { clock, invoker, server, asked } = fakeInvoker()
    // Answers come in the opposite order.
    server.reply = ({ text, at }) => ({
      after: at > 0 ? 10 : 100 - Number(text),
      ...(at === 0 && { error: '420 FLOOD_WAIT_1' }),
    })
    const all = ['1', '2', '3', '4', '5'].map((text) => invoker.invoke(send(text)))
    await clock.advance(3000)
    await Promise.all(all)
    expect(texts(asked.slice(5))).toEqual(['1', '2', '3', '4', '5'])
  })

  test('that comes again makes the line longer, not shorter', async () => {
    const { clock, invoker, server, asked, waits } = fakeInvoker()
    server.reply = floods(3, 2)
    const all = ['1', '2'].map((text) => invoker.invoke(send(text), {}))
    await clock.advance(10_000)
    await Promise.all(all)
    expect(texts(asked)).toEqual(['1', '2', '1', '2'])
    expect(waits.length).toBeGreaterThan(0)
    expect(asked[2]?.at).toBeGreaterThanOrEqual(3010)
  })

  test('of zero seconds does not go round at once for ever', async () => {
    const { clock, invoker, server, asked } = fakeInvoker()
    server.reply = floods(0, 3)
    const result = invoker.invoke(send('1'))
    await clock.advance(5000)
    await result
    expect(asked.map(({ at }) => at)).toEqual([0, 1010, 2020, 3030])
  })

  test('beyond the limit is thrown, typed, with its seconds', async () => {
    const { clock, invoker, server, asked, waits, thrownWaits } = fakeInvoker()
    server.reply = floods(61)
    const error = invoker.invoke(send('1')).catch((thrown: unknown) => thrown)
    await clock.advance(10)
    expect(await error).toBeInstanceOf(FloodWaitError)
    expect(await error).toMatchObject({ code: 'FLOOD_WAIT_61', seconds: 61, status: 420 })
    expect(waits).toEqual([])
    expect(thrownWaits).toMatchObject([{ method: 'messages.sendMessage', reason: 'FLOOD_WAIT', seconds: 61 }])
    expect(texts(asked)).toEqual(['1'])
  })

  test('that was thrown is remembered: who tries again does not ask the server before it is over', async () => {
    const { clock, wheel, invoker, server, asked, waits, thrownWaits } = fakeInvoker()
    server.reply = floods(300)
    const refused = async (text: string, options = {}) => {
      const error = invoker.invoke(send(text), options).catch((thrown: unknown) => thrown)
      await clock.advance(10)
      expect(await error).toBeInstanceOf(FloodWaitError)
      return await error
    }
    expect(await refused('1')).toMatchObject({ seconds: 300 })
    expect(invoker.waits()).toMatchObject([{ reason: 'FLOOD_WAIT', seconds: 300, left: 300_000, calls: 0 }])
    await clock.advance(100_000)
    expect(await refused('2')).toMatchObject({ code: 'FLOOD_WAIT_200', seconds: 200, status: 420 })
    // Others are not concerned, nor is who has the patience.
    const other = invoker.invoke(resolve('durov'))
    const patient = invoker.invoke(send('3'), { floodWaitLimit: 300 })
    await clock.advance(150_000)
    // Nothing waits unseen.
    expect(waits).toEqual(thrownWaits)
    await other
    const late = invoker.invoke(send('4'))
    expect(invoker.waits()).toMatchObject([{ calls: 2 }])
    expect(await refused('5', { timeout: 10_000 })).toMatchObject({ seconds: 50 })
    expect(texts(asked)).toEqual(['1', 'durov'])
    await clock.advance(51_000)
    await Promise.all([patient, late])
    expect(texts(asked)).toEqual(['1', 'durov', '3', '4'])
    expect([waits, thrownWaits]).toMatchObject([[{ seconds: 300 }], [{ seconds: 300 }]])
    expect(invoker.waits()).toEqual([])
    expect(wheel.size).toBe(0)
  })

  test('that nobody waits out any more is remembered as well, and forgotten when it is over', async () => {
    const { clock, wheel, invoker, server, asked } = fakeInvoker()
    server.reply = floods(30)
    const stop = new AbortController()
    const first = invoker.invoke(send('1'), { signal: stop.signal }).catch((thrown: unknown) => thrown)
    await clock.advance(1010)
    stop.abort()
    await first
    expect(invoker.waits()).toMatchObject([{ left: 29_000, calls: 0 }])
    const second = invoker.invoke(send('2'))
    await clock.advance(28_000)
    expect(texts(asked)).toEqual(['1'])
    await clock.advance(2000)
    await second
    server.reply = floods(100)
    const third = invoker.invoke(send('3')).catch((thrown: unknown) => thrown)
    await clock.advance(10)
    await third
    await clock.advance(101_000)
    expect(invoker.waits()).toEqual([])
    expect(wheel.size).toBe(0)
    const fourth = invoker.invoke(send('4'))
    await clock.advance(10)
    await fourth
  })

  test.each([
    ['SLOWMODE_WAIT_300', send('1', 7)],
    ['TAKEOUT_INIT_DELAY_86400', { _: 'account.initTakeoutSession' }],
    ['FLOOD_WAIT_86400', { _: 'auth.resendCode', phoneNumber: '1', phoneCodeHash: '' }],
    // Of whichever method is inside: the next may be another.
    ['FLOOD_WAIT_86400', { _: 'invokeWithTakeout', takeoutId: 1n, query: new Uint8Array() }],
  ] as const)(
    'that was thrown, of a kind that may end otherwise, is not remembered: %s',
    async (error, call) => {
      const { clock, invoker, server, asked, thrownWaits } = fakeInvoker()
      server.reply = () => (asked.length === 1 ? { error: `420 ${error}` } : undefined)
      const first = invoker.invoke<Method>(call).catch((thrown: unknown) => thrown)
      await clock.advance(10)
      expect(await first).toMatchObject({ code: error })
      expect(thrownWaits).toHaveLength(1)
      expect(invoker.waits()).toEqual([])
      const second = invoker.invoke<Method>(call)
      await clock.advance(10)
      await second
      expect(asked).toHaveLength(2)
    },
  )

  test('of one datacenter is none of another, nor of a call that is sent on to another', async () => {
    const { clock, wheel, invoker, server, asked } = fakeInvoker()
    const location: tl.InputFileLocation = {
      _: 'inputDocumentFileLocation',
      id: 1n,
      accessHash: 0n,
      fileReference: new Uint8Array(),
      thumbSize: '',
    }
    const file = async (dc?: number) => {
      const call: Call<Method> = { _: 'upload.getFile', location, offset: 0, limit: 4096 }
      const answer = invoker.invoke(call, { dc }).catch((thrown: unknown) => thrown)
      await clock.advance(100)
      return await answer
    }
    server.reply = floods(300)
    expect(await file(4)).toMatchObject({ seconds: 300 })
    expect(await file(4)).toBeInstanceOf(FloodWaitError)
    expect(asked).toHaveLength(1)
    for (const dc of [undefined, 1, 2]) expect(await file(dc)).toMatchObject({ did: '' })
    expect(asked).toHaveLength(4)
    server.reply = () => (asked.length === 5 ? { error: '303 FILE_MIGRATE_4' } : undefined)
    expect(await file()).toMatchObject({ seconds: 300 })
    expect(asked).toHaveLength(5)
    // The line that it stood in goes on without it.
    let replies = 0
    server.reply = () => [{ error: '420 FLOOD_WAIT_5' }, { error: '303 FILE_MIGRATE_2' }][replies++]
    const [first, second] = [file(), file()]
    await clock.advance(6000)
    expect([await first, await second]).toMatchObject([{ did: '' }, { did: '' }])
    await clock.advance(300_000)
    expect(wheel.size).toBe(0)
  })

  test('that is remembered is forgotten with its session', async () => {
    const { clock, wheel, invoker, server } = fakeInvoker()
    server.reply = floods(300)
    const first = invoker.invoke(send('1')).catch((thrown: unknown) => thrown)
    await clock.advance(10)
    await first
    invoker.close(new Error('closed'))
    expect(invoker.waits()).toEqual([])
    expect(wheel.size).toBe(0)
  })

  test('is not joined by a call whose own limit is shorter than what is left', async () => {
    const { clock, invoker, server, asked } = fakeInvoker()
    server.reply = floods(30)
    const first = invoker.invoke(send('1'))
    await clock.advance(10_010)
    const error = await invoker.invoke(send('2'), { floodWaitLimit: 19 }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'FLOOD_WAIT_20', seconds: 20, method: 'messages.sendMessage' })
    const patient = invoker.invoke(send('3'), { floodWaitLimit: 20 })
    await clock.advance(21_000)
    await Promise.all([first, patient])
    expect(texts(asked)).toEqual(['1', '1', '3'])
  })

  test('that grows beyond what those in line will wait sends them away with the seconds', async () => {
    const { clock, invoker, server, asked, waits } = fakeInvoker()
    const script = ['420 FLOOD_WAIT_2', '420 FLOOD_WAIT_600']
    server.reply = () => ({ error: script.shift() })
    const first = invoker.invoke(send('1')).catch((thrown: unknown) => thrown)
    await clock.advance(100)
    const second = invoker.invoke(send('2')).catch((thrown: unknown) => thrown)
    const third = invoker.invoke(send('3'), { floodWaitLimit: 3600 })
    await clock.advance(3000)
    expect(await first).toMatchObject({ code: 'FLOOD_WAIT_600' })
    expect(await second).toMatchObject({ code: 'FLOOD_WAIT_600' })
    expect(waits.map(({ seconds }) => seconds)).toEqual([2, 600])
    expect(invoker.waits()).toMatchObject([{ calls: 1, seconds: 600 }])
    await clock.advance(600_000)
    await third
    expect(texts(asked)).toEqual(['1', '1', '3'])
  })

  test('with slow mode concerns one chat and every way of sending to it', async () => {
    const { clock, invoker, server, asked, waits } = fakeInvoker()
    let told = false
    server.reply = () => {
      if (told) return undefined
      told = true
      return { error: '420 SLOWMODE_WAIT_10' }
    }
    const first = invoker.invoke(send('1', 7))
    await clock.advance(10)
    expect(waits).toMatchObject([{ reason: 'SLOWMODE_WAIT', peer: 'channel 7', seconds: 10 }])
    const rest = [
      invoker.invoke(send('other chat', 8)),
      invoker.invoke({
        _: 'messages.sendMedia',
        peer: { _: 'inputPeerChannel', channelId: 7, accessHash: 0n },
        media: { _: 'inputMediaDice', emoticon: '🎲' },
        message: '2',
        randomId: 1n,
      }),
      invoker.invoke(send('3', 7)),
    ]
    await clock.advance(1000)
    expect(texts(asked)).toEqual(['1', 'other chat'])
    await clock.advance(10_000)
    await Promise.all([first, ...rest])
    expect(texts(asked)).toEqual(['1', 'other chat', '1', '2', '3'])
  })

  test('of a chat and of the method at once ends, and other chats go on', async () => {
    const { clock, invoker, server, asked } = fakeInvoker()
    const script: Record<string, string[]> = {
      '1': ['420 SLOWMODE_WAIT_5', '420 FLOOD_WAIT_5', '420 SLOWMODE_WAIT_5'],
      '2': ['420 FLOOD_WAIT_3', '420 SLOWMODE_WAIT_2'],
      b: ['420 FLOOD_WAIT_4'],
    }
    server.reply = ({ text }) => {
      const error = script[text]?.shift()
      return error === undefined ? undefined : { error }
    }
    const all = [send('1', 7), send('2', 7), send('3', 7), send('a', 8), send('b', 8), send('c', 9)]
    const done = Promise.all(all.map((call) => invoker.invoke(call)))
    await clock.advance(60_000)
    await done
    expect(invoker.waits()).toEqual([])
    const lastOf = (text: string) => texts(asked).lastIndexOf(text)
    expect(lastOf('1')).toBeLessThan(lastOf('2'))
  })
})

describe('a call in line', () => {
  test('can be aborted, and the line goes on', async () => {
    const { clock, invoker, server, asked, wheel } = fakeInvoker()
    server.reply = floods(5)
    const reason = new Error('no longer wanted')
    const first = new AbortController()
    const second = new AbortController()
    const outcomes = Promise.allSettled([
      invoker.invoke(send('1'), { signal: first.signal }),
      clock.advance(20),
    ])
    await clock.advance(20)
    const rest = Promise.allSettled([
      invoker.invoke(send('2'), { signal: second.signal }),
      invoker.invoke(send('3')),
    ])
    await clock.advance(10)
    second.abort(reason)
    first.abort(reason)
    expect((await outcomes)[0]).toEqual({ status: 'rejected', reason })
    await clock.advance(6000)
    expect(await rest).toMatchObject([{ status: 'rejected', reason }, { status: 'fulfilled' }])
    expect(texts(asked)).toEqual(['1', '3'])
    expect(wheel.size).toBe(0)
  })

  test('times out, even behind others, and not before the wait that is known to be too long', async () => {
    const { clock, invoker, server, asked } = fakeInvoker()
    let first = true
    server.reply = ({ text }) => {
      if (text === '1' && first) {
        first = false
        return { error: '420 FLOOD_WAIT_5' }
      }
      return { after: 3000 }
    }
    const one = invoker.invoke(send('1'))
    await clock.advance(20)
    const hopeless = await invoker.invoke(send('2'), { timeout: 4000 }).catch((thrown: unknown) => thrown)
    expect(hopeless).toMatchObject({ code: 'FLOOD_WAIT_5' })
    // Its own wait would be short enough, but the call before it takes its time.
    const behind = invoker.invoke(send('3'), { timeout: 6000 }).catch((thrown: unknown) => thrown)
    await clock.advance(7000)
    expect(await behind).toBeInstanceOf(CallTimeout)
    await clock.advance(2000)
    await one
    expect(texts(asked)).toEqual(['1', '1'])
  })

  test('ends with its session', async () => {
    const { clock, invoker, server, wheel } = fakeInvoker()
    server.reply = () => ({ error: '420 FLOOD_WAIT_50' })
    const all = [send('1'), send('2')].map((call) => invoker.invoke(call).catch((thrown: unknown) => thrown))
    await clock.advance(100)
    const closed = new Error('closed')
    invoker.close(closed)
    expect(await Promise.all(all)).toEqual([closed, closed])
    expect(wheel.size).toBe(0)
    expect(invoker.running).toBe(0)
  })
})

test('whatever the server asks: no call is made while a wait holds it, every call ends once, and no line stays', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ at: fc.nat(20_000), chat: fc.nat(2), limit: fc.constantFrom(0, 3, 60) }), {
        minLength: 1,
        maxLength: 30,
      }),
      fc.infiniteStream(
        fc.constantFrom('', '', '', '420 FLOOD_WAIT_2', '420 SLOWMODE_WAIT_4', '420 FLOOD_WAIT_90'),
      ),
      async (calls, errors) => {
        const { clock, invoker, server, wheel } = fakeInvoker()
        const ended: number[] = []
        const violations: unknown[] = []
        const sorted = [...calls].sort((a, b) => a.at - b.at)
        server.reply = ({ text }) => {
          const chat = sorted[Number(text)]?.chat
          const holding = invoker
            .waits()
            .filter(({ left, peer }) => left > 0 && (peer === undefined || peer === `channel ${chat}`))
          violations.push(...holding)
          const { value } = errors.next()
          return value === '' ? { after: 5 } : { error: value, after: 5 }
        }
        for (const [index, { at, chat, limit }] of sorted.entries()) {
          wheel.after(at, () => {
            invoker
              .invoke(send(String(index), chat), { floodWaitLimit: limit })
              .catch((error: unknown) => expect(error).toBeInstanceOf(FloodWaitError))
              .finally(() => ended.push(index))
          })
        }
        await clock.until(() => ended.length === calls.length, 10_000_000)
        expect(violations).toEqual([])
        expect(new Set(ended).size).toBe(calls.length)
        expect(invoker.running).toBe(0)
        expect(invoker.waiting).toBe(0)
        // What was thrown to the last is remembered for its time.
        await clock.advance(91_000)
        expect(invoker.waits()).toEqual([])
        expect(wheel.size).toBe(0)
      },
    ),
    { numRuns: 60 },
  )
})
