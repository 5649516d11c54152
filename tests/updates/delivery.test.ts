/** The ways to take updates, and what they promise: acknowledgements, the log, dead letters, back-pressure. */
import { join } from 'node:path'
import type { Box } from '@telegram-mt/box'
import type { LoggedUpdate, Session, TakenUpdate, TelegramOptions, Update } from 'telegram-mt'
import { describe, expect, test } from 'vitest'
import { account, event, Inbox, newBox, newHost, tempDir, usernameOf } from '../fixture.ts'

const textOf = (update: Update): string | undefined =>
  update.type === 'update' && update.update._ === 'updateNewMessage' && update.update.message._ === 'message'
    ? update.update.message.message
    : undefined

/** Bob, who writes to Ann, whose host has this storage. */
async function bobWritesToAnn(options: Partial<TelegramOptions> = {}) {
  const box = await newBox()
  const storage = join(tempDir(), 'accounts.db')
  const host = newHost(box, { ...options, storage })
  const ann = await account(host, 'Ann')
  const bob = await account(newHost(box), 'Bob', 2)
  const name = await usernameOf(ann)
  const write = async (...texts: string[]) => {
    for (const text of texts) await bob.sendMessage(name, text)
  }
  return { box, host, storage, ann, bob, write }
}

const restart = async (box: Box, storage: string, options: Partial<TelegramOptions> = {}) => {
  const host = newHost(box, { ...options, storage })
  const [ann] = await host.start()
  return { host, ann: ann! }
}

/** The next update that brings a text; the others are acknowledged. */
async function nextText<T extends TakenUpdate | LoggedUpdate>(
  loop: AsyncIterator<T>,
): Promise<T & { text: string }> {
  for (;;) {
    const { value, done } = await loop.next()
    if (done === true) throw new Error('the loop has ended')
    const text = textOf(value.update)
    if (text !== undefined) return Object.assign(value, { text })
    value.ack()
  }
}

describe('updates taken one by one', () => {
  test('what was not acknowledged comes again after a restart, and nothing else', async () => {
    const { box, host, storage, ann, write } = await bobWritesToAnn()
    const loop = ann.updates({ window: 10 })
    await write('one', 'two', 'three')
    ;(await nextText(loop)).ack()
    const two = await nextText(loop)
    ;(await nextText(loop)).ack()
    expect(two.attempt).toBe(1)
    await host.close()
    expect(await loop.next()).toMatchObject({ done: true })

    const again = await restart(box, storage)
    const taken = again.ann.updates()
    // Positions are saved in order: what came after the open one comes again, with the same id.
    expect(await nextText(taken)).toMatchObject({ text: 'two', update: { id: two.update.id } })
  })

  test('one that is failed comes again, and who leaves the loop can come back', async () => {
    const { ann, write } = await bobWritesToAnn({ updates: { retryDelays: [1] } })
    const loop = ann.updates()
    await write('one', 'two')
    ;(await nextText(loop)).fail(new Error('not now'))
    const again = await nextText(loop)
    expect(again).toMatchObject({ text: 'one', attempt: 2 })
    await loop.return?.()
    const next = ann.updates()
    const one = await nextText(next)
    expect(one.text).toBe('one')
    expect(one.events).toMatchObject([{ type: 'message', message: { message: 'one' } }])
    one.ack()
    expect((await nextText(next)).text).toBe('two')
  })

  test('a loop and handlers exclude each other, and the log has to be there', async () => {
    const { ann } = await bobWritesToAnn()
    ann.onMessage(() => {})
    expect(() => ann.updates()).toThrow(expect.objectContaining({ code: 'UPDATES_TAKEN' }))
    ann.onMessage(undefined)
    const loop = ann.updates()
    expect(() => ann.onUpdate(() => {})).toThrow(expect.objectContaining({ code: 'UPDATES_TAKEN' }))
    expect(() => ann.updates({ consumer: 'x' })).toThrow(expect.objectContaining({ code: 'LOG_OFF' }))
    await loop.return?.()
    ann.onUpdate(() => {})
  })
})

