/** Perfect forward secrecy: everything goes under temporary keys, which are renewed, bound again and replaced without anybody noticing. */
import { createHash, randomBytes } from 'node:crypto'
import type { Box } from '@telegram-mt/box'
import { sealTemporaryKeyBinding } from '@telegram-mt/mtproto'
import type { Session } from 'telegram-mt'
import { describe, expect, test } from 'vitest'
import { openBindingMessage } from '../../packages/box/src/server/keys/binding-message.ts'
import { socksServer } from '../../packages/net/src/proxy/proxy-servers.testing.ts'
import { account, Inbox, later, login, newBox, newHost, newPhone, tempDir, usernameOf } from '../fixture.ts'

const secret = { perfectForwardSecrecy: true }

const sessionsOf = (box: Box, session: Session) => box.sessions({ userId: session.userId })

test('P1: the binding message can be read with the permanent key, by the other side’s code', () => {
  const random = (length: number) => new Uint8Array(randomBytes(length))
  const idOf = (key: Uint8Array) => createHash('sha1').update(key).digest().readBigInt64LE(12)
  const permanentKey = random(256)
  const temporaryKey = random(256)
  const said = { msgId: 0x7000_0000_1234_5678n, nonce: -5n, expiresAt: 1_900_000_000 }
  const message = sealTemporaryKeyBinding({ ...said, permanentKey, temporaryKey, sessionId: 77n, random })
  expect(openBindingMessage(message, { id: idOf(permanentKey), key: permanentKey })).toEqual({
    ...said,
    tempAuthKeyId: idOf(temporaryKey),
    permAuthKeyId: idOf(permanentKey),
    tempSessionId: 77n,
  })
  // Whoever has another key, or changes a bit, has nothing.
  expect(openBindingMessage(message, { id: idOf(permanentKey), key: temporaryKey })).toBeUndefined()
  message[60] = (message[60] ?? 0) ^ 1
  expect(openBindingMessage(message, { id: idOf(permanentKey), key: permanentKey })).toBeUndefined()
})

