/** What programs without types hand in by mistake: every method says what was wrong, by an error of its own, and goes on. */
import { type EventEmitter, once } from 'node:events'
import { ArgumentError, ConfigurationError, type Session, Telegram, type TelegramOptions } from 'telegram-mt'
import { describe, expect, test } from 'vitest'
import { account, dcsOf, newBox, newHost, newPhone } from '../fixture.ts'

const junk: unknown[] = [
  undefined,
  null,
  5,
  Number.NaN,
  'no such thing',
  true,
  5n,
  {},
  [],
  [null],
  { _: 'nonsense' },
  { kind: 'user', id: 'x' },
  Symbol('junk'),
  () => 5,
]

/** These end the session or its login, or wait for somebody. */
const apart = new Set([
  'constructor',
  'close',
  'forget',
  'signOut',
  'delete',
  'endOtherAuthorizations',
  'qrLogin',
  'updates',
])

/** What became of a call: undefined if it went well, or was refused in a way that tells a program what to do. */
async function rawErrorOf(call: () => unknown): Promise<unknown> {
  try {
    const given = call()
    if (typeof given === 'object' && given !== null && Symbol.asyncIterator in given) {
      const iterator = given as AsyncGenerator<unknown>
      await iterator.next()
      await iterator.return?.(undefined)
    } else await given
    return undefined
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    // What the box has not built it says by `METHOD_NOT_IMPLEMENTED: name`.
    return /^[A-Z0-9_]+(: [\w.]+)?$/.test(code) && !code.startsWith('ERR_') ? undefined : error
  }
}

function methodsOf(object: object): string[] {
  const properties = Object.getOwnPropertyDescriptors(Object.getPrototypeOf(object))
  return Object.keys(properties).filter(
    (name) => !apart.has(name) && typeof properties[name]?.value === 'function',
  )
}

describe('every method refuses what it does not take', () => {
  const facets: Record<string, (session: Session) => object> = {
    session: (session) => session,
    loginFlow: (session) => session.loginFlow,
    chats: (session) => session.chats,
    contacts: (session) => session.contacts,
    account: (session) => session.account,
    bots: (session) => session.bots,
    messages: (session) => session.messages,
    media: (session) => session.media,
  }
  test.each(Object.keys(facets))('%s', { timeout: 120_000 }, async (name) => {
    const telegram = newHost(await newBox())
    const session =
      name === 'loginFlow' ? await telegram.connect({ dc: 1 }) : await account(telegram, 'Ann', 1)
    const facet = facets[name]?.(session) ?? {}
    const raw: string[] = []
    for (const method of methodsOf(facet)) {
      for (const value of junk) {
        for (const args of [[value], ['me', value], ['me', 1, value], [value, value, value]]) {
          const error = await rawErrorOf(() => Reflect.get(facet, method).apply(facet, args))
          if (error !== undefined) raw.push(`${method}(${args.map(String)}): ${error}`)
        }
      }
    }
    expect(raw).toEqual([])
    expect((await session.api.help.getConfig({})).thisDc, 'the session goes on').toBe(1)
  })
})

test('what was wrong, where, and what was expected', async () => {
  const session = await newHost(await newBox()).connect({ dc: 1 })
  type Plain = Record<string, (...args: unknown[]) => Promise<unknown>>
  const plain = session as unknown as Plain
  const messages = session.messages as unknown as Plain
  const media = session.media as unknown as Plain
  const refusals: [call: Promise<unknown> | undefined, message: string][] = [
    [plain.sendCode?.(123), "sendCode: phone is a number: expected a text such as '+41 12 345 67 89'"],
    [plain.signIn?.(newPhone(1), 22222), 'signIn: code is a number: expected a text'],
    [
      plain.sendMessage?.('me'),
      'sendMessage: text is missing: expected a text, or a text with its entities, as markdown`…` and html`…` make it',
    ],
    [
      plain.importContacts?.('+41123456789'),
      'importContacts: contacts is a text: expected a list of contacts, as in { phone, firstName }',
    ],
    [
      plain.importContacts?.([{ phone: 41, firstName: 'Ann' }]),
      "importContacts: contacts[0].phone is a number: expected a text such as '+41 12 345 67 89'",
    ],
    [
      plain.createGroup?.('T'),
      "createGroup: members is missing: expected a list of peers (an id, '@username', a phone number, …)",
    ],
    [
      plain.getHistory?.('me', { limit: 'x' }),
      'getHistory: options.limit is a text: expected a number, 0 or more',
    ],
    [
      messages.send?.('me', 'x', { schedule: 'soon' }),
      "send: options.schedule is a text: expected a Date after 1970 and before 2038, the same in whole seconds since the epoch, or 'whenOnline'",
    ],
    [
      plain.sendMessage?.('me', 'x', { replyTo: 'one' }),
      'sendMessage: options.replyTo is a text: expected the id of a message, or an object as in { message, quote }',
    ],
    [
      plain.sendMessage?.('me', 'x', { parseMode: 'md' }),
      `sendMessage: options.parseMode is "md": expected 'markdown', 'html'`,
    ],
    [messages.edit?.('me', '5', 'x'), 'edit: id is a text: expected a whole number, 1 or more'],
    [
      messages.sendPoll?.('me', { question: 'Tea?', answers: 'yes' }),
      'sendPoll: poll.answers is a text: expected a list of answers',
    ],
    [messages.vote?.('me', {}, 0), 'vote: message is an object: expected the id of a message, or a message'],
    [
      media.sendPhoto?.('me'),
      'sendPhoto: file is missing: expected a file: a path, bytes, a Blob, a stream, a URL, or what Telegram has',
    ],
    [
      media.download?.('photo.jpg'),
      'download: from is a text: expected what holds a file: a message, its media, a photo, a document, or fileAtBotId(…)',
    ],
    [
      media.sendAlbum?.('me', [{ file: 'a.jpg', width: 'x' }]),
      'sendAlbum: items[0].width is a text: expected a whole number, 0 or more',
    ],
    [
      plain.connect?.({ timeout: 'x' }),
      'connect: options.timeout is a text: expected milliseconds, 0 or more',
    ],
  ]
  for (const [call, message] of refusals) {
    const error = await call?.then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    expect(error).toBeInstanceOf(ArgumentError)
    expect(error).toMatchObject({ code: 'ARGUMENT_INVALID', message })
  }
  expect(() => plain.onMessage?.('x')).toThrow('onMessage: handler is a text: expected a function')
})