describe('the log', () => {
  const updates = { log: { keep: 0 } } as const

  test('several readers, each at its own pace, each going on where it was', async () => {
    const { box, host, storage, ann, write } = await bobWritesToAnn({ updates })
    await write('one', 'two', 'three')
    const quick = ann.updates({ consumer: 'quick' })
    const slow = ann.updates({ consumer: 'slow' })
    for (const text of ['one', 'two', 'three']) {
      const next = await nextText(quick)
      expect(next.text).toBe(text)
      next.ack()
    }
    const first = await nextText(slow)
    const second = await nextText(slow)
    // Out of order: the place of the reader is before the first.
    second.ack()
    const busy = ann.updates({ consumer: 'slow' })
    await expect(busy.next()).rejects.toMatchObject({ code: 'CONSUMER_BUSY' })
    await host.close()
    expect(await quick.next()).toMatchObject({ done: true })

    const again = await restart(box, storage, { updates })
    await write('four')
    const slowAgain = again.ann.updates({ consumer: 'slow' })
    expect(await nextText(slowAgain)).toMatchObject({ text: 'one', cursor: first.cursor })
    expect((await nextText(slowAgain)).text).toBe('two')
    expect((await nextText(again.ann.updates({ consumer: 'quick' }))).text).toBe('four')
    // Anybody may look, from anywhere that is kept.
    expect((await nextText(again.ann.updates({ from: second.cursor }))).text).toBe('three')
    expect((await nextText(again.ann.updates({ from: 'start' }))).text).toBe('one')
  })

  test('a handler that throws does not keep readers from reading, nor twice from being once', async () => {
    const { box, host, storage, ann, write } = await bobWritesToAnn({
      updates: { log: true, retryDelays: [60_000] },
    })
    const failing = event<unknown>((listener) => ann.on('fault', listener))
    ann.onMessage(() => {
      throw new Error('always')
    })
    await write('one')
    await failing
    const reader = ann.updates({ consumer: 'a' })
    expect((await nextText(reader)).text).toBe('one')
    // Not handled: it comes again after the restart, and is in the log once all the same.
    await host.close()
    const again = await restart(box, storage, { updates: { log: true } })
    const inbox = new Inbox(again.ann)
    await inbox.text('one')
    await write('two')
    const reread = again.ann.updates({ consumer: 'a' })
    expect((await nextText(reread)).text).toBe('one')
    expect((await nextText(reread)).text).toBe('two')
  })

  test('is cut behind the slowest reader', async () => {
    const { ann, write } = await bobWritesToAnn({ updates })
    const slow = ann.updates({ consumer: 'slow' })
    const quick = ann.updates({ consumer: 'quick' })
    const texts = Array.from({ length: 70 }, (_, n) => String(n))
    await write(...texts)
    for (const text of texts) {
      const next = await nextText(quick)
      expect(next.text).toBe(text)
      next.ack()
    }
    expect((await nextText(ann.updates({ from: 'start' }))).text).toBe('0')
    for (const _ of texts) (await nextText(slow)).ack()
    await write('last')
    ;(await nextText(slow)).ack()
    const gone = ann.updates({ from: 1 })
    await expect(gone.next()).rejects.toMatchObject({ code: 'LOG_TRIMMED' })
    await ann.forgetConsumer('slow')
  })
})