describe('a session with temporary keys', () => {
  test('signs in, sends and receives, and uses its stored keys after a restart', async () => {
    const box = await newBox()
    const storage = `${tempDir()}/accounts.db`
    const telegram = newHost(box, { ...secret, storage })
    const ann = await account(telegram, 'Ann', 1)
    const bob = await account(newHost(box), 'Bob', 2)
    const inbox = new Inbox(ann)
    await bob.sendMessage(await usernameOf(ann), 'hello')
    await inbox.text('hello')
    expect(sessionsOf(box, ann).every(({ temporary }) => temporary)).toBe(true)
    expect(box.calls.methods('auth.bindTempAuthKey')).toHaveLength(1)
    const exported = ann.export()
    await telegram.close()
    await bob.sendMessage(ann.userId!, 'while you were away')

    const [restored] = await newHost(box, { ...secret, storage }).start()
    const later = new Inbox(restored!)
    await later.text('while you were away')
    expect(box.calls.methods('auth.bindTempAuthKey')).toHaveLength(1)
    // What is exported is the permanent key, good for a host without temporary keys, too.
    expect(restored!.export().slice(0, 40)).toBe(exported.slice(0, 40))
  })

  test('makes both keys, binds, signs in and goes on over one connection', async () => {
    const box = await newBox()
    const socket = await socksServer()
    later(() => socket.close())
    const telegram = newHost(box, { ...secret, proxy: `socks5://127.0.0.1:${socket.port}` })
    const session = await account(telegram, 'Amy', 1)
    await session.sendMessage('me', 'hello')
    expect(socket.targets).toHaveLength(1)
    expect(session.metrics()).toMatchObject({ keyExchanges: 2, connects: 1 })
    const [one, ...others] = sessionsOf(box, session)
    expect([one?.temporary, others]).toEqual([true, []])
    // And the connection comes back like any other.
    box.dropConnections()
    await session.sendMessage('me', 'hello again')
    expect(box.calls.methods('auth.bindTempAuthKey')).toHaveLength(1)
  })

  test('P4: goes over to the next key while calls are under way', async () => {
    const box = await newBox()
    const session = await account(newHost(box, { ...secret, temporaryKeyLife: 6 }), 'Cid', 1)
    box.faults.add({
      fault: { kind: 'slow', ms: 30 },
      when: { method: 'messages.sendMessage', probability: 0.5 },
    })
    const sessionsSeen = () =>
      new Set(box.calls.all('messages.sendMessage').map(({ sessionId }) => sessionId))
    let n = 0
    while (sessionsSeen().size < 2) await session.sendMessage('me', `${++n}`)
    for (let more = 0; more < 20; more++) await session.sendMessage('me', `${++n}`)
    // All later ones go over the new connection, and the old one is let go.
    const [last] = box.calls.all('messages.sendMessage').slice(-1)
    const calls = box.calls.all('messages.sendMessage')
    expect(box.calls.methods('auth.bindTempAuthKey').length).toBeGreaterThanOrEqual(2)
    expect(calls.slice(0, 1).every(({ sessionId }) => sessionId !== last!.sessionId)).toBe(true)
    expect(calls).toHaveLength(n)
    expect(session.state.name).toBe('online')
  })

  test('is told at once of what happens while it does nothing, before and after going over', async () => {
    const box = await newBox()
    const ann = await account(newHost(box, { ...secret, temporaryKeyLife: 6 }), 'Ada', 1)
    const bob = await account(newHost(box), 'Bob', 2)
    const inbox = new Inbox(ann)
    const name = await usernameOf(ann)
    for (const keys of [1, 2, 3]) {
      await expect.poll(() => box.calls.methods('auth.bindTempAuthKey').length, { timeout: 8000 }).toBe(keys)
      for (let n = 0; n < 100; n++) {
        await bob.sendMessage(name, `${keys}: ${n}`)
        await inbox.text(`${keys}: ${n}`)
      }
    }
  }, 15_000)

  test('ends, when it is closed, what is still under way on a connection that was left', async () => {
    const box = await newBox()
    const telegram = newHost(box, { ...secret, temporaryKeyLife: 6 })
    const session = await account(telegram, 'Bea', 1)
    box.faults.add({ fault: { kind: 'hang' }, when: { method: 'help.getNearestDc', times: 1 } })
    const before = sessionsOf(box, session)[0]!.sessionId
    const unanswered = session.invoke({ _: 'help.getNearestDc' })
    unanswered.catch(() => {})
    await expect.poll(() => box.calls.methods('auth.bindTempAuthKey').length, { timeout: 8000 }).toBe(2)
    await expect.poll(() => box.connections).toBe(2)
    const over = async () => {
      await session.sendMessage('me', 'over')
      return box.calls.all('messages.sendMessage').at(-1)!.sessionId !== before
    }
    await expect.poll(over).toBe(true)
    await session.close()
    await expect(unanswered).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' })
    await expect.poll(() => box.connections).toBe(0)
  }, 15_000)

  test('is online again when the next key stands before the old connection is back', async () => {
    const box = await newBox()
    const reconnect = { first: 1, most: 1, perAddress: [] }
    const session = await account(newHost(box, { ...secret, temporaryKeyLife: 6, reconnect }), 'Cas', 1)
    const states: string[] = []
    session.on('state', ({ name }) => states.push(name))
    box.faults.add({ fault: { kind: 'silence' }, when: { times: 1 } })
    box.dropConnections()
    await expect.poll(() => box.calls.methods('auth.bindTempAuthKey').length, { timeout: 8000 }).toBe(2)
    await session.sendMessage('me', 'over the new one')
    expect(states).toEqual(['waiting', 'connecting', 'online'])
  }, 15_000)

  test('P2: binds a key again that the server no longer takes for bound', async () => {
    const box = await newBox()
    const session = await account(newHost(box, secret), 'Dan', 1)
    const lost = { kind: 'error', code: 401, message: 'AUTH_KEY_PERM_EMPTY' } as const
    box.faults.add({ fault: lost, when: { method: 'help.getNearestDc', times: 1 } })
    expect(await session.invoke({ _: 'help.getNearestDc' })).toMatchObject({ thisDc: 1 })
    expect(box.calls.methods('auth.bindTempAuthKey')).toHaveLength(2)
    expect(session.state.name).toBe('online')
  })

  test('P5: makes another key when the server has forgotten the last', async () => {
    const box = await newBox()
    const session = await account(newHost(box, secret), 'Eve', 1)
    const [before] = sessionsOf(box, session)
    // By the box's clock it has come to its end.
    box.advance(25 * 3_600_000)
    box.dropConnections()
    expect(await session.invoke({ _: 'help.getNearestDc' })).toMatchObject({ thisDc: 1 })
    expect(box.calls.methods('auth.bindTempAuthKey')).toHaveLength(2)
    expect(sessionsOf(box, session).map(({ authKeyId }) => authKeyId)).toContain(before!.authKeyId)
    expect(session.state.name).toBe('online')
  })

  test('P5: is told when its permanent key is dead', async () => {
    const box = await newBox()
    const storage = `${tempDir()}/accounts.db`
    const first = newHost(box, { ...secret, storage })
    await account(first, 'Fay', 1)
    await first.close()
    // One that was made a minute ago might not have got about: this one is old, as far as the second host knows.
    const [session] = await newHost(box, { ...secret, storage }).start()
    box.faults.add({ fault: { kind: 'forgetKey' }, when: { method: 'help.getNearestDc' } })
    const reason = new Promise((resolve) => session!.once('loggedOut', resolve))
    await expect(session!.invoke({ _: 'help.getNearestDc' })).rejects.toMatchObject({ code: 'SESSION_DEAD' })
    expect(await reason).toBe('unregistered')
    expect(session!.state).toMatchObject({ name: 'loggedOut', reason: 'unregistered' })
  })

  test('P3: has temporary keys for other datacenters and for files as well', async () => {
    const box = await newBox()
    const session = await account(newHost(box, secret), 'Gus', 1)
    const part = (filePart: number) =>
      ({ _: 'upload.saveFilePart', fileId: 1n, filePart, bytes: new Uint8Array(64) }) as const
    await session.invoke(part(0), { media: true })
    await Promise.all([1, 2, 3, 4, 5].map((n) => session.invoke(part(n), { dc: 3, media: true })))
    const uploads = box.calls.all('upload.saveFilePart')
    expect(new Set(uploads.map(({ dc }) => dc))).toEqual(new Set([1, 3]))
    expect(sessionsOf(box, session).every(({ temporary }) => temporary)).toBe(true)
    // At home one for the main connection and one for files; elsewhere the same.
    expect(box.calls.methods('auth.bindTempAuthKey')).toHaveLength(4)
  })

  test('P6: signs out, and another account signs in under new keys', async () => {
    const box = await newBox()
    const session = await account(newHost(box, secret), 'Hal', 1)
    const first = sessionsOf(box, session).map(({ authKeyId }) => authKeyId)
    await session.signOut()
    await session.connect()
    const phone = newPhone(1)
    await login(session, phone, 'Ida')
    expect(session.phone).toBe(phone)
    const second = sessionsOf(box, session)
    expect(second.every(({ temporary, authKeyId }) => temporary && !first.includes(authKeyId))).toBe(true)
    expect(session.metrics().keyExchanges).toBe(4)
  })
})
