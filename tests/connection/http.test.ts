/** HTTP long poll: what is different when the server speaks only when asked. */
import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { connectServer, socksServer } from '../../packages/net/src/proxy/proxy-servers.testing.ts'
import { account, dcsOf, Inbox, later, newBox, newHost, tempDir, usernameOf } from '../fixture.ts'

const http = { transport: 'http' } as const
const atOnce = { reconnect: { first: 1, most: 1, perAddress: [] } }

test('calls that take long keep neither other calls nor updates waiting', async () => {
  const box = await newBox()
  const telegram = newHost(box, http)
  const ann = await account(telegram, 'Ann', 1)
  const bob = await account(telegram, 'Bob', 2)
  const inbox = new Inbox(ann)
  box.faults.add({ when: { method: 'help.getInviteText' }, fault: { kind: 'hang' } })
  const stop = new AbortController()
  const hanging: Promise<unknown>[] = []
  for (let i = 0; i < 20; i++) {
    hanging.push(ann.invoke({ _: 'help.getInviteText' }, { signal: stop.signal }).catch((error) => error))
    // Each in a request of its own.
    await ann.invoke({ _: 'help.getNearestDc' })
  }
  await bob.sendMessage(await usernameOf(ann), 'hello')
  await inbox.text('hello')
  stop.abort(new Error('enough'))
  for (const error of await Promise.all(hanging)) expect(error).toEqual(new Error('enough'))
})

test.each([
  ['socks5', socksServer],
  ['http', connectServer],
] as const)('through a %s proxy', async (scheme, start) => {
  const proxy = await start({ username: 'me', password: 'secret' })
  later(() => proxy.close())
  const box = await newBox()
  const telegram = newHost(box, { ...http, proxy: `${scheme}://me:secret@127.0.0.1:${proxy.port}` })
  const session = await account(telegram, 'Cid', 1)
  const inbox = new Inbox(session)
  const other = await account(newHost(box), 'Dan', 1)
  await other.sendMessage(await usernameOf(session), 'hello')
  await inbox.text('hello')
  const { host, port } = box.dcs[0]!
  expect(new Set(proxy.targets)).toEqual(new Set([`${host}:${port}`]))
})

test('with temporary keys', async () => {
  const box = await newBox()
  const session = await account(newHost(box, { ...http, perfectForwardSecrecy: true }), 'Eve', 1)
  await session.sendMessage('me', 'hello')
  expect(box.sessions({ userId: session.userId }).every(({ temporary }) => temporary)).toBe(true)
})

test('a datacenter that does not know the key ends the session; a web server in between does not', async () => {
  const box = await newBox()
  const storage = `${tempDir()}/accounts.db`
  const first = newHost(box, { ...http, storage })
  await account(first, 'Fay', 1)
  await first.close()

  const portal = createServer((request, response) => {
    request.resume()
    response.writeHead(404).end('<html>Please log in to this network.</html>')
  })
  await new Promise<void>((resolve) => portal.listen(0, '127.0.0.1', resolve))
  later(() => portal.close())
  const bound = portal.address()
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0
  const behind = newHost(box, {
    ...http,
    ...atOnce,
    storage,
    dcs: [{ id: 1, addresses: [{ host: '127.0.0.1', port }] }],
  })
  const [waiting] = await behind.start({ connect: false })
  const refused = new Promise<string>((resolve) =>
    waiting!.on('state', (state) => state.name === 'waiting' && resolve(state.reason)),
  )
  const answered = waiting!.invoke({ _: 'help.getInviteText' })
  expect(await refused).toMatch(/speaks HTTP, but not MTProto/)
  // Out of the portal's network.
  behind.dcs.set(1, dcsOf(box)[0]!.addresses)
  await answered
  expect(waiting!.state.name).toBe('online')

  const reason = new Promise((resolve) => waiting!.once('loggedOut', resolve))
  box.faults.add({ when: { method: 'help.getNearestDc' }, fault: { kind: 'forgetKey' } })
  await expect(waiting!.invoke({ _: 'help.getNearestDc' })).rejects.toMatchObject({ code: 'SESSION_DEAD' })
  expect(await reason).toBe('unregistered')
})

test('transport errors are statuses, and the session comes back', async () => {
  const box = await newBox()
  const session = await account(newHost(box, { ...http, ...atOnce }), 'Gus', 1)
  for (const code of [-429, -500]) {
    box.faults.add({
      when: { method: 'help.getNearestDc', times: 1 },
      fault: { kind: 'transportError', code },
    })
    expect(await session.invoke({ _: 'help.getNearestDc' })).toMatchObject({ thisDc: 1 })
  }
  expect(session.state.name).toBe('online')
  expect(session.metrics().drops).toBe(2)
})
