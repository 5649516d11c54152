/** Calls in bad weather: cut connections, callers that give up, calls that follow others, servers that want a wait. */
import { CallTimeout, FloodWaitError, RpcError, SecurityError, TlError, type tl } from 'telegram-mt'
import { describe, expect, test } from 'vitest'
import { account, event, newBox, newHost } from '../fixture.ts'

const toMe = (message: string, randomId: bigint) =>
  ({ _: 'messages.sendMessage', peer: { _: 'inputPeerSelf' }, message, randomId }) as const

const randomIdOf = (answer: tl.Updates): bigint | undefined =>
  answer._ === 'updates'
    ? answer.updates.map((update) => (update._ === 'updateMessageID' ? update.randomId : undefined))[0]
    : undefined

describe('connections that are cut in the middle of many calls', () => {
  test('each call ends once with its own answer, and is executed once', async () => {
    let executed = 0
    let cuts = 0
    const box = await newBox({
      onCall: ({ method }) => {
        if (method === 'messages.sendMessage' && ++executed === 40) cuts += box.dropConnections()
      },
    })
    const session = await account(newHost(box), 'Ann')
    const slow = { kind: 'slow', ms: 10 } as const
    box.faults.add({ fault: slow, when: { method: 'messages.sendMessage', probability: 0.5 } })
    const lost = { method: 'messages.sendMessage', after: 100, times: 1 }
    box.faults.add({ fault: { kind: 'dropBefore' }, when: lost })
    const count = 150
    const send = async (n: number) => {
      const updates = await session.invoke(toMe(`message ${n}`, BigInt(n + 1)))
      expect(randomIdOf(updates)).toBe(BigInt(n + 1))
      return updates
    }
    // Ten at a time, so that there are always some under way.
    const workers = Array.from({ length: 10 }, async (_, worker) => {
      const answers: tl.Updates[] = []
      for (let n = worker; n < count; n += 10) answers.push(await send(n))
      return answers
    })
    const answers = (await Promise.all(workers)).flat()
    expect(cuts).toBe(1)
    expect(new Set(answers.map(randomIdOf)).size).toBe(count)
    const history = await session.getHistory('me', { limit: 200 })
    const texts = history.map((message) => (message._ === 'message' ? message.message : ''))
    expect(texts.sort()).toEqual(Array.from({ length: count }, (_, n) => `message ${n}`).sort())
    expect(executed).toBe(count)
  })
})