test('options and events that there are not', async () => {
  const telegram = newHost(await newBox())
  const session = await account(telegram, 'Ann', 1)
  type Plain = Record<string, (...args: unknown[]) => unknown>
  const host = telegram as unknown as Plain
  const plain = session as unknown as Plain
  const messages = session.messages as unknown as Plain
  const refusals: [call: () => unknown, message: string][] = [
    [
      () => host.connect?.({ dcc: 2 }),
      'connect: options has no "dcc": known are lazy, proxy, timeout, signal, id, dc',
    ],
    [() => host.import?.('x', { Lazy: true }), 'import: options has no "Lazy": did you mean lazy?'],
    [() => host.start?.({ Connect: false }), 'start: options has no "Connect": did you mean connect?'],
    [
      () => plain.sendMessage?.('me', 'x', { replyto: 1 }),
      'sendMessage: options has no "replyto": did you mean replyTo?',
    ],
    [
      () => messages.send?.('me', 'x', { parsemode: 'html' }),
      'send: options has no "parsemode": did you mean parseMode?',
    ],
    [
      () => plain.editMessage?.('me', 1, 'x', { no_webpage: true }),
      'editMessage: options has no "no_webpage": did you mean noWebpage?',
    ],
    [
      () => plain.getHistory?.('me', { limt: 3 }),
      'getHistory: options has no "limt": known are before, after, oldestFirst, pageSize, limit, signal',
    ],
    [
      () => plain.invoke?.({ _: 'help.getConfig' }, { timeOut: 5 }),
      'invoke: options has no "timeOut": did you mean timeout?',
    ],
    [() => plain.connect?.({ timeOut: 5 }), 'connect: options has no "timeOut": did you mean timeout?'],
  ]
  for (const [call, message] of refusals) {
    const error = await Promise.resolve(call()).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ArgumentError)
    expect(error).toMatchObject({ code: 'OPTION_UNKNOWN', message })
  }
  expect(telegram.sessions(), 'nothing was begun').toEqual([session])
  expect(await session.getHistory('me')).toEqual([])

  const handler = () => undefined
  expect(() => plain.on?.('fualt', handler)).toThrow(
    /^on: a session has no "fualt": known are state, .*fault/,
  )
  expect(() => plain.once?.('floodwait', handler)).toThrow(
    'once: a session has no "floodwait": did you mean floodWait?',
  )
  expect(() => host.addListener?.('sesion', handler)).toThrow(
    /^addListener: a host has no "sesion": .*, session, corrupt$/,
  )
  expect(() => plain.on?.('state', 'x')).toThrow('on: listener is a text: expected a function')
  let heard = 0
  telegram.on('session', () => heard++)
  const next = once(telegram as unknown as EventEmitter, 'session')
  const lazy = await telegram.connect({ dc: 1, lazy: true })
  expect((await next)[0], "Node's own way to wait for an event").toBe(lazy)
  expect(heard).toBe(1)
})

