/** The control port as a program in another language uses it: HTTP and JSON. */
import { request } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Box, startBox } from '../box.ts'
import { WireClient } from '../wire-client.testing.ts'

let box: Box
let url: string
const clients: WireClient[] = []
const failures: unknown[] = []

/** Whatever it is: each test says what it expects. */
interface Loose {
  [name: string]: Loose
}

interface Answer {
  status: number
  body: Loose
}

async function ask(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers,
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  return { status: answer.status, body: (await answer.json()) as Loose }
}

beforeAll(async () => {
  box = await startBox({ control: 0, onFault: (error) => failures.push(error) })
  url = box.control?.url ?? ''
  await box.user({ phone: '9996620001', firstName: 'Ann', username: 'ann_box' })
  await box.user({ phone: '9996620002', firstName: 'Bob', password: 'secret' })
})

beforeEach(() => {
  for (const client of clients.splice(0)) client.disconnect()
  box.faults.clear()
  expect(failures).toEqual([])
})

afterAll(async () => {
  for (const client of clients) client.disconnect()
  await box.close()
})

async function signedIn(phone: string): Promise<WireClient> {
  const client = await WireClient.connect(box)
  clients.push(client)
  await client.signIn(phone)
  return client
}

test('it listens on loopback unless told otherwise', () => {
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
})

test('the box', async () => {
  const { status, body } = await ask('GET', '/')
  expect(status).toBe(200)
  expect(body).toMatchObject({
    dcs: box.dcs,
    publicKey: box.publicKey,
    fingerprint: box.fingerprint,
    ahead: 0,
  })
})

describe('accounts', () => {
  test('are made and listed', async () => {
    const made = await ask('POST', '/accounts', {
      phone: '+41 79 000 00 01',
      firstName: 'Cleo',
      password: 'x',
    })
    expect(made).toMatchObject({ status: 201, body: { phone: '41790000001', dc: 2, hasPassword: true } })
    const { body } = await ask('GET', '/accounts')
    expect(body).toContainEqual(made.body)
  })

  test('are found by phone, username and id', async () => {
    const names = ['9996620001', '+9996620001', '@ann_box', String(box.world.phones.get('9996620001')?.id)]
    for (const name of names) {
      expect((await ask('GET', `/accounts/${encodeURIComponent(name)}`)).body).toMatchObject({
        firstName: 'Ann',
      })
    }
    expect(await ask('GET', '/accounts/nobody')).toMatchObject({
      status: 404,
      body: { error: { code: 'NOT_FOUND' } },
    })
  })

  test.each([
    [{ phone: '1', firstName: 'x' }, 'WORLD_PHONE_INVALID', undefined],
    [{ phone: '9996620001', firstName: 'x' }, 'WORLD_PHONE_TAKEN', undefined],
    [{ phone: '41790000009' }, 'BAD_REQUEST', 'firstName'],
    [{ phone: 5, firstName: 'x' }, 'BAD_REQUEST', 'phone'],
    [{ phone: '41790000009', firstName: 'x', surname: 'y' }, 'BAD_REQUEST', undefined],
    ['not json', 'NOT_JSON', undefined],
    [[], 'BAD_REQUEST', undefined],
  ])('are refused when %j', async (account, code, at) => {
    const { status, body } = await ask('POST', '/accounts', account)
    expect(status).toBe(400)
    expect(body.error?.code).toBe(code)
    expect(body.error?.at).toBe(at)
  })

  test('their login codes', async () => {
    const client = await WireClient.connect(box)
    clients.push(client)
    const settings = { _: 'codeSettings' as const }
    await client.call({ _: 'auth.sendCode', phoneNumber: '41790000077', apiId: 1, apiHash: 'x', settings })
    const { body } = await ask('GET', '/codes?phone=%2B41790000077')
    expect(body).toEqual([{ phone: '41790000077', code: expect.stringMatching(/^\d{5}$/) }])
  })
})

