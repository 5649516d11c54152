import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createUser, setPassword, World } from '@telegram-mt/box'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Interrupted } from '../errors.ts'
import { Bench, telegramMt } from './telegram-mt.testing.ts'

const password = 'correct horse battery staple'
let bench: Bench

beforeAll(async () => {
  const world = new World()
  const bob = createUser(world, { phone: '9996640002', firstName: 'Bob', username: 'bob_box' })
  await setPassword(world, bob, password, 'a horse')
  bench = await Bench.open({ world })
  expect(
    await bench.run(['signup', '+99966 2 0001', '--first-name', 'Ann', '--id', 'ann'], '22222\n'),
  ).toMatchObject({ exit: 0 })
  expect(await bench.run(['signin', '9996640002', '--id', 'bob'], `44444\n${password}\n`)).toMatchObject({
    exit: 0,
  })
})
afterAll(() => bench?.close())

const as = (session: string, ...words: string[]) => bench.run([...words, '--session', session])

describe('sessions', () => {
  test('are listed with their accounts; the last one signed in is current', async () => {
    const { json } = await bench.run(['sessions', '--json'])
    expect(json).toEqual([
      expect.objectContaining({ id: 'ann', dc: 2, phone: '9996620001', current: false }),
      expect.objectContaining({ id: 'bob', dc: 4, username: 'bob_box', current: true }),
    ])
  })

  test('the one chosen stays chosen, by whatever name it was called', async () => {
    for (const name of ['ann', 'a', '+9996620001']) {
      expect(await bench.run(['use', 'bob'])).toMatchObject({ exit: 0 })
      expect(await bench.run(['use', name])).toMatchObject({
        exit: 0,
        out: 'Commands are for +9996620001 now.\n',
      })
      expect((await bench.run(['sessions'])).out).toMatch(/^\* {2}ann /m)
    }
  })

  test('one that is not there is told', async () => {
    expect(await as('carl', 'chats')).toMatchObject({
      exit: 2,
      out: '',
      errors: "telegram-mt: there is no session 'carl': 'sessions' lists them\n",
    })
  })

  test('connect makes a new one on the datacenter wished for, akgen finds its key made', async () => {
    expect((await bench.run(['connect', '5', '--id', 'five', '--json'])).json).toMatchObject({
      id: 'five',
      dc: 5,
      hasAuthKey: true,
    })
    expect((await bench.run(['akgen', 'five', '--json'])).json).toMatchObject({ made: false })
    expect((await bench.run(['connect', '3', '--no-key', '--id', 'three', '--json'])).json).toMatchObject({
      hasAuthKey: false,
    })
    expect((await bench.run(['akgen', 'three', '--json'])).json).toMatchObject({ made: true, dc: 3 })
    expect(await as('five', 'chats')).toMatchObject({ exit: 3 })
    for (const id of ['five', 'three']) expect(await bench.run(['forget', id])).toMatchObject({ exit: 0 })
    expect(await bench.run(['use', 'five'])).toMatchObject({ exit: 2 })
    expect(await bench.run(['connect', '9'])).toMatchObject({
      exit: 2,
      errors: expect.stringContaining('no datacenter 9'),
    })
    expect(await bench.run(['connect', 'x'])).toMatchObject({ exit: 2 })
  })

  test('are kept in a file that is for its owner only', () => {
    const { mode } = statSync(join(bench.folder, 'telegram-mt', `box-${bench.box.fingerprint}.db`))
    expect(mode & 0o077).toBe(0)
  })
})

describe('login', () => {
  test('a wrong code, a wrong password, an unknown number: refused, and no session is left behind', async () => {
    for (const [words, input, error] of [
      [['signin', '9996640002', '--id', 'bob2'], '11111\n', 'the code is wrong'],
      [['signin', '9996640002', '--id', 'bob2'], '44444\nwrong\n', 'the password is wrong'],
      [['signin', '9996610009'], '11111\n', 'use signup to make one'],
      [['signup', '12'], '', 'country code'],
    ] as const) {
      const ran = await bench.run(words, input)
      expect(ran.errors).toContain(error)
      expect(ran.exit).toBe(words[1] === '12' ? 2 : 4)
      expect(ran.errors).not.toContain(password)
    }
    expect((await bench.run(['sessions', '--json'])).json).toHaveLength(2)
  })

  test('a number that is signed in already gets a second session under a name of its own only', async () => {
    for (const command of ['signin', 'signup'])
      expect(await bench.run([command, '+999 664 0002'])).toMatchObject({
        exit: 2,
        errors:
          'telegram-mt: +9996640002 is signed in already, on session bob: --id NAME makes another session of the same account\n',
      })
    const second = ['signin', '9996640002', '--id', 'bob2']
    expect(await bench.run(second, `44444\n${password}\n`)).toMatchObject({ exit: 0 })
    expect(await bench.run(['forget', 'bob2'])).toMatchObject({ exit: 0 })
    expect(await bench.run(['chats'])).toMatchObject({
      exit: 2,
      errors: expect.stringContaining('there are 2 sessions (+9996620001, @bob_box)'),
    })
    expect(await bench.run(['use', 'bob'])).toMatchObject({ exit: 0 })
  })

  test('without a code on the input it is told what is missing', async () => {
    expect(await bench.run(['signin', '9996640002', '--id', 'bob2'])).toMatchObject({
      exit: 2,
      errors: expect.stringContaining('the input ended where this was expected: Login code'),
    })
  })
})

