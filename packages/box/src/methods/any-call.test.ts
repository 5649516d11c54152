/**
 * Every method with arguments of the right types and any values at all: it answers or refuses, and never fails in another
 * way; afterwards the world can still be read and kept. The arguments are made from the schema.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { tl } from '../generated/types.ts'
import { accessHash } from '../world/access-hash.ts'
import { createBot } from '../world/accounts.ts'
import { markChannel } from '../world/marked-id.ts'
import type { Account } from '../world/state-account.ts'
import { World } from '../world/world.ts'
import { implementedMethods } from './api.ts'
import { type Device, TestBox } from './box-world.testing.ts'
import { RpcError } from './rpc-error.ts'

interface Entry {
  kind: 'class' | 'method'
  name: string
  type: string
  arguments?: { name: string; type: string; typeModifiers?: { predicate?: string; isVector?: boolean } }[]
}

const schemaFile = createRequire(import.meta.url).resolve('@mtcute/core/tl/api-schema.json')
const schema: { e: Entry[] } = JSON.parse(readFileSync(schemaFile, 'utf8'))
const methods = new Map(schema.e.filter((e) => e.kind === 'method').map((e) => [e.name, e]))
const constructors = groupByType(schema.e)

function groupByType(entries: Entry[]): Map<string, Entry[]> {
  const groups = new Map<string, Entry[]>()
  for (const entry of entries) {
    if (entry.kind !== 'class' || entry.name.startsWith('mtcute.')) continue
    groups.set(entry.type, [...(groups.get(entry.type) ?? []), entry])
  }
  return groups
}

/** A small world with some of everything. */
function setting() {
  const box = new TestBox()
  const users = ['Ann', 'Bob', 'Carol'].map((firstName, i) =>
    box.user({ firstName, username: `user_${i}`, phone: `999662000${i}` }),
  )
  const bot = createBot(box.world, {
    firstName: 'Bot',
    username: 'any_bot',
    token: 'token',
    inlinePlaceholder: '',
  })
  const [ann, bob] = users.map((user) => box.signedIn(user))
  if (!ann || !bob) throw new Error('nobody there')
  const input = (user: Account) => ann.inputUser(user)
  ann.call({ _: 'messages.createChat', title: 'Group', users: [input(users[1]!), input(users[2]!)] })
  const made = ann.call({
    _: 'channels.createChannel',
    title: 'Channel',
    about: '',
    megagroup: true,
    forum: true,
  })
  const channelId = made._ === 'updates' ? made.chats[0]!.id : 0
  for (let i = 0; i < 4; i++) ann.send(users[1]!, `message ${i} @user_1`)
  ann.call({ _: 'upload.saveFilePart', fileId: 1n, filePart: 0, bytes: new Uint8Array(10) })
  const { hash: inviteHash } = (() => {
    const invite = ann.call({
      _: 'messages.exportChatInvite',
      peer: { _: 'inputPeerChat', chatId: 4_000_001 },
    })
    return { hash: invite._ === 'chatInviteExported' ? invite.link.split('+')[1]! : '' }
  })()
  return { box, users: [...users, bot], ann, bob, channelId, inviteHash }
}

type Setting = ReturnType<typeof setting>

/** Values that a world may know, and some that none can. */
class Values {
  readonly #setting: Setting
  readonly #next: () => number