describe('messages', () => {
  test('are sent as an account, pushed to the other, and read', async () => {
    const ann = await signedIn('9996620001')
    await ann.call({ _: 'updates.getState' })
    const sent = await ask('POST', '/messages', { from: '9996620002', to: '@ann_box', text: 'hello Ann' })
    expect(sent).toMatchObject({ status: 201, body: { id: expect.any(Number) } })
    await ann.until(() => ann.updates.length > 0)
    const { body } = await ask('GET', '/messages?account=9996620001&with=9996620002&limit=1')
    expect(body).toMatchObject([{ text: 'hello Ann', out: false }])
  })

  test('go to groups and channels by title, from members', async () => {
    await ask('POST', '/world', {
      users: [],
      groups: [{ title: 'the group', creator: '@ann_box', members: ['9996620002'] }],
      channels: [{ title: 'the channel', kind: 'channel', creator: '@ann_box' }],
    })
    for (const to of ['the group', 'the channel']) {
      const sent = await ask('POST', '/messages', { from: '@ann_box', to, text: `to ${to}` })
      expect(sent.status).toBe(201)
      const { body } = await ask('GET', `/messages?account=@ann_box&with=${encodeURIComponent(to)}&limit=1`)
      expect(body).toMatchObject([{ text: `to ${to}` }])
      const byId = await ask('GET', `/messages?account=@ann_box&with=${sent.body.chat}&limit=1`)
      expect(byId.body).toEqual(body)
    }
    const stranger = await ask('POST', '/messages', { from: '9996620002', to: 'the channel', text: 'x' })
    expect(stranger).toMatchObject({ status: 400, body: { error: { at: 'from' } } })
  })

  test.each([
    [{ from: '9996620002', to: '9996620001', text: '' }, 400],
    [{ from: '9996620002', to: 'nowhere', text: 'x' }, 404],
    [{ from: 'nobody', to: '9996620001', text: 'x' }, 404],
    [{ from: '9996620002', to: '-1', text: 'x' }, 404],
    [{}, 400],
  ])('are refused: %j', async (message, status) => {
    expect((await ask('POST', '/messages', message)).status).toBe(status)
  })
})

test('faults are added, listed with their hits, and removed', async () => {
  const rule = { when: { method: 'help.getConfig', times: 1 }, fault: { kind: 'floodWait', seconds: 9 } }
  const { status, body } = await ask('POST', '/faults', rule)
  expect(status).toBe(201)
  const client = await WireClient.connect(box)
  clients.push(client)
  await expect(client.call({ _: 'help.getConfig' })).rejects.toMatchObject({ message: 'FLOOD_WAIT_9' })
  expect((await ask('GET', '/faults')).body).toEqual([{ ...rule, id: body.id, met: 1, hits: 1 }])
  expect((await ask('DELETE', `/faults/${body.id}`)).body).toEqual({ removed: 1 })
  expect((await ask('DELETE', `/faults/${body.id}`)).status).toBe(404)
  expect(await ask('POST', '/faults', { fault: { kind: 'delay', ms: -1 } })).toMatchObject({
    status: 400,
    body: { error: { at: 'fault.ms' } },
  })
  expect((await ask('GET', '/faults/kinds')).body).toContainEqual({ kind: 'gzipBomb', strikes: 'packet' })
  await ask('POST', '/faults', rule)
  expect((await ask('DELETE', '/faults')).body).toEqual({ removed: 1 })
})

describe('calls', () => {
  test('are shown, filtered and forgotten', async () => {
    const ann = await signedIn('9996620001')
    await ann.call({ _: 'help.getNearestDc' })
    await ann.call({ _: 'messages.getDhConfig', version: 0, randomLength: 0 }).catch(() => {})
    const nearest = (await ask('GET', '/calls?method=help.getNearestDc&limit=1')).body
    expect(nearest).toMatchObject([
      { method: 'help.getNearestDc', dc: 2, params: { _: 'help.getNearestDc' } },
    ])
    expect(typeof nearest[0]?.authKeyId).toBe('string')
    const failed = (await ask('GET', `/calls?failed=true&since=${nearest[0]?.number}`)).body
    expect(failed).toMatchObject([{ method: 'messages.getDhConfig', error: expect.stringContaining('400') }])
    await ask('DELETE', '/calls')
    expect((await ask('GET', '/calls')).body).toEqual([])
  })

  test('are waited for', async () => {
    await ask('DELETE', '/calls')
    const waiting = ask('GET', '/calls/wait?method=help.*&timeout=5000')
    const client = await WireClient.connect(box)
    clients.push(client)
    await client.call({ _: 'help.getNearestDc' })
    expect((await waiting).body).toMatchObject({ method: 'help.getNearestDc' })
    const never = await ask('GET', '/calls/wait?method=help.never&timeout=1')
    expect(never).toMatchObject({ status: 408, body: { error: { code: 'NO_SUCH_CALL' } } })
  })

  test.each(['dc=x', 'failed=perhaps', 'limit=1.5', 'nonsense=1'])(
    'are refused when asked for with %s',
    async (query) => {
      expect((await ask('GET', `/calls?${query}`)).status).toBe(400)
    },
  )
})

test('whoever has knocked is counted, turned away or not', async () => {
  const since = box.connects.count
  box.faults.add({ fault: { kind: 'refuse' }, when: { dc: 5, times: 2 } })
  const sockets = [1, 2, 3].map(() => connect(box.dcs[4]?.port ?? 0, '127.0.0.1'))
  await expect.poll(() => box.connects.count).toBe(since + 3)
  for (const socket of sockets) socket.destroy()
  const { body } = await ask('GET', `/connects?dc=5&since=${since}`)
  expect(body.connects).toMatchObject([1, 2, 3].map((n) => ({ number: since + n, dc: 5, via: 'port' })))
  expect(body.mostPerSecond).toBeGreaterThan(0)
  expect((await ask('GET', '/connects?limit=0')).body.connects).toEqual([])
})

