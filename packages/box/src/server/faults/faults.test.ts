/** Each fault on real sockets: what a client sees of it, and that it lives on. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { World } from '../../world/world.ts'
import { type Box, startBox } from '../box.ts'
import { openTcp, WireClient } from '../wire-client.testing.ts'
import type { FaultKind } from './fault.ts'

let box: Box
let ann: WireClient
const clients: WireClient[] = []
const failures: unknown[] = []

beforeAll(async () => {
  box = await startBox({ onFault: (error) => failures.push(error) })
  await box.user({ phone: '9996620001', firstName: 'Ann' })
})

beforeEach(async () => {
  ann = await connected()
})

afterEach(() => {
  box.faults.clear()
  for (const client of clients.splice(0)) client.disconnect()
  expect(failures).toEqual([])
})

afterAll(() => box.close())

async function connected(options: Parameters<typeof WireClient.connect>[1] = {}): Promise<WireClient> {
  const client = await WireClient.connect(box, options)
  clients.push(client)
  return client
}

const config = { _: 'help.getConfig' } as const
const nearest = { _: 'help.getNearestDc' } as const

/** The same session over a new connection, as a client does after a drop. */
const reconnected = () => connected({ from: ann })

describe('connections', () => {
  test('refuse', async () => {
    box.faults.add({ when: { dc: 2, times: 1 }, fault: { kind: 'refuse' } })
    await expect(connected()).rejects.toThrow('closed')
    await connected()
    expect(box.faults.list()).toMatchObject([{ hits: 1 }])
  })

  test('silence', async () => {
    box.faults.add({ when: { times: 1 }, fault: { kind: 'silence' } })
    const link = await openTcp(box)
    let heard = 0
    link.start({ onFrame: () => heard++, onPartialFrame: () => heard++, onLinkClose: () => heard++ })
    // A connection that came later is served: nothing was merely late.
    await (await connected()).call(config)
    expect(heard).toBe(0)
    link.destroy()
  })

  test('slowLoris', async () => {
    box.faults.add({ fault: { kind: 'slowLoris', bytesPerSecond: 4000 } })
    const started = performance.now()
    const slow = await connected()
    await slow.call(config)
    // resPQ, server_DH_params_ok, dh_gen_ok and a config are more than a kilobyte.
    expect(performance.now() - started).toBeGreaterThan(200)
  })

  test('clockSkew', async () => {
    box.faults.add({ fault: { kind: 'clockSkew', ms: -3_600_000 } })
    const skewed = await connected()
    await skewed.call(config)
    expect(skewed.session.timeOffset).toBeLessThan(-3_590_000)
  })
})