  constructor(made: Setting, seed: number) {
    this.#setting = made
    let state = seed >>> 0
    this.#next = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return state >>> 8
    }
  }

  pick<T>(from: readonly T[]): T {
    const found = from[this.#next() % from.length]
    if (found === undefined) throw new Error('nothing to pick from')
    return found
  }

  fields(entry: Entry, depth: number): Record<string, unknown> {
    const value: Record<string, unknown> = { _: entry.name }
    for (const argument of entry.arguments ?? []) {
      if (argument.type === '#') continue
      const { predicate, isVector } = argument.typeModifiers ?? {}
      if (predicate !== undefined && this.#next() % 2 === 0) continue
      const name = argument.name.replace(/_([a-zA-Z0-9])/g, (_, c: string) => c.toUpperCase())
      value[name] = isVector
        ? Array.from({ length: this.#next() % 4 }, () => this.value(argument.type, depth + 1))
        : this.value(argument.type, depth + 1)
    }
    return value
  }

  value(type: string, depth: number): unknown {
    const { box, users, channelId, inviteHash } = this.#setting
    switch (type) {
      case 'int':
        return this.pick([
          0,
          1,
          2,
          3,
          5,
          -1,
          100,
          4096,
          1_048_576,
          2_147_483_647,
          -2_147_483_648,
          box.world.seconds() + 60,
        ])
      case 'int53':
        return this.pick([...users.map((u) => u.id), 4_000_001, channelId, 0, -1, 2 ** 52, 4096])
      case 'long':
        return this.pick([0n, 1n, -1n, 7n, 2n ** 63n - 1n, BigInt(users[0]!.id)])
      case 'double':
        return this.pick([0, 1.5, -90, Number.NaN, Number.POSITIVE_INFINITY])
      case 'string':
        return this.pick([
          '',
          'user_1',
          'hello @user_2 /cmd #tag https://x.invalid',
          '9996620001',
          'x'.repeat(5000),
          '\ud800',
          inviteHash,
          `https://t.me/+${inviteHash}`,
        ])
      case 'bytes':
      case 'int256':
        return this.pick([
          new Uint8Array(),
          Uint8Array.of(1, 2, 3),
          new Uint8Array(256).fill(255),
          new Uint8Array(1024),
        ])
      case 'true':
        return true
      case 'Bool':
        return this.#next() % 2 === 0
      case 'InputUser':
      case 'InputPeer':
      case 'InputChannel':
        if (this.#next() % 4 > 0) return this.known(type)
    }
    const options = constructors.get(type) ?? []
    const simple = options.filter((o) => !o.arguments?.some((a) => a.type === type))
    const entry = this.pick(depth > 3 && simple.length > 0 ? simple : options)
    return this.fields(entry, depth)
  }

  /** A user or channel named rightly, as Ann names it. */
  known(type: 'InputUser' | 'InputPeer' | 'InputChannel'): unknown {
    const { box, users, channelId } = this.#setting
    const me = users[0]!
    const user = this.pick(users)
    const channel = { channelId, accessHash: accessHash(box.world, me, markChannel(channelId)) }
    const named = { userId: user.id, accessHash: accessHash(box.world, me, user.id) }
    if (type === 'InputUser') return { _: 'inputUser', ...named }
    if (type === 'InputChannel') return { _: 'inputChannel', ...channel }
    return this.pick([
      { _: 'inputPeerUser', ...named },
      { _: 'inputPeerChannel', ...channel },
      { _: 'inputPeerChat', chatId: 4_000_001 },
      { _: 'inputPeerSelf' },
    ])
  }
}

function stillSound(made: Setting): void {
  const { box, ann, bob, users } = made
  for (const device of [ann, bob]) {
    if (box.world.authorization(device.caller.authKeyId)?.user === undefined) continue
    device.call({
      _: 'messages.getDialogs',
      offsetDate: 0,
      offsetId: 0,
      offsetPeer: { _: 'inputPeerEmpty' },
      limit: 100,
      hash: 0n,
    })
    device.call({ _: 'updates.getDifference', pts: 1, date: 0, qts: -1 })
  }
  const json: unknown = JSON.parse(JSON.stringify(box.world))
  expect(World.fromJSON(json).state.users.size).toBeGreaterThanOrEqual(users.length)
}

function callAny(device: Device, api: TestBox['api'], request: { _: string }): unknown {
  try {
    return api.callDecoded(device.caller, request)
  } catch (error) {
    if (error instanceof RpcError) return undefined
    throw new Error(`${request._} failed`, { cause: error })
  }
}

const endings = new Set(['auth.logOut', 'auth.importBotAuthorization', 'account.deleteAccount'])

it('answers or refuses, whatever it is asked', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const made = setting()
      const values = new Values(made, seed)
      for (let i = 0; i < 60; i++) {
        const name = values.pick(implementedMethods)
        // Signing out would end the test for the rest of the round.
        if (endings.has(name)) continue
        const entry = methods.get(name)
        if (!entry) throw new Error(`the schema has no ${name}`)
        const request = values.fields(entry, 0)
        const answer = callAny(made.ann, made.box.api, { ...request, _: name })
        if (answer instanceof Promise) answer.catch(() => undefined)
      }
      stillSound(made)
    }),
    { numRuns: 150 },
  )
})

it('has only methods that the schema has', () => {
  expect(implementedMethods.filter((name) => !methods.has(name))).toEqual([])
  const request: tl.help.getConfig = { _: 'help.getConfig' }
  expect(implementedMethods).toContain(request._)
})