test('connections are listed and dropped', async () => {
  const ann = await signedIn('9996620001')
  const userId = box.world.phones.get('9996620001')?.id
  const { body } = await ask('GET', `/connections?userId=${userId}`)
  expect(body).toMatchObject([{ dc: 2, via: 'tcp', transport: 'intermediate', sessions: [{ userId }] }])
  expect((await ask('DELETE', `/connections/${body[0]?.number}`)).body).toEqual({ dropped: 1 })
  await ann.until(() => ann.closed)
  expect((await ask('DELETE', '/connections/999999')).status).toBe(404)
  const bob = await WireClient.connect(box, { dc: 3 })
  await ask('DELETE', '/connections?dc=3')
  await bob.until(() => bob.closed)
})

test('sessions are listed and forgotten, salts expire', async () => {
  const ann = await signedIn('9996620001')
  const userId = box.world.phones.get('9996620001')?.id
  const { body } = await ask('GET', `/sessions?userId=${userId}`)
  expect(body).toContainEqual(
    expect.objectContaining({ sessionId: String(ann.session.sessionId), temporary: false }),
  )
  expect((await ask('POST', '/salts/expire', { userId })).body.keys).toBeGreaterThan(0)
  await ann.call({ _: 'help.getNearestDc' })
  expect((await ask('DELETE', `/sessions?userId=${userId}`)).body.forgotten).toBe(body.length)
  expect((await ask('GET', `/sessions?userId=${userId}`)).body).toEqual([])
})

test('the clock is moved', async () => {
  const before = Date.parse(String((await ask('GET', '/clock')).body.now))
  const { status, body } = await ask('POST', '/clock', { advance: 3_600_000 })
  expect(status).toBe(201)
  expect(body.ahead).toBe(3_600_000)
  expect(Date.parse(String(body.now)) - before).toBeGreaterThanOrEqual(3_600_000)
  await ask('POST', '/clock', { advance: -3_600_000 })
  expect((await ask('POST', '/clock', { advance: 'soon' })).status).toBe(400)
})

test('the world is shown, and people are added to it', async () => {
  expect((await ask('GET', '/world')).body).toMatchObject({ users: expect.any(Array) })
  const added = await ask('POST', '/world', { users: [{ phone: '41790000050', firstName: 'Dora' }] })
  expect(added.status).toBe(201)
  expect((await ask('GET', '/accounts/41790000050')).body).toMatchObject({ firstName: 'Dora' })
  expect(await ask('POST', '/world', { users: [{ phone: '41790000051' }] })).toMatchObject({
    status: 400,
    body: { error: { at: 'users[0].firstName' } },
  })
})

test('proxies are opened', async () => {
  const { body } = await ask('POST', '/proxies', {})
  expect(body.link).toMatch(/^tg:\/\/proxy\?server=127\.0\.0\.1&port=\d+&secret=dd[0-9a-f]{32}$/)
  expect((await ask('POST', '/proxies', { secret: 'short' })).status).toBe(400)
})

describe('refused', () => {
  test('what is not there, and the wrong method', async () => {
    expect((await ask('GET', '/nothing')).status).toBe(404)
    expect((await ask('GET', '/accounts/a/b')).status).toBe(404)
    expect((await ask('GET', '/accounts/%')).status).toBe(400)
    const { status, body } = await ask('DELETE', '/accounts')
    expect([status, body.error?.message]).toEqual([405, '/accounts takes GET, POST, not DELETE'])
  })

  test('bodies without end', async () => {
    const status = await new Promise<number | string>((resolve) => {
      const sending = request(`${url}/world`, { method: 'POST' }, (answer) => resolve(answer.statusCode ?? 0))
      sending.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''))
      const chunk = Buffer.alloc(1024 * 1024, 0x20)
      for (let i = 0; i < 20; i++) sending.write(chunk)
      sending.end()
    })
    expect([413, 'ECONNRESET', 'EPIPE']).toContain(status)
    expect((await ask('GET', '/')).status).toBe(200)
  })

  test('web pages, and requests for another host', async () => {
    expect((await ask('GET', '/', undefined, { origin: 'https://evil.example' })).status).toBe(403)
    const status = await new Promise((resolve) => {
      request(`${url}/`, { headers: { host: 'evil.example' } }, (answer) => resolve(answer.statusCode)).end()
    })
    expect(status).toBe(403)
  })
})

test('a control port that is taken is an error, and leaves nothing open', async () => {
  await expect(startBox({ control: box.control?.port ?? 0 })).rejects.toMatchObject({ code: 'EADDRINUSE' })
})

test('shutdown ends the box', async () => {
  const other = await startBox({ control: 0, datacenters: 1 })
  const answer = await fetch(`${other.control?.url}/shutdown`, { method: 'POST' })
  expect(answer.status).toBe(202)
  await other.closed
  await expect(WireClient.connect(other, { dc: 1 })).rejects.toThrow()
})