describe('packets', () => {
  const refusals: [FaultKind, string | RegExp][] = [
    ['corrupt', /DECRYPTION_FAILED|AUTH_KEY_UNKNOWN/],
    ['truncate', 'DECRYPTION_FAILED'],
    ['wrongSession', 'SESSION_ID_FOREIGN'],
    ['wrongParity', 'MSG_ID_PARITY'],
    ['oldMessageId', 'MSG_ID_TOO_OLD'],
    ['futureMessageId', 'MSG_ID_TOO_NEW'],
    ['badPadding', 'PADDING_LENGTH'],
    ['lyingLength', 'MESSAGE_LENGTH'],
    ['lyingContainer', 'CONTAINER_COUNT'],
  ]
  test.each(refusals)('%s is noticed as %s', async (kind, code) => {
    await ann.call(nearest)
    const fault = kind === 'corrupt' ? { kind, at: 40 } : { kind }
    box.faults.add({ when: { method: 'help.getConfig', times: 1 }, fault } as Parameters<
      typeof box.faults.add
    >[0])
    const answer = ann.call(config)
    await ann.until(() => ann.breaches.length > 0)
    expect(ann.breaches[0]).toMatch(code)
    ann.disconnect()
    // What was not acknowledged comes on the next connection.
    await reconnected()
    await expect(answer).resolves.toMatchObject({ _: 'config' })
  })

  test('gzipBomb', async () => {
    box.faults.add({ when: { method: 'help.getConfig', times: 1 }, fault: { kind: 'gzipBomb' } })
    await expect(ann.call(config)).resolves.toMatchObject({ _: 'config' })
    expect(ann.breaches).toEqual(['GZIP_TOO_LARGE'])
  })

  test('wrongSalt', async () => {
    box.faults.add({ when: { method: 'help.*' }, fault: { kind: 'wrongSalt' } })
    // A server may change its salts: clients do not look at them.
    await expect(ann.call(config)).resolves.toMatchObject({ _: 'config' })
  })

  test('drop', async () => {
    box.faults.add({ when: { method: 'help.getConfig', times: 1 }, fault: { kind: 'drop' } })
    const answer = ann.call(config)
    await box.waitFor(({ method, fault }) => method === 'help.getConfig' && fault === 'drop')
    await expect(ann.call(nearest)).resolves.toMatchObject({ _: 'nearestDc' })
    ann.disconnect()
    await reconnected()
    await expect(answer).resolves.toMatchObject({ _: 'config' })
  })

  test.each(['duplicate', 'replay'] as const)('%s', async (kind) => {
    await ann.call(nearest)
    box.faults.add({ when: { times: 1 }, fault: { kind } })
    await ann.call(config)
    await ann.call(nearest)
    expect(ann.events.filter(({ type }) => type === 'result')).toHaveLength(3)
    expect(ann.breaches).toEqual([])
  })

  test('reorder', async () => {
    await ann.call(nearest)
    box.faults.add({ when: { method: 'help.getConfig' }, fault: { kind: 'reorder' } })
    const order: string[] = []
    const first = ann.call(config).then(() => order.push('config'))
    await box.waitFor(({ method, fault }) => method === 'help.getConfig' && fault === 'reorder')
    const second = ann.call(nearest).then(() => order.push('nearest'))
    await Promise.all([first, second])
    expect(order).toEqual(['nearest', 'config'])
  })

  test('delay', async () => {
    await ann.call(nearest)
    box.faults.add({ when: { method: 'help.getConfig' }, fault: { kind: 'delay', ms: 150 } })
    const started = performance.now()
    await ann.call(config)
    expect(performance.now() - started).toBeGreaterThanOrEqual(149)
  })

  test('closeHalfway', async () => {
    await ann.call(nearest)
    box.faults.add({ when: { method: 'help.getConfig', times: 1 }, fault: { kind: 'closeHalfway' } })
    const answer = ann.call(config)
    await ann.until(() => ann.closed)
    await reconnected()
    await expect(answer).resolves.toMatchObject({ _: 'config' })
  })

  test('transportError', async () => {
    box.faults.add({
      when: { method: 'help.getConfig', times: 1 },
      fault: { kind: 'transportError', code: -429 },
    })
    ann.call(config)
    await ann.until(() => ann.closed)
    expect(ann.transportError).toBe(-429)
  })

  test('the key exchange can be struck, too', async () => {
    box.faults.add({ when: { dc: 3, times: 1 }, fault: { kind: 'corrupt', at: 30 } })
    await expect(connected({ dc: 3 })).rejects.toHaveProperty('code')
    await connected({ dc: 3 })
  })
})

