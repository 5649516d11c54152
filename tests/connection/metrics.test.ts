/** What is counted, what is logged, and what is in no log. */
import { inspect } from 'node:util'
import { type Box, startBox } from '@telegram-mt/box'
import { type Logger, PasswordNeededError, type Session, type Telegram } from 'telegram-mt'
import { describe, expect, test } from 'vitest'
import {
  account,
  codeOf,
  event,
  Inbox,
  later,
  newBox,
  newHost,
  newPhone,
  tempDir,
  usernameOf,
} from '../fixture.ts'

const atBox = (box: Box, method: string) => box.calls.all(method).length

describe('metrics', () => {
  test('count connections, calls by method and error, waits and updates, per session and summed', async () => {
    const box = await newBox()
    const telegram = newHost(box)
    const [ann, bob] = [await account(telegram, 'Ann', 1), await account(telegram, 'Bob', 2)]
    const inbox = new Inbox(ann)
    await bob.sendMessage(await usernameOf(ann), 'one')
    await inbox.text('one')
    await ann.invoke({ _: 'messages.deleteMessages', id: [1] })
    await expect(
      ann.invoke({ _: 'messages.sendMessage', peer: { _: 'inputPeerSelf' }, message: '', randomId: 1n }),
    ).rejects.toMatchObject({ code: 'MESSAGE_EMPTY' })
    box.faults.add({
      fault: { kind: 'floodWait', seconds: 1 },
      when: { method: 'help.getNearestDc', times: 1 },
    })
    const waiting = new Promise((resolve) => ann.once('floodWait', resolve))
    const held = ann.invoke({ _: 'help.getNearestDc' })
    await waiting
    expect(ann.metrics()).toMatchObject({ callsRunning: 1, callsWaiting: 1, floodWaits: 1 })
    await held
    box.dropConnections(({ sessions }) => sessions.some(({ userId }) => userId === ann.userId))
    await ann.invoke({ _: 'help.getInviteText' })

    const metrics = ann.metrics()
    expect(metrics).toMatchObject({
      state: 'online',
      connects: 2,
      drops: 1,
      keyExchanges: 1,
      floodWaits: 1,
      retries: 1,
      connections: 1,
      callsRunning: 0,
      callsWaiting: 0,
      updatesParked: 0,
      faults: 0,
    })
    expect(metrics.methods['messages.sendMessage']).toMatchObject({ count: 1, errors: { MESSAGE_EMPTY: 1 } })
    expect(metrics.methods['help.getNearestDc']?.milliseconds).toBeGreaterThanOrEqual(1000)
    expect(metrics.updatesHandled).toBeGreaterThan(0)

    const all = telegram.metrics()
    const theirs = bob.metrics()
    for (const count of ['connects', 'drops', 'keyExchanges', 'updatesHandled'] as const)
      expect(all[count]).toBe(metrics[count] + theirs[count])
    expect(all.methods['messages.sendMessage']).toMatchObject({ count: 2, errors: { MESSAGE_EMPTY: 1 } })
    expect(all.sessions).toMatchObject({ online: 2, waiting: 0 })
    // What has left is still counted.
    await telegram.forget(ann.id)
    expect(telegram.metrics()).toMatchObject({ connects: all.connects, sessions: { online: 1 } })
  })

  test('count what the protocol sends again', async () => {
    const box = await newBox()
    const session = await account(newHost(box), 'Cid', 1)
    const before = session.metrics().resends
    box.faults.add({ fault: { kind: 'dropBefore' }, when: { method: 'help.getNearestDc', times: 1 } })
    await session.invoke({ _: 'help.getNearestDc' })
    expect(session.metrics().resends).toBeGreaterThan(before)
    expect(atBox(box, 'help.getNearestDc')).toBe(1)
  })

  test('count the connections to other datacenters and for files, and what goes wrong there', async () => {
    const box = await newBox()
    const telegram = newHost(box, { reconnect: { first: 1, most: 1, perAddress: [] } })
    const session = await account(telegram, 'Eli', 1)
    const faults: string[] = []
    session.on('fault', ({ where }) => faults.push(where))
    const part = { _: 'upload.saveFilePart', fileId: 7n, filePart: 0, bytes: new Uint8Array(8) } as const
    const upload = () => session.invoke(part, { dc: 3, media: true })
    await upload()
    // One that shows the authorization, and one for files, under the same key.
    expect(session.metrics()).toMatchObject({ connects: 3, drops: 0, keyExchanges: 2, connections: 3 })

    // The first address is of no use, the second is.
    const nobody = await startBox()
    await nobody.close()
    const [unused, { host, port }] = [nobody.dcs[0]!, box.dcs[2]!]
    telegram.dcs.set(3, [
      { host: unused.host, port: unused.port },
      { host, port },
    ])
    box.dropConnections(({ dc }) => dc === 3)
    while (session.metrics().connects < 5) await event((done) => setImmediate(done))
    expect(session.metrics()).toMatchObject({ drops: 2, failedConnects: 2, connections: 3, state: 'online' })

    box.faults.add({ fault: { kind: 'badPadding' }, when: { dc: 3, method: part._, times: 1 } })
    await upload()
    expect(session.metrics()).toMatchObject({ faults: 1, drops: 3 })
    expect(faults).toEqual(['a connection to datacenter 3'])
    expect(session.state.name).toBe('online')

    // What was sent again over a connection that is closed by now is counted still.
    box.faults.add({ fault: { kind: 'dropBefore' }, when: { dc: 3, method: part._, times: 1 } })
    await upload()
    const { resends } = session.metrics()
    expect(resends).toBeGreaterThan(0)
    await session.close()
    expect(telegram.metrics()).toMatchObject({ drops: 4, resends, connections: 0 })
  })

  test('are text that Prometheus reads', async () => {
    const box = await newBox()
    const telegram = newHost(box)
    const session = await account(telegram, 'Dan', 1)
    const lines = telegram.prometheus().trimEnd().split('\n')
    for (const line of lines) {
      expect(line).toMatch(
        /^(# (HELP|TYPE) telegram_mt_[a-z_]+ .+|telegram_mt_[a-z_]+(\{([a-z]+="[^"\n]*",?)+\})? [0-9.e+-]+)$/,
      )
    }
    // Each family is described once, before its samples, which stand together.
    const families = lines.filter((line) => line.startsWith('# TYPE')).map((line) => line.split(' ')[2])
    expect(new Set(families).size).toBe(families.length)
    const order = lines
      .filter((line) => !line.startsWith('#'))
      .map((line) => line.replace(/[{ ].*/, ''))
      .filter((name, at, names) => name !== names[at - 1])
    expect(new Set(order).size).toBe(order.length)
    expect(lines).toContain('telegram_mt_sessions{state="online"} 1')
    expect(lines).toContain('telegram_mt_connects_total 1')
    expect(lines).toContain('telegram_mt_calls_total{method="auth.sendCode"} 1')
    const single = telegram.prometheus({ sessions: true }).split('\n')
    expect(single).toContain(`telegram_mt_connects_total{session="${session.id}"} 1`)
    expect(single).toContain(`telegram_mt_calls_total{session="${session.id}",method="auth.sendCode"} 1`)
    expect(single).not.toContain('telegram_mt_calls_total{method="auth.sendCode"} 1')
  })
})

/** Everything that is given to the logger, and all that hangs on it, as text. */
function recorder(): { logger: Logger; text: () => string; lines: () => number } {
  const seen: unknown[] = []
  const log = (details: object, message: string) => void seen.push([details, message])
  return {
    logger: { debug: log, info: log, warn: log, error: log },
    text: () => inspect(seen, { depth: 12, showHidden: true, maxArrayLength: null, maxStringLength: null }),
    lines: () => seen.length,
  }
}

test('no log holds a phone number, code, password, auth key, proxy secret or message', async () => {
  const box = await newBox()
  const { logger, text, lines } = recorder()
  const secret = '00112233445566778899aabbccddeeff'
  const { host, port } = await box.proxy({ secret })
  const telegram: Telegram = newHost(box, {
    logger,
    storage: `${tempDir()}/accounts.db`,
    storageKey: 'a passphrase of mine',
    proxy: `tg://proxy?server=${host}&port=${port}&secret=${secret}`,
    perfectForwardSecrecy: true,
  })
  const phone = newPhone(3)
  const code = codeOf(phone)
  const password = 'correct horse battery staple'
  await box.user({ phone, firstName: 'Zacharias', password })
  const message = 'meet me at the old oak'
  const session: Session = await telegram.connect({ dc: 1 })
  later(() => session.removeAllListeners())
  // Everything that can go wrong in a login goes wrong once.
  await session.sendCode(phone)
  await expect(session.signIn(phone, '00000')).rejects.toMatchObject({ code: 'PHONE_CODE_INVALID' })
  await expect(session.signIn(phone, code)).rejects.toBeInstanceOf(PasswordNeededError)
  await expect(session.checkPassword('wrong horse')).rejects.toMatchObject({ code: 'PASSWORD_HASH_INVALID' })
  await session.checkPassword(password)
  session.onUpdate(() => {
    throw new Error('the program has a bug')
  })
  await session.sendMessage('me', message)
  await expect(session.sendMessage('me', `${message} ${'x'.repeat(5000)}`)).rejects.toMatchObject({
    code: 'MESSAGE_TOO_LONG',
  })
  for (const wrong of [
    { peer: message },
    { peer: { _: 'inputPeerSelf' }, randomId: message },
    { replyTo: message },
  ])
    await expect(
      session.invoke({ _: 'messages.sendMessage', message, ...wrong } as never),
    ).rejects.toMatchObject({ code: expect.stringMatching(/^TL_/) })
  for (const kind of ['internal', 'corrupt'] as const)
    box.faults.add({ fault: { kind }, when: { method: 'messages.sendMessage', times: 1 } })
  for (let n = 0; n < 3; n++) await session.sendMessage('me', `${message} ${n}`)
  const keys = box.sessions({ userId: session.userId }).map(({ authKeyId }) => authKeyId)
  expect(keys.length).toBeGreaterThan(0)
  const exported = session.export()
  await session.signOut()
  await telegram.close()

  expect(lines()).toBeGreaterThan(20)
  const logged = text()
  const authKey = Buffer.from(exported.replace(/^tmt1\./, ''), 'base64url').subarray(28, 284)
  const forbidden: Record<string, string> = {
    phone,
    code: `'${code}'`,
    'wrong code': `'00000'`,
    password,
    'wrong password': 'wrong horse',
    passphrase: 'a passphrase of mine',
    message,
    secret,
    name: 'Zacharias',
    exported,
    'auth key, hex': authKey.toString('hex').slice(0, 64),
    'auth key, base64': authKey.toString('base64').slice(0, 64),
    'auth key, as inspect shows bytes': authKey.toString('hex').slice(0, 40).replace(/../g, '$& ').trim(),
    'auth key, as an array': [...authKey.subarray(0, 10)].join(', '),
  }
  for (const [what, secret] of Object.entries(forbidden)) expect(logged.includes(secret), what).toBe(false)
})