describe('talking', () => {
  test('contacts, messages, chats, history', async () => {
    expect(await as('ann', 'contacts')).toMatchObject({ out: 'No contacts.\n' })
    expect(await as('ann', 'addcontact', '9996640002', 'Bobby', 'Box')).toMatchObject({ exit: 0 })
    expect((await as('ann', 'contacts', '--json')).json).toEqual([
      expect.objectContaining({ firstName: 'Bobby', lastName: 'Box', username: 'bob_box' }),
    ])
    expect((await as('ann', 'send', '@bob_box', 'hello', 'bob', '--json')).json).toMatchObject({ id: 1 })
    expect(
      await bench.run(['send', 'bobby box', '-', '--session', 'ann'], 'from\nthe input\n'),
    ).toMatchObject({ exit: 0 })
    expect((await as('bob', 'chats', '--json')).json).toEqual([
      expect.objectContaining({
        title: 'Ann',
        unread: 2,
        newest: expect.objectContaining({ text: 'from\nthe input' }),
      }),
    ])
    const history = (await as('bob', 'history', 'Ann', '--json')).json as { text: string; out: boolean }[]
    expect(history.map(({ text, out }) => [text, out])).toEqual([
      ['hello bob', false],
      ['from\nthe input', false],
    ])
    expect((await as('bob', 'history', 'Ann', '--limit', '1')).out).toMatch(
      /^\d\d:\d\d #2 ← Ann: from\n {4}the input\n$/,
    )
  })

  test('a send that is repeated under the same number is one message', async () => {
    const send = async () =>
      (await as('ann', 'send', '--random-id', '77', '@bob_box', 'once', '--json')).json as { id: number }
    const { id } = await send()
    expect((await send()).id).toBe(id)
  })

  test('groups', async () => {
    const { json } = await as('ann', 'newgroup', 'Our weekend', '@bob_box', '--json')
    const { id } = json as { id: number }
    expect(id).toBeLessThan(0)
    expect(await as('bob', 'send', 'our weekend', 'I come')).toMatchObject({ exit: 0 })
    expect(await as('bob', 'send', String(id), 'I do')).toMatchObject({ exit: 0 })
    expect((await as('ann', 'history', 'Our weekend', '--limit', '2')).out).toMatch(
      /← Bobby Box: I come\n.*← Bobby Box: I do\n$/,
    )
  })

  test('changing, reacting to and deleting messages', async () => {
    const { json } = await as('ann', 'send', '@bob_box', 'first', '--json')
    const id = String((json as { id: number }).id)
    expect((await as('ann', 'edit', '@bob_box', id, 'second', 'thoughts', '--json')).json).toMatchObject({
      id: Number(id),
    })
    expect((await as('ann', 'react', '@bob_box', `#${id}`, '👍', '--json')).json).toMatchObject({
      reaction: '👍',
    })
    const last = async () => (await as('ann', 'history', '@bob_box', '--limit', '1')).out
    expect(await last()).toMatch(/→ You: second thoughts \(edited\) \[👍\]\n$/)
    expect((await as('ann', 'react', '@bob_box', id, '--json')).json).toEqual({
      id: Number(id),
      reaction: null,
    })
    expect((await as('ann', 'delete', '@bob_box', id, '--json')).json).toEqual({ ids: [Number(id)] })
    expect(await last()).not.toContain('second thoughts')
    expect(await as('ann', 'delete', '@bob_box', 'x')).toMatchObject({ exit: 2 })
  })

  test('a file is sent and saved, under a name that is only a name', async () => {
    const text = 'x'.repeat(200_000)
    const path = bench.file('..notes.txt', text)
    const sent = (await as('ann', 'sendfile', '@bob_box', path, 'as', 'promised', '--json')).json as {
      id: number
    }
    expect(sent).toMatchObject({ media: '[..notes.txt, 200.0 kB]' })
    const chats = (await as('bob', 'history', 'Ann', '--limit', '1', '--json')).json as { id: number }[]
    const id = String(chats[0]?.id)
    for (const name of ['notes.txt', 'notes (1).txt']) {
      const saved = await as('bob', 'download', 'Ann', id, bench.folder, '--json')
      expect(saved).toMatchObject({
        exit: 0,
        errors: '',
        json: { path: join(bench.folder, name), bytes: 200_000 },
      })
      expect(readFileSync(join(bench.folder, name), 'utf8')).toBe(text)
    }
    expect(await as('bob', 'download', 'Ann', id, path)).toMatchObject({ exit: 2 })
    expect(await as('bob', 'download', 'Ann', '9999')).toMatchObject({ exit: 4 })
    expect(await as('ann', 'sendfile', '@bob_box', join(bench.folder, 'nothing'))).toMatchObject({ exit: 2 })
    expect(await as('ann', 'sendfile', '@bob_box', path, '--as', 'x')).toMatchObject({ exit: 2 })
  })

  test('what is refused', async () => {
    expect(await as('ann', 'send', '@nobody_here', 'x')).toMatchObject({
      exit: 4,
      errors: expect.stringContaining('nobody has this username'),
    })
    expect(await as('ann', 'send', '!?', 'x')).toMatchObject({ exit: 2 })
    expect(await as('ann', 'send', '@bob_box', ' ')).toMatchObject({ exit: 2 })
    expect(await as('ann', 'send', '@bob_box', 'x', '--reply-to', 'y')).toMatchObject({ exit: 2 })
    const { errors, exit } = await as('ann', 'send', '@nobody_here', 'x', '--json')
    expect(JSON.parse(errors)).toMatchObject({ error: { code: 'USERNAME_NOT_OCCUPIED', exit } })
  })

  test('a long flood wait is refused, with the seconds as a number for programs', async () => {
    const when = { method: 'contacts.getContacts', times: 1 }
    bench.box.faults.add({ when, fault: { kind: 'floodWait', seconds: 300 } })
    const { errors, exit } = await as('ann', 'contacts', '--json')
    expect(exit).toBe(4)
    expect(JSON.parse(errors)).toEqual({
      error: { code: 'FLOOD_WAIT_300', message: expect.stringContaining('300 seconds'), exit, seconds: 300 },
    })
  })
})