describe('a caller that gives up', () => {
  test('may give up any number of calls by one signal, and any number may wait, without a warning of Node’s', async () => {
    const box = await newBox()
    const session = await account(newHost(box), 'Una')
    const warnings: Error[] = []
    const warn = (warning: Error) => void warnings.push(warning)
    process.on('warning', warn)
    box.faults.add({ fault: { kind: 'internal' }, when: { method: 'help.getNearestDc', times: 20 } })
    box.faults.add({ fault: { kind: 'hang' }, when: { method: 'help.getInviteText' } })
    const stop = new AbortController()
    const hanging = Array.from({ length: 20 }, () =>
      session.invoke({ _: 'help.getInviteText' }, { signal: stop.signal }).catch((error: unknown) => error),
    )
    await Promise.all(Array.from({ length: 20 }, () => session.invoke({ _: 'help.getNearestDc' })))
    stop.abort(new Error('enough'))
    for (const ended of await Promise.all(hanging)) expect(ended).toBe(stop.signal.reason)
    await event((done) => setImmediate(done))
    process.off('warning', warn)
    expect(warnings).toEqual([])
  })

  test('is told where nobody answered, and that nothing was sent', async () => {
    const box = await newBox()
    const { dcs } = box
    await box.close()
    const telegram = newHost(box, { reconnect: { first: 1, most: 1, perAddress: [] } })
    const session = await telegram.connect({ dc: 1, lazy: true })
    const unreachable = new RegExp(`127.0.0.1:${dcs[0]!.port}.*ECONNREFUSED`)
    const waiting = new Promise<void>((resolve) =>
      session.on('state', ({ name }) => {
        if (name === 'waiting') resolve()
      }),
    )
    const call = session.invoke({ _: 'help.getNearestDc' }, { timeout: 1_000 })
    await waiting
    await expect(call).rejects.toMatchObject({
      code: 'CALL_TIMEOUT',
      mayHaveRun: false,
      message: expect.stringMatching(unreachable),
    })
    await expect(session.connect({ timeout: 50 })).rejects.toMatchObject({
      code: 'CONNECT_TIMEOUT',
      message: expect.stringMatching(unreachable),
    })
  })

  test('by its signal or its time: the call ends at once, and later ones are not held up', async () => {
    const box = await newBox()
    const session = await account(newHost(box), 'Bob')
    box.faults.add({ fault: { kind: 'hang' }, when: { method: 'help.getNearestDc' } })
    const controller = new AbortController()
    const reason = new Error('the user went away')
    const aborted = session.invoke({ _: 'help.getNearestDc' }, { signal: controller.signal })
    const late = session.invoke({ _: 'help.getNearestDc' }, { timeout: 150 })
    const outcomes = Promise.allSettled([aborted, late])
    await box.waitFor('help.getNearestDc')
    controller.abort(reason)
    const [first, second] = await outcomes
    expect(first).toEqual({ status: 'rejected', reason })
    expect(second).toMatchObject({
      status: 'rejected',
      reason: { code: 'CALL_TIMEOUT', deadline: 150, mayHaveRun: true },
    })
    expect(second.status === 'rejected' && second.reason).toBeInstanceOf(CallTimeout)
    // The server is told of both.
    const given = box.calls.all('help.getNearestDc').map(({ msgId }) => msgId)
    for (const wanted of given)
      await box.waitFor(({ method, msgId }) => method === 'rpc_drop_answer' && msgId === wanted)
    expect(given).toHaveLength(2)
    await session.invoke({ _: 'help.getAppConfig', hash: 0 })
    // Given up before it began: never sent.
    const before = box.calls.count
    await expect(
      session.invoke({ _: 'help.getInviteText' }, { signal: AbortSignal.abort(reason) }),
    ).rejects.toBe(reason)
    await session.invoke({ _: 'help.getAppConfig', hash: 0 })
    expect(box.calls.methods({ since: before })).toEqual(['help.getAppConfig'])
  })

  test('also while the connection is away', async () => {
    const box = await newBox()
    const session = await account(newHost(box), 'Cid')
    box.faults.add({ fault: { kind: 'refuse' } })
    box.dropConnections()
    const error = await session.invoke({ _: 'help.getNearestDc' }, { timeout: 100 }).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(CallTimeout)
    box.faults.clear()
    session.networkChanged()
    await session.invoke({ _: 'help.getAppConfig', hash: 0 })
  })
})

