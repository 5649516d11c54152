/** The box as a program beside programs of other languages: its control port, its data directory, its proxy. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { Telegram } from 'telegram-mt'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { run } from '../run/run.ts'

let folder: string
const endings: AbortController[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'telegram-mt-'))
})

afterEach(() => {
  for (const ending of endings.splice(0)) ending.abort()
  rmSync(folder, { recursive: true, force: true })
})

interface Started {
  dcs: { id: number; host: string; port: number }[]
  publicKey: string
  control?: string
  proxy?: string
}

interface Running {
  /** The first line, as JSON. */
  started: Promise<Started>
  ended: Promise<number>
  errors: () => string
  end: () => void
}

function telegramMt(...words: string[]): Running {
  const output = new PassThrough()
  const errors = new PassThrough()
  let said = ''
  errors.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  let text = ''
  const started = new Promise<Started>((resolve) => {
    output.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const [line, ...more] = text.split('\n')
      if (more.length > 0) resolve(JSON.parse(line ?? '') as Started)
    })
  })
  const ending = new AbortController()
  endings.push(ending)
  const ended = run({
    words: ['box', '--json', ...words],
    streams: { input: new PassThrough(), output, errors, interactive: false },
    env: { HOME: folder, XDG_CONFIG_HOME: folder, APPDATA: folder },
    signal: ending.signal,
  })
  return { started, ended, errors: () => said, end: () => ending.abort() }
}

test('the first line says where control port and proxy are; the control port ends it', async () => {
  const box = telegramMt('--control', '0', '--mtproxy')
  const { control, proxy } = await box.started
  expect(proxy).toMatch(/^tg:\/\/proxy\?/)
  const made = await fetch(`${control}/accounts`, {
    method: 'POST',
    body: JSON.stringify({ phone: '9996620001', firstName: 'Ann' }),
  })
  expect(made.status).toBe(201)
  await fetch(`${control}/shutdown`, { method: 'POST' })
  expect(await box.ended).toBe(0)
})

test('a data directory keeps it; a second box is told that it is in use', async () => {
  const data = join(folder, 'data')
  const first = telegramMt('--data', data)
  const { publicKey } = await first.started
  const other = telegramMt('--data', data)
  expect(await other.ended).not.toBe(0)
  expect(other.errors()).toContain('another box is at work')
  first.end()
  await first.ended
  const second = telegramMt('--data', data)
  expect((await second.started).publicKey).toBe(publicKey)
  second.end()
  await second.ended
})

test.each([
  [['--shared-keys'], 'online'],
  [[], 'loggedOut'],
] as const)('%j: a key that two programs use at a time leaves them %s', async (words, state) => {
  const box = telegramMt('--control', '0', ...words)
  const { control, dcs, publicKey } = await box.started
  const phone = '9996620001'
  await fetch(`${control}/accounts`, { method: 'POST', body: JSON.stringify({ phone, firstName: 'Ann' }) })
  const options = {
    apiId: 1,
    apiHash: 'x',
    dcs: dcs.map(({ id, host, port }) => ({ id, addresses: [{ host, port }] })),
    publicKeys: [publicKey],
    printMessages: false,
  }
  const hosts = [new Telegram(options), new Telegram(options)] as const
  const mine = await hosts[0].connect({ dc: 2 })
  await mine.login({ phone, code: '22222' })
  const theirs = await hosts[1].import(mine.export())
  for (const session of [theirs, mine, theirs, mine])
    await session.invoke({ _: 'updates.getState' }).catch(() => {})
  expect([mine.state.name, theirs.state.name]).toEqual([state, state])
  for (const host of hosts) await host.close()
  box.end()
  expect(await box.ended).toBe(0)
})

test.each([
  [['--control', 'x'], '--control'],
  [['--control', '70000'], '--control'],
  [['--mtproxy', 'short'], '--mtproxy'],
  [['--fault-seed', '-1'], '--fault-seed'],
])('%j is refused', async (words, about) => {
  const box = telegramMt(...words)
  expect(await box.ended).not.toBe(0)
  expect(box.errors()).toContain(about)
})