test('what names no peer', async () => {
  const session = await account(newHost(await newBox()), 'Ann', 1)
  for (const peer of [{ kind: 'chanel', id: 3 }, { kind: 'user', id: '3' }, { kind: 'user' }, { _: 'x' }]) {
    await expect(session.sendMessage(peer as unknown as number, 'x')).rejects.toMatchObject({
      name: 'PeerError',
      code: 'PEER_INVALID',
      message: expect.stringContaining("{ kind: 'user' | 'chat' | 'channel', id }"),
    })
  }
  await expect(session.sendMessage({ kind: 'channel', id: 3 }, 'x')).rejects.toMatchObject({
    code: 'PEER_UNKNOWN',
  })
})

describe('options of a host', () => {
  const good = { apiId: 1, apiHash: 'x' }
  const make = (options?: unknown) => new Telegram(options as TelegramOptions)

  test.each<[what: string, options: unknown, code: string, message: string | RegExp]>([
    ['none', undefined, 'OPTION_INVALID', 'new Telegram() takes an object as in { apiId, apiHash }'],
    ['no api id', { apiHash: 'x' }, 'API_ID_MISSING', /^apiId is missing: expected the number that https/],
    [
      'a wrong api id',
      { apiId: '1', apiHash: 'x' },
      'API_ID_MISSING',
      /^apiId is a text: expected the number/,
    ],
    ['no api hash', { apiId: 1 }, 'API_HASH_MISSING', /^apiHash is missing: expected the text that https/],
    [
      'misspelt',
      { ...good, apiID: 1 },
      'OPTION_UNKNOWN',
      'TelegramOptions has no "apiID": did you mean apiId?',
    ],
    ['unknown', { ...good, retries: 1 }, 'OPTION_UNKNOWN', /has no "retries": known are apiId, apiHash, /],
    [
      'misspelt within another',
      { ...good, updates: { chatsatonce: 3 } },
      'OPTION_INVALID',
      'updates has no "chatsatonce": did you mean chatsAtOnce?',
    ],
    [
      'the wrong shape of datacenters',
      { ...good, dcs: [{ id: 1, host: '127.0.0.1', port: 1 }] },
      'DC_INVALID',
      'dcs[0].addresses is missing: expected a list of addresses',
    ],
    [
      'a key that is not in a list',
      { ...good, publicKeys: 'PEM' },
      'PUBLIC_KEY_INVALID',
      'publicKeys is a text: expected a list of RSA public keys in PEM, as in [box.publicKey]',
    ],
    [
      'a key that is none',
      { ...good, publicKeys: ['PEM'] },
      'PUBLIC_KEY_INVALID',
      /^publicKeys\[0\] is no RSA/,
    ],
    ['a number for a storage', { ...good, storage: 5 }, 'OPTION_INVALID', /^storage is 5: expected a file/],
    [
      'a storage of an unknown kind',
      { ...good, storage: 'mysql://ann:secret@x/y' },
      'OPTION_INVALID',
      "storage is an address of the unknown kind mysql:// : expected 'memory', the path of a SQLite file, or a postgres:// address",
    ],
    [
      'a word that is none of those known',
      { ...good, updates: { order: 'chats' } },
      'OPTION_INVALID',
      `updates.order is "chats": expected 'session', 'chat'`,
    ],
    [
      'a number for a logger',
      { ...good, logger: 5 },
      'OPTION_INVALID',
      "logger is 5: expected 'debug', 'info', 'warn', 'error', or an object with these methods",
    ],
    ['no logger', { ...good, logger: {} }, 'OPTION_INVALID', 'logger.debug is missing: expected a function'],
    [
      'a device',
      { ...good, device: { model: 'x' } },
      'OPTION_INVALID',
      /^device has no "model": known are deviceModel/,
    ],
    [
      'seconds below 0',
      { ...good, floodWaitLimit: -1 },
      'OPTION_INVALID',
      'floodWaitLimit is -1: expected seconds, 0 or more',
    ],
  ])('%s', (_, options, code, message) => {
    let thrown: unknown
    try {
      make(options)
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(ConfigurationError)
    expect(thrown).toMatchObject({
      code,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    })
  })

  test('datacenters that are set later, and what a connect is given', async () => {
    const box = await newBox()
    const telegram = newHost(box, { dcs: dcsOf(box) })
    const plain = telegram as unknown as { dcs: Record<string, (...args: unknown[]) => unknown> }
    for (const set of [
      () => plain.dcs.set?.(6, { host: '127.0.0.1', port: 1 }),
      () => plain.dcs.set?.(6, [{ host: 5, port: 1 }]),
      () => plain.dcs.set?.('6', []),
      () => plain.dcs.register?.(6),
      () => plain.dcs.update?.(undefined),
    ]) {
      expect(set).toThrow(ConfigurationError)
    }
    await expect(telegram.connect({ dc: '2' } as object)).rejects.toMatchObject({
      message: 'connect: options.dc is a text: expected a whole number, 1 or more',
    })
    await expect(telegram.import(5 as unknown as string)).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' })
  })
})
