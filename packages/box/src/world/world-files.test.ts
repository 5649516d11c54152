import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TestBox } from '../methods/box-world.testing.ts'
import { worldFromDescription } from './described-world.ts'
import { World } from './world.ts'
import { WorldError } from './world-error.ts'

const description = {
  users: [
    { phone: '+9996611111', firstName: 'Ann', username: 'annie', contacts: ['@bobby'] },
    { phone: '+9996622222', firstName: 'Bob', username: 'bobby', password: 'secret', passwordHint: 'hint' },
    { phone: '+41790000000', firstName: 'Carol', dc: 4 },
  ],
  groups: [{ title: 'Friends', creator: '@annie', members: ['bobby', '+41790000000'] }],
  messages: [
    { from: '@annie', to: '@bobby', text: 'hello', date: '2026-01-31T12:00:00Z' },
    { from: 'bobby', to: 'Friends', text: 'hello all' },
  ],
}

/** The error of a description with one thing changed. */
async function complaint(change: (d: typeof description) => object): Promise<string> {
  try {
    await worldFromDescription(change(structuredClone(description)))
  } catch (error) {
    if (error instanceof WorldError) return `${error.code} ${error.message}`
    throw error
  }
  return 'fine'
}

describe('described worlds', () => {
  it('hold who and what was described', async () => {
    const world = await worldFromDescription(description)
    const [ann, bob, carol] = [...world.state.users.values()]
    expect([ann?.dc, bob?.dc, carol?.dc]).toEqual([1, 2, 4])
    expect(ann?.contacts.get(bob!.id)).toMatchObject({ firstName: 'Bob' })
    expect(bob?.password).toMatchObject({ hint: 'hint' })
    expect([...world.state.messages.values()].map((m) => [m.text, m.copies.size])).toEqual([
      ['', 3],
      ['hello', 2],
      ['hello all', 3],
    ])
    expect(world.outbox.size).toBe(0)
  })

  it('may have channels and bots', async () => {
    const world = await worldFromDescription({
      ...description,
      bots: [{ firstName: 'Helper', username: 'helper_bot', token: 'x' }],
      channels: [
        { title: 'News', kind: 'channel', creator: '@annie', members: ['bobby'], username: 'the_news' },
        { title: 'Ideas', kind: 'forum', creator: 'bobby' },
      ],
      messages: [{ from: 'annie', to: 'News', text: 'first post' }],
    })
    const [news, ideas] = [...world.state.channels.values()]
    expect(news).toMatchObject({ megagroup: false, username: 'the_news', forum: undefined })
    expect(ideas).toMatchObject({ megagroup: true, forum: true })
    expect([...news!.messages.values()].at(-1)).toMatchObject({ text: 'first post', from: undefined })
    expect(news!.members.size).toBe(2)
    expect(world.usernames.has('helper_bot')).toBe(true)
  })

  it.each([
    ['no users', () => ({}), 'WORLD_INVALID users: expected a list, got nothing'],
    [
      'an unknown field',
      (d: typeof description) => ({ ...d, usrs: [] }),
      "WORLD_INVALID unknown field 'usrs'",
    ],
    [
      'a taken number',
      (d: typeof description) => ({ users: [d.users[0], { ...d.users[0], username: 'other' }] }),
      'WORLD_PHONE_TAKEN users[1]: another user',
    ],
    [
      'a bad phone',
      (d: typeof description) => ({ users: [...d.users, { phone: '1', firstName: 'X' }] }),
      'WORLD_PHONE_INVALID users[3]: a phone number',
    ],
    [
      'a stranger in a group',
      (d: typeof description) => ({ ...d, groups: [{ title: 'x', creator: 'annie', members: ['nobody'] }] }),
      "WORLD_INVALID groups[0].members[0]: nobody here is called 'nobody'",
    ],
    [
      'a bad date',
      (d: typeof description) => ({ ...d, messages: [{ ...d.messages[0], date: 'yesterday' }] }),
      'WORLD_INVALID messages[0].date: expected a date',
    ],
    [
      'a message of an outsider',
      (d: typeof description) => ({
        ...d,
        groups: [{ title: 'Two', creator: 'annie', members: ['bobby'] }],
        messages: [{ from: '+41790000000', to: 'Two', text: 'hi' }],
      }),
      'WORLD_INVALID messages[0].from: only members write',
    ],
  ])('with %s say what is wrong and where', async (_, change, message) => {
    expect(await complaint(change)).toContain(message)
  })
})

