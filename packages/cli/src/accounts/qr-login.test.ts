/** A QR code shown by one account's prompt or script, approved by another session of the account. */

import { PassThrough, Writable } from 'node:stream'
import { createUser, setPassword, World } from '@telegram-mt/box'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Person } from '../prompt/person.testing.ts'
import { run } from '../run/run.ts'
import { Bench } from '../run/telegram-mt.testing.ts'

const password = 'correct horse'
let bench: Bench
beforeAll(async () => {
  const world = new World()
  createUser(world, { phone: '9996620001', firstName: 'Ann', username: 'ann_box' })
  const bob = createUser(world, { phone: '9996640002', firstName: 'Bob', username: 'bob_box' })
  await setPassword(world, bob, password, 'a horse')
  bench = await Bench.open({ world })
  expect(await bench.run(['signin', '9996620001', '--id', 'ann'], '22222\n')).toMatchObject({ exit: 0 })
  expect(await bench.run(['signin', '9996640002', '--id', 'bob'], `44444\n${password}\n`)).toMatchObject({
    exit: 0,
  })
})
afterAll(() => bench?.close())

const people: Person[] = []
afterEach(async () => {
  await Promise.all(people.splice(0).map((person) => person.end()))
})

function sitDown(env: Record<string, string> = {}): Person {
  const words = ['--storage', 'memory', '--box-at', bench.boxFile]
  const person = new Person(words, { ...bench.env, ...env })
  people.push(person)
  return person
}

const urlOn = (text: string) => text.match(/tg:\/\/login\?token=[\w-]+/g)?.at(-1) ?? ''

test('the code is a picture at a terminal; approved elsewhere, it signs in, with the password if there is one', async () => {
  const person = sitDown()
  await person.enters('telegram-mt> ', 'signin --qr', 'It is good for')
  expect(person.screen.raw).toContain('\u001b[97;40m█▀▀▀▀▀▀▀')
  expect(await bench.run(['approve', urlOn(person.screen.text), '--session', 'bob'])).toMatchObject({
    exit: 0,
    out: expect.stringContaining('Signed in: '),
  })
  await person.enters('Password (hint: a horse): ', 'wrong', 'This password is wrong.')
  await person.enters('Password (hint: a horse): ', password, 'Signed in as @bob_box on DC 4')
  expect(person.screen.raw).not.toContain(password)
})

test('without colours if none are wanted; Ctrl-C gives it up, and no session stays', async () => {
  const person = sitDown({ NO_COLOR: '1' })
  await person.enters('telegram-mt> ', 'signin --qr', 'It is good for')
  expect(person.screen.text).toContain('\n█▀▀▀▀▀▀▀')
  expect(person.screen.raw).not.toContain('\u001b[97')
  person.press('\u0003')
  await person.screen.sees('(stopped)')
  await person.enters('telegram-mt> ', 'sessions', 'No sessions.')
})

test('for a script the token is a line of JSON', async () => {
  const lines: string[] = []
  let tell = () => {}
  const first = new Promise<void>((resolve) => {
    tell = resolve
  })
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(...chunk.toString().split('\n').filter(Boolean))
      tell()
      done()
    },
  })
  const errors = new PassThrough().resume()
  const words = ['signin', '--qr', '--json', '--storage', 'memory', '--box-at', bench.boxFile]
  const streams = { input: new PassThrough(), output, errors, interactive: false }
  const ended = run({ words, streams, env: bench.env, signal: new AbortController().signal })
  await first
  const { qr } = JSON.parse(lines[0] ?? '')
  expect(Date.parse(qr.expires)).toBeGreaterThan(Date.now() - 1000)
  expect(await bench.run(['approve', qr.url, '--session', 'ann', '--json'])).toMatchObject({
    exit: 0,
    json: { device: expect.any(String) },
  })
  expect(await ended).toBe(0)
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ username: 'ann_box' })
})

test('what is no such code', async () => {
  expect(await bench.run(['approve', 'https://example.org', '--session', 'ann'])).toMatchObject({ exit: 2 })
  expect(await bench.run(['signin', '--qr', '9996620001'])).toMatchObject({ exit: 2 })
})