test('an update that is refused for good is parked, and can be tried again or thrown away', async () => {
  const { box, host, storage, ann, write } = await bobWritesToAnn({ updates: { retryDelays: [1, 1] } })
  const inbox: string[] = []
  const handle = (session: Session, refuse: (text: string) => boolean) =>
    new Promise<void>((done) =>
      session.onMessage(({ text }) => {
        if (refuse(text)) throw new TypeError(`no ${text}`)
        inbox.push(text)
        if (text === 'end') done()
      }),
    )
  const handled = handle(ann, (text) => text.startsWith('bad'))
  const parked: string[] = []
  ann.on('parked', ({ id, attempts }) => parked.push(`${id} ${attempts}`))
  await write('good', 'bad 1', 'bad 2', 'end')
  await handled
  expect(inbox).toEqual(['good', 'end'])
  expect(parked).toEqual([expect.stringMatching(/^m0\.\d+ 3$/), expect.stringMatching(/^m0\.\d+ 3$/)])
  await host.close()

  const again = await restart(box, storage)
  const letters = await again.ann.deadLetters()
  expect(letters.map(({ error, attempts }) => [error, attempts])).toEqual([
    [{ name: 'TypeError', message: 'no bad 1' }, 3],
    [{ name: 'TypeError', message: 'no bad 2' }, 3],
  ])
  expect(letters.map(({ update }) => textOf(update))).toEqual(['bad 1', 'bad 2'])
  handle(again.ann, (text) => text === 'bad 2')
  await letters[0]?.retry()
  expect(inbox.at(-1)).toBe('bad 1')
  await expect(letters[1]?.retry()).rejects.toThrow('no bad 2')
  expect(await again.ann.deadLetters()).toMatchObject([{ attempts: 4 }])
  await letters[1]?.discard()
  expect(await again.ann.deadLetters()).toEqual([])
})

test('a slow handler bounds what waits, in sight, and gets everything in the end', async () => {
  const { ann, bob } = await bobWritesToAnn({ updates: { highWater: 20 } })
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const texts: string[] = []
  const end = new Promise<void>((done) => {
    ann.onMessage(async ({ text }) => {
      await held
      texts.push(text)
      if (text === 'end') done()
    })
  })
  const name = await usernameOf(ann)
  const sent = Array.from({ length: 200 }, (_, n) => String(n))
  await Promise.all(sent.map((text) => bob.sendMessage(name, text)))
  const status = ann.updateStatus()
  expect(status).toMatchObject({ engine: { paused: true }, delivery: { pressed: true } })
  expect(status.delivery?.waiting).toBeLessThan(30)
  expect(status.engine?.buffered).toBeLessThanOrEqual(40)
  release()
  await bob.sendMessage(name, 'end')
  await end
  expect(texts).toEqual([...sent, 'end'])
  expect(ann.updateStatus()).toMatchObject({ engine: { paused: false }, delivery: { pressed: false } })
})

test('a send that the process did not live to see confirmed goes out at the next start, once', async () => {
  const box = await newBox()
  const storage = join(tempDir(), 'accounts.db')
  const host = newHost(box, { storage })
  const ann = await account(host, 'Ann')
  const bob = await account(newHost(box), 'Bob', 2)
  const inbox = new Inbox(bob)
  const name = await usernameOf(bob)
  await ann.sendMessage(name, 'before')
  const sends = ['one', 'two'].map((text) => ann.sendMessage(name, text).catch((error: unknown) => error))
  while ((await ann.outbox()).length < 2) await new Promise((resolve) => setImmediate(resolve))
  await host.close()
  for (const outcome of await Promise.all(sends)) {
    if (outcome instanceof Error)
      expect(outcome).toMatchObject({ code: 'SEND_KEPT', randomId: expect.any(BigInt) })
  }
  const again = newHost(box, { storage })
  const [restored] = await again.start()
  await restored?.sendMessage(name, 'after')
  await inbox.text('after')
  expect(inbox.texts).toEqual(['before', 'one', 'two', 'after'])
  expect(await restored?.outbox()).toEqual([])
})

test('another account that signs in to the session begins anew', async () => {
  const { ann, write, bob } = await bobWritesToAnn()
  const inbox = new Inbox(ann)
  await write('to Ann')
  await inbox.text('to Ann')
  await ann.signOut()
  await ann.connect()
  const { codeOf, login, newPhone } = await import('../fixture.ts')
  const phone = newPhone(1)
  expect(codeOf(phone)).toBe('11111')
  await login(ann, phone, 'Cleo')
  await expect(ann.sendMessage(bob.userId ?? 0, 'hello')).rejects.toMatchObject({ code: 'PEER_UNKNOWN' })
  await ann.api.account.updateUsername({ username: 'cleo_here' })
  await bob.sendMessage('@cleo_here', 'to Cleo')
  await inbox.text('to Cleo')
  expect(inbox.texts).toEqual(['to Ann', 'to Cleo'])
})