describe('listen', () => {
  test('shows what was missed, once, and what other commands have left alone', async () => {
    await as('bob', 'listen', '--for', '1')
    await as('ann', 'send', '@bob_box', 'while nobody listened')
    await as('bob', 'chats')
    await as('bob', 'contacts')
    const missed = await as('bob', 'listen', '--count', '1', '--json')
    expect(missed.json).toMatchObject({
      session: 'bob',
      chat: 'Ann',
      text: 'while nobody listened',
      out: false,
    })
    await as('ann', 'send', '@bob_box', 'one')
    await as('ann', 'send', '@bob_box', 'two')
    expect((await as('bob', 'listen', '--count', '1')).out).toMatch(/^\d\d:\d\d \[@bob_box\] Ann: one\n$/)
    expect((await as('bob', 'listen', '--count', '1')).out).toMatch(/ Ann: two\n$/)
  })

  test('goes on until it is interrupted, and says so by its exit code', async () => {
    const controller = new AbortController()
    const listening = bench.run(['listen', '--session', 'bob', '--json'], '', controller.signal)
    controller.abort(new Interrupted('SIGINT'))
    expect((await listening).exit).toBe(130)
  })

  test('with nobody signed in there is nothing to hear', async () => {
    expect(await telegramMt(['listen', '--box'])).toMatchObject({ exit: 3 })
  })
})

