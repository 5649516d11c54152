/** Calls chained to earlier ones: what the server is told, and what becomes of the later when the earlier is retried or fails. */
import { describe, expect, test } from 'vitest'
import { FollowsElsewhereError } from './invocation.ts'
import { fakeInvoker, send } from './invoker.testing.ts'
import { RpcError } from './rpc-error.ts'

const texts = (asked: readonly { text: string }[]) => asked.map(({ text }) => text)

describe('a call after another', () => {
  test('is sent at once, chained to the attempt under way', async () => {
    const { clock, invoker, asked, server } = fakeInvoker()
    server.reply = () => ({ after: 100 })
    const first = invoker.invoke(send('1'))
    const second = invoker.invoke(send('2'), { after: first })
    await clock.advance(50)
    expect(texts(asked)).toEqual(['1', '2'])
    expect(asked[0]?.options.after).toBeUndefined()
    expect(asked[1]?.options.after?.answer).toBeInstanceOf(Promise)
    await clock.advance(100)
    await Promise.all([first, second])
    expect(invoker.running).toBe(0)
  })

  test('that has ended well needs no order', async () => {
    const { clock, invoker, asked } = fakeInvoker()
    const first = invoker.invoke(send('1'))
    await clock.advance(20)
    const second = invoker.invoke(send('2'), { after: first })
    await clock.advance(20)
    await second
    expect(asked[1]?.options.after).toBeUndefined()
  })

  test('that has failed fails as the server would say it, and is not sent', async () => {
    const { clock, invoker, asked, server } = fakeInvoker()
    server.reply = () => ({ error: '400 MESSAGE_EMPTY' })
    const first = invoker.invoke(send('1'))
    const outcome = Promise.allSettled([first, clock.advance(20)])
    expect((await outcome)[0]).toMatchObject({ reason: { code: 'MESSAGE_EMPTY' } })
    const second = await invoker.invoke(send('2'), { after: first }).catch((thrown: unknown) => thrown)
    expect(second).toMatchObject({ code: 'MSG_WAIT_FAILED', method: 'messages.sendMessage' })
    expect(texts(asked)).toEqual(['1'])
  })

  test('that was given up follows nothing any more, whenever that was', async () => {
    const { clock, invoker, asked, server } = fakeInvoker()
    server.reply = ({ text, options }) => {
      if (text === 'slow') return { after: 10_000 }
      // As a server would that has dropped the one before.
      return options.after === undefined ? undefined : { error: '400 MSG_WAIT_FAILED', after: 200 }
    }
    const stop = new AbortController()
    const slow = invoker.invoke(send('slow'), { signal: stop.signal })
    const underWay = invoker.invoke(send('under way'), { after: slow })
    await clock.advance(100)
    stop.abort(new Error('enough'))
    await expect(slow).rejects.toBe(stop.signal.reason)
    const later = invoker.invoke(send('later'), { after: slow })
    const neverMade = invoker.invoke(send('never'), { signal: AbortSignal.abort() })
    await expect(neverMade).rejects.toThrow()
    const afterNever = invoker.invoke(send('after never'), { after: neverMade })
    await clock.advance(500)
    await Promise.all([underWay, later, afterNever])
    expect(texts(asked)).toEqual(['slow', 'under way', 'later', 'after never', 'under way'])
    expect(asked.slice(2).map(({ options }) => options.after)).toEqual([undefined, undefined, undefined])
  })

  test('waits for it to be on its way again when that was told to wait', async () => {
    const { clock, invoker, asked, server } = fakeInvoker()
    let told = false
    server.reply = ({ text, options }) => {
      if (text === '1' && !told) {
        told = true
        return { error: '420 FLOOD_WAIT_2' }
      }
      // Chained to an attempt that was refused.
      if (text === '2' && asked.length === 2) return { error: '400 MSG_WAIT_FAILED', after: 11 }
      return { after: options.after === undefined ? 10 : 20 }
    }
    const first = invoker.invoke(send('1'))
    const second = invoker.invoke({ ...send('2'), _: 'messages.sendMedia' } as never, { after: first })
    await clock.advance(1000)
    expect(texts(asked)).toEqual(['1', '2'])
    await clock.advance(2000)
    await Promise.all([first, second])
    expect(texts(asked)).toEqual(['1', '2', '1', '2'])
    expect(asked[3]?.options.after).toBeDefined()
    expect(asked[3]?.at).toBe(2010)
  })

  test('over another connection waits for its end', async () => {
    const { clock, invoker, asked, server } = fakeInvoker()
    server.reply = ({ text, options }) => {
      if (text === '2' && options.after !== undefined) throw new FollowsElsewhereError()
      return { after: 100 }
    }
    const first = invoker.invoke(send('1'))
    const second = invoker.invoke(send('2'), { after: first })
    await clock.advance(99)
    expect(texts(asked)).toEqual(['1', '2'])
    await clock.advance(200)
    await Promise.all([first, second])
    expect(asked.at(-1)).toMatchObject({ text: '2', at: 100, options: { after: undefined } })
  })

  test('follows any promise by waiting for it', async () => {
    const { clock, invoker, asked } = fakeInvoker()
    let ready = () => {}
    const other = new Promise<void>((resolve) => {
      ready = resolve
    })
    const call = invoker.invoke(send('1'), { after: other })
    await clock.advance(1000)
    expect(asked).toEqual([])
    ready()
    await clock.advance(20)
    await call
  })

  test('ends with a promise that is none of its calls, and says why', async () => {
    const { clock, invoker, asked } = fakeInvoker()
    const reason = new Error('the file could not be read')
    const failed = invoker.invoke(send('1'), { after: Promise.reject(reason) }).catch((e: unknown) => e)
    await clock.advance(20)
    const error = await failed
    expect(error).toMatchObject({ code: 'AFTER_REJECTED', cause: reason })
    expect(error).not.toBeInstanceOf(RpcError)
    expect(asked).toEqual([])
  })

  test('times out and is aborted while it waits', async () => {
    const { clock, invoker, asked } = fakeInvoker()
    const never = new Promise<void>(() => {})
    const controller = new AbortController()
    const outcomes = Promise.allSettled([
      invoker.invoke(send('1'), { after: never, timeout: 500 }),
      invoker.invoke(send('2'), { after: never, signal: controller.signal }),
    ])
    await clock.advance(100)
    const reason = new Error('enough')
    controller.abort(reason)
    await clock.advance(500)
    expect(await outcomes).toMatchObject([{ reason: { code: 'CALL_TIMEOUT', deadline: 500 } }, { reason }])
    expect(asked).toEqual([])
  })
})

test('a promise that nobody looks at is not silenced by the chain', async () => {
  const { clock, invoker, server } = fakeInvoker()
  server.reply = () => ({ error: '400 MESSAGE_EMPTY' })
  const unhandled: unknown[] = []
  const listener = (error: unknown) => void unhandled.push(error)
  process.on('unhandledRejection', listener)
  try {
    void invoker.invoke(send('1'))
    await clock.advance(20)
    await new Promise((resolve) => setImmediate(resolve))
    expect(unhandled).toMatchObject([{ code: 'MESSAGE_EMPTY' }])
  } finally {
    process.off('unhandledRejection', listener)
  }
})
