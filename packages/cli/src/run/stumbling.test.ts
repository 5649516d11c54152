/** Mistakes and mishaps that people meet: each is told with what to do about it, and by the right exit code. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Interrupted } from '../errors.ts'
import { Bench, telegramMt } from './telegram-mt.testing.ts'

let bench: Bench
beforeAll(async () => {
  bench = await Bench.open()
  expect(
    await bench.run(['signup', '9996620001', '--first-name', 'Ann', '--id', 'ann'], '22222\n'),
  ).toMatchObject({
    exit: 0,
  })
})
afterAll(() => bench?.close())

const storedIn = (name: string) => ['--storage', join(bench.folder, name)]

async function signedUpIn(name: string, phone: string): Promise<void> {
  const words = ['signup', phone, '--first-name', 'Bob', '--id', 'bob', ...storedIn(name)]
  expect(await bench.run(words, '11111\n')).toMatchObject({ exit: 0 })
}

test('a damaged session is told as such, exit code 5, and can be removed', async () => {
  await signedUpIn('damaged.db', '9996610001')
  const db = new DatabaseSync(join(bench.folder, 'damaged.db'))
  db.exec("UPDATE auth_key SET key = x'00'")
  db.close()
  const words = storedIn('damaged.db')
  for (const command of [['chats'], ['chats', '--session', 'bob'], ['listen', '--for', '1']]) {
    expect(await bench.run([...command, ...words])).toMatchObject({
      exit: 5,
      errors: expect.stringContaining('session bob cannot be read'),
    })
  }
  expect(await bench.run(['sessions', '--json', ...words])).toMatchObject({
    exit: 5,
    json: [{ id: 'bob', state: 'damaged', current: false }],
  })
  expect(await bench.run(['forget', 'bob', ...words])).toMatchObject({ exit: 0 })
  expect(await bench.run(['sessions', ...words])).toMatchObject({ exit: 0, out: 'No sessions.\n' })
})

describe('the key of the storage', () => {
  const withKey = (key: string, words: string[], input = '') =>
    telegramMt([...words, '--box-at', bench.boxFile, ...storedIn('sealed.db')], {
      input,
      env: { ...bench.env, TELEGRAM_MT_STORAGE_KEY: key },
    })
  const without = (words: string[], input = '') => bench.run([...words, ...storedIn('sealed.db')], input)

  test('sealing what was there is told; the key can be changed and taken away', async () => {
    await signedUpIn('sealed.db', '9996610002')
    const sealing = await withKey('one', ['sessions'])
    expect(sealing).toMatchObject({ exit: 0, errors: expect.stringContaining('is sealed under') })
    expect(await withKey('one', ['sessions'])).toMatchObject({ exit: 0, errors: '' })
    expect(await without(['sessions'])).toMatchObject({
      exit: 5,
      errors: expect.stringContaining('set TELEGRAM_MT_STORAGE_KEY'),
    })
    expect(await withKey('two', ['storage-key', '--remove'])).toMatchObject({ exit: 5 })

    expect(await withKey('one', ['storage-key'], 'two\n')).toMatchObject({ exit: 0, errors: '' })
    expect(await withKey('one', ['sessions'])).toMatchObject({ exit: 5 })
    expect(await withKey('two', ['sessions'])).toMatchObject({ exit: 0, out: expect.stringContaining('bob') })

    expect(await withKey('two', ['storage-key'], '\n')).toMatchObject({ exit: 2 })
    expect(await withKey('two', ['storage-key', '--remove', '--json'])).toMatchObject({
      exit: 0,
      json: { sealed: false },
    })
    expect(await without(['sessions'])).toMatchObject({ exit: 0, out: expect.stringContaining('bob') })
  })

  test('a storage that does not last has none', async () => {
    expect(await telegramMt(['storage-key', '--box'], { input: 'x\n' })).toMatchObject({ exit: 2 })
  })
})

test('an imported session learns whose it is', async () => {
  const { out } = await bench.run(['export', 'ann'])
  const imported = await bench.run(['import', '--json', ...storedIn('moved.db')], out)
  expect(imported.json).toMatchObject({ phone: '9996620001' })
  expect(await bench.run(['use', '+9996620001', ...storedIn('moved.db')])).toMatchObject({ exit: 0 })
})

test('digits without a plus may be meant as a phone number', async () => {
  expect(await bench.run(['send', '41791234567', 'hi'])).toMatchObject({
    exit: 2,
    errors: expect.stringContaining('a phone number is written with a plus: +41791234567'),
  })
})

test('a storage of a kind that there is not', async () => {
  const { exit, errors } = await bench.run(['sessions', '--storage', 'mysql://me@host/db'])
  expect(exit).toBe(2)
  expect(errors).toContain('takes the path of a SQLite file, or postgres://')
})

test('a storage that another holds is told as such, however short the time limit', async () => {
  // Opening it waits for some seconds, and lets no timer run meanwhile.
  const holder = new DatabaseSync(join(bench.folder, 'held.db'))
  holder.exec('BEGIN EXCLUSIVE')
  try {
    const words = ['sessions', '--json', '--timeout', '1', ...storedIn('held.db')]
    const { exit, errors } = await bench.run(words)
    expect(exit).toBe(5)
    expect(JSON.parse(errors)).toMatchObject({ error: { code: 'STORAGE_LOCKED' } })
  } finally {
    holder.close()
  }
})

test('two sessions of one account are told apart by their ids', async () => {
  await signedUpIn('twice.db', '9996610003')
  const words = ['signin', '9996610003', '--id', 'bob2', ...storedIn('twice.db')]
  expect(await bench.run(words, '11111\n')).toMatchObject({ exit: 0 })
  const third = ['signin', '9996610003', '--id', 'bob3', ...storedIn('twice.db')]
  expect(await bench.run(third, '11111\n')).toMatchObject({ exit: 0 })
  // The current one goes: nothing says which of the others is meant.
  expect(await bench.run(['forget', 'bob3', ...storedIn('twice.db')])).toMatchObject({ exit: 0 })
  expect(await bench.run(['chats', ...storedIn('twice.db')])).toMatchObject({
    exit: 2,
    errors: expect.stringContaining('(+9996610003: bob, +9996610003: bob2)'),
  })
})

test('a download into a folder that is not there', async () => {
  const file = bench.file('note.txt', 'hello')
  const sent = await bench.run(['sendfile', 'me', file, '--json'])
  const { id } = sent.json as { id: number }
  const folder = join(bench.folder, 'nowhere', 'dir')
  expect(await bench.run(['download', 'me', String(id), join(folder, 'x')])).toMatchObject({
    exit: 2,
    errors: `telegram-mt: there is no folder ${folder}\n`,
  })
})

test('the prompt has no JSON to give, at a terminal or not', async () => {
  expect(await bench.run(['--json', '--storage', 'memory'], 'sessions\n')).toMatchObject({
    exit: 2,
    out: '',
    errors: expect.stringContaining('--json is for a single command'),
  })
})

test('a folder for the box that is a file', async () => {
  const file = bench.file('plain', 'text')
  expect(await telegramMt(['box', '--data', file])).toMatchObject({
    exit: 2,
    errors: `telegram-mt: --data ${file} is a file: give a folder, which is made if it is not there\n`,
  })
})

test('commands of the shell, typed at the prompt', async () => {
  for (const command of ['listen', 'box']) {
    expect(await bench.run(['--storage', 'memory'], `${command}\n`)).toMatchObject({
      exit: 2,
      errors: expect.stringContaining(`${command} is a command for the shell`),
    })
  }
})

test('a box that is gone: where it was, what the system says, and that nothing was sent', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  server.close()
  await once(server, 'close')
  const at = JSON.parse(readFileSync(bench.boxFile, 'utf8'))
  const gone = bench.file(
    'gone.json',
    JSON.stringify({ ...at, dcs: at.dcs.map((dc: object) => ({ ...dc, port })) }),
  )
  const { exit, errors } = await telegramMt(['send', 'me', 'x', '--timeout', '0.5', '--box-at', gone], {
    env: bench.env,
  })
  expect(exit).toBe(6)
  expect(errors).toContain(`ECONNREFUSED 127.0.0.1:${port}; nothing was sent`)
})

test('a file that is stopped on its way up: nothing was sent', async () => {
  const file = bench.file('big', 'x'.repeat(100_000))
  bench.box.faults.add({ when: { method: 'upload.*' }, fault: { kind: 'hang', executed: true } })
  const stop = new AbortController()
  const sending = bench.run(['sendfile', 'me', file], '', stop.signal)
  await bench.box.waitFor('upload.saveFilePart')
  stop.abort(new Interrupted('SIGINT'))
  expect(await sending).toMatchObject({ exit: 130, errors: 'Stopped; nothing was sent.\n' })
  bench.box.faults.clear()
})

test('a chat is nothing for programs', async () => {
  expect(await bench.run(['chat', 'me', '--json'])).toMatchObject({
    exit: 2,
    errors: expect.stringContaining('for programs there are history and listen'),
  })
})

test('a message that was handed over, and not answered, may arrive', async () => {
  bench.box.faults.add({
    when: { method: 'messages.sendMessage', times: 1 },
    fault: { kind: 'hang', executed: true },
  })
  const { exit, errors } = await bench.run(['send', 'me', 'x', '--timeout', '2'])
  expect(exit).toBe(6)
  expect(errors).toMatch(/the message may arrive all the same: 'send --random-id -?\d+ …' repeats it/)
})