describe('a call that follows another', () => {
  test('is executed after it, though both are under way', async () => {
    const box = await newBox()
    const session = await account(newHost(box), 'Dan')
    const since = box.calls.count
    box.faults.add({ fault: { kind: 'slow', ms: 60 }, when: { method: 'help.getNearestDc', times: 1 } })
    const first = session.invoke({ _: 'help.getNearestDc' })
    const second = session.invoke({ _: 'help.getInviteText' }, { after: first })
    const third = session.invoke({ _: 'help.getAppConfig', hash: 0 })
    await Promise.all([first, second, third])
    const methods = box.calls.methods({ since, method: 'help.*' })
    expect(methods.indexOf('help.getNearestDc')).toBeLessThan(methods.indexOf('help.getInviteText'))
    expect(methods[0]).toBe('help.getAppConfig')
  })

  test('fails when that fails', async () => {
    const box = await newBox()
    const session = await account(newHost(box), 'Eve')
    const since = box.calls.count
    const first = session.invoke({
      _: 'messages.sendMessage',
      peer: { _: 'inputPeerSelf' },
      message: '',
      randomId: 1n,
    })
    const second = session.invoke(toMe('never', 2n), { after: first })
    const [one, two] = await Promise.allSettled([first, second])
    expect(one).toMatchObject({ reason: { code: 'MESSAGE_EMPTY' } })
    expect(two).toMatchObject({ reason: { code: 'MSG_WAIT_FAILED' } })
    expect(box.calls.all({ since, method: 'messages.*', failed: false })).toEqual([])
    expect(two.status === 'rejected' && two.reason).toBeInstanceOf(RpcError)
  })

  test.each([
    ['aborted', { kind: 'hang' }],
    ['timed out', { kind: 'hang' }],
    ['aborted', { kind: 'refuse' }],
    ['timed out', { kind: 'refuse' }],
  ] as const)('is made all the same when that was %s, sent or not (%s)', async (how, fault) => {
    const box = await newBox()
    const session = await account(newHost(box), 'Ian')
    const sent = fault.kind === 'hang'
    box.faults.add({ fault, when: sent ? { method: 'help.getNearestDc' } : {} })
    if (!sent) box.dropConnections()
    const stop = new AbortController()
    const given = how === 'aborted' ? { signal: stop.signal } : { timeout: 300 }
    const first = session.invoke({ _: 'help.getNearestDc' }, given)
    const second = session.invoke({ _: 'help.getInviteText' }, { after: first })
    if (sent) await box.waitFor('help.getNearestDc')
    stop.abort()
    await expect(first).rejects.toThrow()
    const third = session.invoke({ _: 'help.getAppConfig', hash: 0 }, { after: first })
    box.faults.clear()
    if (!sent) session.networkChanged()
    expect((await Promise.all([second, third])).map(({ _ }) => _)).toEqual([
      'help.inviteText',
      'help.appConfig',
    ])
    const error = how === 'aborted' ? 'ABORTED' : 'CALL_TIMEOUT'
    expect(session.metrics().methods['help.getNearestDc']?.errors).toEqual({ [error]: 1 })
  })

  test('follows a promise, and nothing else', async () => {
    const box = await newBox()
    const session = await account(newHost(box), 'Jon')
    const wrong = { after: 5 } as object
    const complaint = {
      code: 'ARGUMENT_INVALID',
      argument: 'options',
      message: expect.stringContaining('after is 5'),
    }
    await expect(session.invoke({ _: 'help.getNearestDc' }, wrong)).rejects.toMatchObject(complaint)
    await expect(session.api.help.getNearestDc({}, wrong)).rejects.toMatchObject(complaint)
    // What is not one of its own calls is waited for.
    const saved = session.sendMessage('me', 'first')
    expect(await session.invoke({ _: 'help.getNearestDc' }, { after: saved })).toMatchObject({ thisDc: 1 })
    const methods = box.calls.methods()
    expect(methods.indexOf('messages.sendMessage')).toBeLessThan(methods.indexOf('help.getNearestDc'))
  })

  test('keeps its place when the connection is cut between them', async () => {
    const box = await newBox()
    const session = await account(newHost(box), 'Fay')
    box.faults.add({
      fault: { kind: 'dropBefore' },
      when: { method: 'messages.sendMessage', times: 1 },
    })
    let last: Promise<unknown> | undefined
    const all: Promise<unknown>[] = []
    for (let n = 0; n < 20; n++) {
      last = session.invoke(toMe(`step ${n}`, BigInt(n + 1)), { after: last })
      all.push(last)
    }
    await Promise.all(all)
    const history = await session.getHistory('me', { limit: 20 })
    const texts = history.map((message) => (message._ === 'message' ? message.message : '')).reverse()
    expect(texts).toEqual(Array.from({ length: 20 }, (_, n) => `step ${n}`))
  })
})