describe('a session’s own', () => {
  test('export and import: the account goes on elsewhere without a login', async () => {
    const { out } = await as('ann', 'export')
    expect(out).toMatch(/^tmt1\.[\w-]+\n$/)
    const elsewhere = join(bench.folder, 'elsewhere.db')
    const words = ['--storage', elsewhere]
    const imported = await bench.run(['import', '--id', 'moved', '--json', ...words], out)
    expect(imported).toMatchObject({ exit: 0, errors: '' })
    expect(imported.json).toMatchObject({ id: 'moved', dc: 2 })
    expect(await bench.run(['contacts', ...words])).toMatchObject({
      exit: 0,
      out: expect.stringContaining('Bobby'),
    })
    expect(await bench.run(['import', ...words], 'tmt1.nonsense\n')).toMatchObject({ exit: 2 })
    expect(
      await bench.run(
        ['import', ...words],
        `${out.slice(0, 40)}${out[40] === 'A' ? 'B' : 'A'}${out.slice(41)}`,
      ),
    ).toMatchObject({
      exit: 2,
      errors: expect.stringContaining('checksum'),
    })
    expect(await bench.run(['import', ...words], out)).toMatchObject({
      exit: 1,
      errors: expect.stringContaining('here already'),
    })
  })

  test('export for another library', async () => {
    expect((await as('ann', 'export', '--format', 'telethon')).out).toMatch(/^1[\w=-]{300,}\n$/)
    expect(await as('ann', 'export', '--format', 'x')).toMatchObject({ exit: 2 })
  })

  test('dump masks what opens the account, unless it is asked for', async () => {
    const masked = (await as('bob', 'dump', '--json')).json as {
      id: string
      authKeys: { dc: number; key: string }[]
    }
    expect(masked).toMatchObject({ id: 'bob', dc: 4, updates: { pts: expect.any(Number) } })
    expect(masked.authKeys[0]?.key).toMatch(/^\(masked: 256 bytes, auth_key_id [0-9a-f]{16}\)$/)
    const open = (await as('bob', 'dump', '--secrets', '--json')).json as typeof masked
    expect(open.authKeys[0]?.key).toMatch(/^[0-9a-f]{512}$/)
    expect((await bench.run(['dump', 'dcs', '--json'])).json).toHaveLength(5)
  })

  test('debug tells what the program works with, and no secret', async () => {
    expect((await bench.run(['debug', '--json'])).json).toMatchObject({
      server: 'box-at',
      sessions: [{ id: 'ann' }, { id: 'bob' }],
    })
  })

  test('logout ends it at Telegram and here', async () => {
    expect(
      await bench.run(['signup', '9996610007', '--first-name', 'Guest', '--id', 'guest'], '11111\n'),
    ).toMatchObject({ exit: 0 })
    const { out: exported } = await as('guest', 'export')
    expect(await bench.run(['logout', 'guest'])).toMatchObject({
      exit: 0,
      out: 'Signed out of +9996610007.\n',
    })
    expect(await as('guest', 'chats')).toMatchObject({ exit: 2 })
    const elsewhere = ['--storage', join(bench.folder, 'guest.db')]
    expect(await bench.run(['import', ...elsewhere], exported)).toMatchObject({
      exit: 3,
      errors: expect.stringContaining('signed out at Telegram'),
    })
    expect((await bench.run(['sessions', '--json', ...elsewhere])).json).toEqual([])
  })
})

describe('what stands in the way', () => {
  test('no api id', async () => {
    const { exit, errors } = await telegramMt(['chats', '--storage', 'memory'])
    expect(exit).toBe(2)
    expect(errors).toContain('--api-id')
  })

  test('no session', async () => {
    expect(await telegramMt(['chats', '--box'])).toMatchObject({
      exit: 3,
      errors: expect.stringContaining('use signin'),
    })
  })

  test('a file that is no storage', async () => {
    const file = bench.file('notes.txt', 'my notes, which are of no database whatever')
    expect(await bench.run(['chats', '--storage', file])).toMatchObject({
      exit: 5,
      errors: expect.stringContaining('not a SQLite database'),
    })
  })

  test('a datacenter that is not there', async () => {
    const [first] = bench.box.dcs
    const gone = bench.file(
      'gone.json',
      JSON.stringify({
        dcs: [{ ...first, port: 1 }],
        publicKey: bench.box.publicKey,
        fingerprint: '0000000000000001',
      }),
    )
    const { exit, errors } = await telegramMt(['connect', '--box-at', gone, '--timeout', '0.3'], {
      env: bench.env,
    })
    expect(exit).toBe(6)
    expect(errors).toMatch(
      /no connection to datacenter 1 for .*: connect ECONNREFUSED 127\.0\.0\.1:1\. --timeout/,
    )
  })

  test('exit does nothing here', async () => {
    expect(await telegramMt(['exit', '--box'])).toEqual(
      expect.objectContaining({ exit: 0, out: '', errors: '' }),
    )
  })
})

test('a box in the process: its codes are told, and nothing is kept', async () => {
  const world = bench.file(
    'world.json',
    JSON.stringify({ users: [{ phone: '9996630003', firstName: 'Carol' }] }),
  )
  const { exit, errors } = await telegramMt(['signin', '9996630003', '--box', '--world', world], {
    input: '33333\n',
  })
  expect(errors).toContain('box: the login code for +9996630003 is 33333')
  expect(exit).toBe(0)
  const wrong = bench.file('wrong.json', JSON.stringify({ users: [{ phone: 'x', firstName: 'Carol' }] }))
  expect(await telegramMt(['sessions', '--box', '--world', wrong])).toMatchObject({
    exit: 2,
    errors: expect.stringContaining('--world: users[0]: '),
  })
})