describe('snapshots', () => {
  async function lived(): Promise<World> {
    const world = await worldFromDescription(description)
    const box = new TestBox({}, world)
    const ann = box.signedIn([...world.state.users.values()][0]!)
    ann.send([...world.state.users.values()][1]!, 'with entities', {
      entities: [{ _: 'messageEntityCustomEmoji', offset: 0, length: 4, documentId: -5n }],
    })
    return world
  }

  it('bring back the same world, through JSON text', async () => {
    const world = await lived()
    const again = World.fromJSON(JSON.parse(JSON.stringify(world)))
    expect(again.state).toEqual(world.state)
    expect(again.usernames).toEqual(world.usernames)
    expect([...again.phones.keys()]).toEqual([...world.phones.keys()])
  })

  it('that are damaged are refused, never half taken', async () => {
    const text = JSON.stringify(await lived())
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom('', '0', '"', 'x', '[', '-'), (at, put) => {
        const damaged = text.slice(0, at) + put + text.slice(at + 1)
        let json: unknown
        try {
          json = JSON.parse(damaged)
        } catch {
          return
        }
        try {
          World.fromJSON(json)
        } catch (error) {
          expect(error).toBeInstanceOf(WorldError)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('whose parts do not fit together are refused with the place', async () => {
    const world = await lived()
    const [ann] = [...world.state.users.values()]
    const broken = (change: () => void) => {
      change()
      return () => World.fromJSON(JSON.parse(JSON.stringify(world)))
    }
    expect(broken(() => ann!.dialogs.get(-4_000_001)!.ids.push(99))).toThrow(
      `users[${ann!.id}].dialogs[-4000001].ids: there is no message 99`,
    )
    ann!.dialogs.get(-4_000_001)!.ids.pop()
    expect(broken(() => world.state.messages.delete(2))).toThrow('there is no message 2')
  })

  it('of anything at all are refused with the place', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        expect(() => World.fromJSON(json)).toThrow(WorldError)
      }),
    )
    expect(() => World.fromJSON({ version: 1, secret: 7 })).toThrow('secret: expected a base64 string, got 7')
  })
})

describe('how one logs in', () => {
  const phone = '9996610001'

  it('is described by number, and kept in a snapshot', async () => {
    const json = { users: [], numbers: [{ phone, codes: ['app', 'sms'] }], terms: 'Be kind.', qrSeconds: 5 }
    const world = await worldFromDescription(json)
    const { state } = World.fromJSON(JSON.parse(JSON.stringify(world.toJSON())))
    expect(state.numbers?.get(phone)).toEqual({ codes: ['app', 'sms'], requireEmail: undefined })
    expect([state.terms, state.qrSeconds]).toEqual(['Be kind.', 5])
  })

  it.each([
    [{ phone, codes: [] }, 'numbers[0].codes'],
    [{ phone, codes: ['sms', 'app'] }, 'numbers[0].codes'],
    [{ phone, codes: ['pigeon'] }, 'numbers[0].codes[0]'],
    [{ phone: 'nobody' }, 'numbers[0].phone'],
  ])('%j is refused, saying where', async (number, at) => {
    await expect(worldFromDescription({ users: [], numbers: [number] })).rejects.toMatchObject({
      code: 'WORLD_INVALID',
      at,
    })
  })
})