describe('calls', () => {
  const count = (method: string) => box.calls.all(method).length

  test('dropBefore', async () => {
    await ann.call(nearest)
    const before = count('help.getConfig')
    box.faults.add({ when: { method: 'help.getConfig', times: 1 }, fault: { kind: 'dropBefore' } })
    const answer = ann.call(config)
    await ann.until(() => ann.closed)
    expect(count('help.getConfig')).toBe(before)
    await reconnected()
    await expect(answer).resolves.toMatchObject({ _: 'config' })
    expect(count('help.getConfig')).toBe(before + 1)
  })

  test('dropAfter', async () => {
    await ann.call(nearest)
    const before = count('help.getConfig')
    box.faults.add({ when: { method: 'help.getConfig', times: 1 }, fault: { kind: 'dropAfter' } })
    const answer = ann.call(config)
    await ann.until(() => ann.closed)
    await reconnected()
    await expect(answer).resolves.toMatchObject({ _: 'config' })
    expect(count('help.getConfig')).toBe(before + 1)
  })

  test.each([
    [{ kind: 'hang' as const }, false],
    [{ kind: 'hang' as const, executed: true }, true],
  ])('%j', async (fault, executed) => {
    await ann.signIn('9996620001')
    const about = `I hang ${executed}`
    box.faults.add({ when: { method: 'account.updateProfile' }, fault })
    let ended = false
    ann.call({ _: 'account.updateProfile', about }).then(
      () => {
        ended = true
      },
      () => {},
    )
    await box.waitFor('account.updateProfile')
    await ann.call(nearest)
    expect(box.world.phones.get('9996620001')?.about === about).toBe(executed)
    expect(ended).toBe(false)
    box.calls.clear()
  })

  test('freeze', async () => {
    await ann.signIn('9996620001')
    const about = 'I was frozen'
    box.faults.add({ when: { method: 'account.updateProfile', times: 1 }, fault: { kind: 'freeze' } })
    let ended = 0
    const calls = [{ _: 'account.updateProfile' as const, about }, nearest].map((request) =>
      ann.call(request).finally(() => {
        ended++
      }),
    )
    await box.waitFor(({ fault }) => fault === 'freeze')
    // Another connection is served: this one is not merely slow.
    await (await connected()).call(nearest)
    expect([ended, ann.closed]).toEqual([0, false])
    // What came before the line went dead was executed, and is answered on the next.
    expect(box.world.phones.get('9996620001')?.about).toBe(about)
    await reconnected()
    await Promise.all(calls)
  })

  test('slow', async () => {
    box.faults.add({ when: { method: 'help.getConfig' }, fault: { kind: 'slow', ms: 150 } })
    const started = performance.now()
    await ann.call(config)
    expect(performance.now() - started).toBeGreaterThanOrEqual(149)
  })

  test('answerTwice', async () => {
    box.faults.add({ when: { method: 'help.getConfig' }, fault: { kind: 'answerTwice' } })
    await ann.call(config)
    await ann.call(nearest)
    expect(ann.events.filter(({ type }) => type === 'result')).toHaveLength(2)
  })

  test.each([
    [{ kind: 'error', code: 400, message: 'PEER_ID_INVALID' }, 400, 'PEER_ID_INVALID'],
    [{ kind: 'floodWait', seconds: 7 }, 420, 'FLOOD_WAIT_7'],
    [{ kind: 'internal' }, 500, 'INTERNAL'],
    [{ kind: 'timeout' }, -503, 'Timeout'],
    [{ kind: 'migrate', what: 'USER', dc: 4 }, 303, 'USER_MIGRATE_4'],
  ] as const)('%j', async (fault, code, message) => {
    box.faults.add({ when: { method: 'help.getConfig', times: 1 }, fault })
    await expect(ann.call(config)).rejects.toMatchObject({ code, message })
    await ann.call(config)
    expect(box.calls.all({ method: 'help.getConfig', failed: true }).at(-1)).toMatchObject({
      error: `${code} ${message}`,
      fault: fault.kind,
    })
  })

  test('revoke', async () => {
    await ann.signIn('9996620001')
    box.faults.add({ when: { phone: '9996620001', method: 'updates.getState' }, fault: { kind: 'revoke' } })
    const gone = { code: 401, message: 'SESSION_REVOKED' }
    await expect(ann.call({ _: 'updates.getState' })).rejects.toMatchObject(gone)
    box.faults.clear()
    await expect(ann.call({ _: 'updates.getState' })).rejects.toMatchObject(gone)
  })

  test('duplicateKey', async () => {
    box.faults.add({ when: { method: 'help.getConfig' }, fault: { kind: 'duplicateKey' } })
    const gone = { code: 406, message: 'AUTH_KEY_DUPLICATED' }
    await expect(ann.call(config)).rejects.toMatchObject(gone)
    box.faults.clear()
    await expect(ann.call(nearest)).rejects.toMatchObject(gone)
  })

  test('forgetKey', async () => {
    box.faults.add({ when: { method: 'help.getConfig' }, fault: { kind: 'forgetKey' } })
    ann.call(config)
    await ann.until(() => ann.closed)
    const back = await reconnected()
    await back.until(() => back.closed)
    expect(back.transportError).toBe(-404)
  })

  test('expireSalts', async () => {
    await ann.call(nearest)
    const salt = ann.session.salts[0]?.salt
    box.faults.add({ when: { method: 'help.getConfig', times: 1 }, fault: { kind: 'expireSalts' } })
    await ann.call(config)
    await ann.call(nearest)
    expect(ann.session.salts.map((one) => one.salt)).not.toContain(salt)
  })

  test('forgetSession', async () => {
    await ann.call(nearest)
    box.faults.add({ when: { method: 'help.getConfig', times: 1 }, fault: { kind: 'forgetSession' } })
    const answer = ann.call(config)
    await box.waitFor(({ fault }) => fault === 'forgetSession')
    // Whatever comes next begins a new session; the client sends again what the old one took with it.
    await ann.call(nearest)
    await expect(answer).resolves.toMatchObject({ _: 'config' })
    expect(ann.events.filter(({ type }) => type === 'newSession').length).toBeGreaterThan(1)
  })
})

test('the same seed makes the same faults', async () => {
  const run = async () => {
    const other = await startBox({ datacenters: 1, faultSeed: 7, world: new World() })
    const client = await WireClient.connect(other, { dc: 1 })
    other.faults.add({ when: { method: 'help.getConfig', probability: 0.5 }, fault: { kind: 'internal' } })
    const ends: boolean[] = []
    for (let i = 0; i < 40; i++) {
      ends.push(
        await client.call(config).then(
          () => true,
          () => false,
        ),
      )
    }
    client.disconnect()
    await other.close()
    return ends
  }
  const [first, second] = await Promise.all([run(), run()])
  expect(first).toEqual(second)
  expect(new Set(first).size).toBe(2)
})