describe('a server that wants a wait', () => {
  test('gets it, in sight of the program, and then the calls in their order', async () => {
    const box = await newBox()
    const telegram = newHost(box)
    const session = await account(telegram, 'Gus')
    box.faults.add({
      fault: { kind: 'floodWait', seconds: 1 },
      when: { method: 'messages.sendMessage', times: 1 },
    })
    const told: unknown[] = []
    telegram.on('floodWait', (one, wait) => told.push([one.id, wait.method, wait.seconds]))
    const waiting = new Promise<void>((resolve) => session.once('floodWait', () => resolve()))
    const first = session.invoke(toMe('1', 1n))
    await waiting
    const rest = ['2', '3'].map((text) => session.invoke(toMe(text, BigInt(text))))
    expect(session.waits()).toMatchObject([
      { method: 'messages.sendMessage', reason: 'FLOOD_WAIT', calls: 3 },
    ])
    expect(session.waits()[0]?.left).toBeGreaterThan(0)
    await session.invoke({ _: 'help.getAppConfig', hash: 0 })
    expect(box.calls.methods('messages.sendMessage')).toHaveLength(1)
    await Promise.all([first, ...rest])
    expect(told).toEqual([[session.id, 'messages.sendMessage', 1]])
    const history = await session.getHistory('me')
    expect(history.map((message) => message._ === 'message' && message.message)).toEqual(['3', '2', '1'])
  })

  test('beyond the limit is told so, typed', async () => {
    const box = await newBox()
    const session = await account(newHost(box, { floodWaitLimit: 5 }), 'Hal')
    box.faults.add({ fault: { kind: 'floodWait', seconds: 6 }, when: { method: 'help.getNearestDc' } })
    const error = await session.invoke({ _: 'help.getNearestDc' }).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(FloodWaitError)
    expect(error).toMatchObject({ seconds: 6, code: 'FLOOD_WAIT_6', method: 'help.getNearestDc' })
    // Who tries again at once is told so without the server.
    for (let n = 0; n < 10; n++)
      await expect(session.api.help.getNearestDc()).rejects.toMatchObject({ pattern: 'FLOOD_WAIT_%d' })
    expect(box.calls.methods('help.getNearestDc')).toHaveLength(1)
    expect(session.waits()).toMatchObject([{ method: 'help.getNearestDc', seconds: 6, calls: 0 }])
    expect(session.metrics()).toMatchObject({ floodWaits: 1, callsWaiting: 0 })
  })

  test('has trouble of its own: 500 and −503 are tried again', async () => {
    const box = await newBox()
    const session = await account(newHost(box), 'Ida')
    box.faults.add({ fault: { kind: 'internal' }, when: { method: 'help.getNearestDc', times: 1 } })
    await expect(session.invoke({ _: 'help.getNearestDc' })).resolves.toMatchObject({ _: 'nearestDc' })
    box.faults.add({ fault: { kind: 'timeout' }, when: { method: 'help.getInviteText', times: 1 } })
    await expect(session.invoke({ _: 'help.getInviteText' })).resolves.toBeDefined()
  })
})

describe('what can be wrong', () => {
  test('comes with classes that the package gives out, and with codes', async () => {
    const box = await newBox()
    const session = await account(newHost(box), 'Kim')
    const wrong = { _: 'help.getAppConfig', hash: 'x' } as never
    const unsent = await session.invoke(wrong).catch((error: unknown) => error)
    expect(unsent).toBeInstanceOf(TlError)
    expect(unsent).toMatchObject({ code: 'TL_BAD_VALUE', path: 'help.getAppConfig.hash' })
    expect(session.metrics().methods['help.getAppConfig']?.errors).toEqual({ TL_BAD_VALUE: 1 })

    // What is refused ends no call, but the connection: the program sees it as a fault, and as the reason of the wait.
    const fault = event<{ error: Error }>((listener) => session.once('fault', listener))
    const reasons: string[] = []
    session.on('state', (state) => {
      if (state.name === 'waiting') reasons.push(state.reason)
    })
    box.faults.add({ fault: { kind: 'corrupt' }, when: { method: 'help.getNearestDc', times: 1 } })
    await session.invoke({ _: 'help.getNearestDc' })
    const { error } = await fault
    expect(error).toBeInstanceOf(SecurityError)
    expect(error).toMatchObject({ code: 'DECRYPTION_FAILED', check: 'M2' })
    expect(reasons).toEqual([error.message])
    await expect(session.invoke({ _: 'help.getNearestDc' }, { dc: 77 })).rejects.toMatchObject({
      name: 'ConfigurationError',
      code: 'DC_UNKNOWN',
    })
    await session.close()
    await expect(session.invoke({ _: 'help.getNearestDc' })).rejects.toMatchObject({ code: 'SESSION_CLOSED' })
  })
})
