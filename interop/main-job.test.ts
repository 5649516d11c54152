/**
 * The main job between programs that were written apart: unmodified GramJS, teleproto and mtcute sign in at the box, list
 * their dialogs, and talk with each other and with this client. Client and server cannot be wrong together here.
 */
import { createRequire } from 'node:module'
import { type Box, createUser, setPassword, startBox, World } from '@telegram-mt/box'
import { parseRsaPublicKey } from '@telegram-mt/crypto'
import { type IncomingMessage, type Session, Telegram } from 'telegram-mt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Peer, type PeerName } from './peer.ts'

const require = createRequire(new URL('../peers/package.json', import.meta.url))
const password = 'correct horse'

interface Program {
  name: PeerName
  dc: number
  phone: string
  /** Whether the account exists already and has a second factor. */
  password: boolean
}

// One of them on another datacenter than it first connects to, one with a password, one that has to sign up.
const programs: Program[] = [
  { name: 'gramjs', dc: 2, phone: '9996620001', password: false },
  { name: 'teleproto', dc: 1, phone: '9996610002', password: true },
  { name: 'mtcute', dc: 3, phone: '9996630003', password: true },
]

let box: Box
let telegram: Telegram
let ours: Session
const inbox: IncomingMessage[] = []
const peers = new Map<PeerName, Peer>()
const users = new Map<PeerName, number>()
const peer = (name: PeerName): Peer => peers.get(name) as Peer

beforeAll(async () => {
  const world = new World()
  for (const { phone, dc, password: protectedBy, name } of programs) {
    if (!protectedBy) continue
    const user = createUser(world, { phone, dc, firstName: name, lastName: '' })
    await setPassword(world, user, password)
  }
  const schemas = ['telegram', 'teleproto'].map((library) => {
    const { LAYER } = require(`${library}/tl/AllTLObjects.js`) as { LAYER: number }
    return `// LAYER ${LAYER}\n${require(`${library}/tl/apiTl.js`) as string}`
  })
  box = await startBox({ world, schemas })
  const { n, e, fingerprint } = parseRsaPublicKey(box.publicKey)
  const publicKey = { pem: box.publicKey, n: String(n), e: Number(e), fingerprint: String(fingerprint) }
  telegram = new Telegram({
    apiId: 1,
    apiHash: 'interop',
    dcs: box.dcs.map(({ id, host, port }) => ({ id, addresses: [{ host, port }] })),
    publicKeys: [box.publicKey],
  })
  ours = await telegram.connect({ dc: 4 })
  ours.onMessage((message) => inbox.push(message))
  await ours.sendCode('9996640004')
  await ours.signIn('9996640004', '44444').catch(() => ours.signUp('9996640004', { firstName: 'ours' }))
  await ours.api.account.updateUsername({ username: 'ours_interop' })
  for (const program of programs) {
    const running = new Peer(program.name)
    peers.set(program.name, running)
    const { userId } = await running.ask<{ userId: number }>('start', {
      dcs: box.dcs,
      publicKey,
      phone: program.phone,
      code: String(program.dc).repeat(5),
      password,
      username: `${program.name}_interop`,
      firstName: program.name,
    })
    users.set(program.name, userId)
  }
}, 120_000)

afterAll(async () => {
  await Promise.all([...peers.values()].map((running) => running.stop()))
  await telegram?.close()
  await box?.close()
})

/** Waits until our own session was told of such a message. */
async function received(text: string): Promise<IncomingMessage> {
  for (;;) {
    const found = inbox.find((message) => message.text === text)
    if (found !== undefined) return found
    await new Promise((resolve) => setImmediate(resolve))
  }
}

const names = programs.map(({ name }) => name)
const pairs = names.flatMap((from) => names.filter((to) => to !== from).map((to) => [from, to] as const))

describe('signing in', () => {
  test.each(names)('%s has an account of its own', (name) => {
    expect(users.get(name)).toBeGreaterThan(0)
    expect(new Set(users.values()).size).toBe(names.length)
  })
})

describe('talking', () => {
  test.each(pairs)('%s to %s', async (from, to) => {
    const text = `from ${from} to ${to} 🎈`
    await peer(from).ask('send', { to: `${to}_interop`, text })
    const message = await peer(to).received((one) => one.text === text, `“${text}”`)
    expect(message).toMatchObject({ text, out: false, chat: users.get(from) })
  })

  test.each(names)('%s to this client and back', async (name) => {
    await peer(name).ask('send', { to: 'ours_interop', text: `hello from ${name}` })
    const message = await received(`hello from ${name}`)
    expect(message).toMatchObject({ chatId: users.get(name), out: false, senderName: name })
    const sent = await ours.sendMessage(message.chatId, `hello ${name}`)
    expect(sent.message).toBe(`hello ${name}`)
    await peer(name).received((one) => one.text === `hello ${name}`, 'our answer')
  })

  test('a group of all of them', async () => {
    const { chatId } = await peer('gramjs').ask<{ chatId: number }>('createGroup', {
      title: 'everyone',
      members: ['teleproto_interop', 'mtcute_interop', 'ours_interop'],
    })
    for (const name of names) {
      const text = `${name} in the group`
      await peer(name).ask('sendToGroup', { chatId, text })
      for (const other of names.filter((one) => one !== name)) {
        await peer(other).received((one) => one.text === text && one.chat === chatId, `“${text}”`)
      }
      expect(await received(text)).toMatchObject({ chatId: -chatId, chatTitle: 'everyone' })
    }
    await ours.sendMessage(-chatId, 'this client in the group')
    for (const name of names)
      await peer(name).received((one) => one.text === 'this client in the group', 'our message')
  })
})

describe('reading', () => {
  test.each(names)('%s lists its dialogs', async (name) => {
    const dialogs = await peer(name).ask<{ title: string }[]>('dialogs')
    const others = [...names.filter((one) => one !== name), 'ours', 'everyone']
    expect(dialogs.map(({ title }) => title)).toEqual(expect.arrayContaining(others))
  })

  test.each(names)('%s reads the history with this client', async (name) => {
    const history = await peer(name).ask<{ text: string; out: boolean }[]>('history', {
      with: 'ours_interop',
    })
    expect(history.map(({ text, out }) => [text, out])).toEqual([
      [`hello ${name}`, false],
      [`hello from ${name}`, true],
    ])
  })

  test.each(names)('%s and its contacts', async (name) => {
    await peer(name).ask('addContact', { phone: '+9996640004', firstName: 'Ours' })
    const contacts = await peer(name).ask<{ id: number }[]>('contacts')
    expect(contacts.map(({ id }) => id)).toEqual([ours.userId])
  })

  test('this client lists the same chats', async () => {
    const chats = await ours.getChats()
    expect(chats.map(({ title }) => title)).toEqual(expect.arrayContaining([...names, 'everyone']))
  })
})
