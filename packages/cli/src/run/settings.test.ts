import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { count, type GlobalOptions, readSettings, seconds } from './settings.ts'

const folder = mkdtempSync(join(tmpdir(), 'telegram-mt-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const boxFile = file(
  'box.json',
  JSON.stringify({ dcs: [{ id: 1, host: 'h', port: 1 }], publicKey: 'p', fingerprint: '0123456789abcdef' }),
)
const home = { HOME: '/home/ann', XDG_CONFIG_HOME: '/home/ann/.settings' }

describe('where sessions are kept', () => {
  test.each<[string, GlobalOptions, Record<string, string>, string]>([
    ['in the user’s settings', {}, home, '/home/ann/.settings/telegram-mt/accounts.db'],
    ['each box apart', { boxAt: boxFile }, home, '/home/ann/.settings/telegram-mt/box-0123456789abcdef.db'],
    ['by the environment', {}, { ...home, TELEGRAM_MT_STORAGE: 'env.db' }, 'env.db'],
    [
      'by the option first',
      { storage: 'option.db' },
      { ...home, TELEGRAM_MT_STORAGE: 'env.db' },
      'option.db',
    ],
    ['nowhere for a box in the process', { box: true }, { ...home, TELEGRAM_MT_STORAGE: 'env.db' }, 'memory'],
  ])('%s', (_, options, env, storage) => {
    expect(readSettings(options, env).storage).toBe(storage)
  })
})

test('the api id and hash come from options, then the environment; a box needs none', () => {
  const env = { ...home, TELEGRAM_API_ID: '5', TELEGRAM_API_HASH: 'env' }
  expect(readSettings({ apiId: '6' }, env)).toMatchObject({ apiId: 6, apiHash: 'env' })
  expect(readSettings({ box: true }, home)).toMatchObject({ apiId: 1, apiHash: 'box' })
  expect(readSettings({}, home)).toMatchObject({ apiId: undefined, apiHash: undefined })
})

describe('wrong settings are named', () => {
  test.each<[GlobalOptions, string]>([
    [{ box: true, boxAt: boxFile }, '--box and --box-at'],
    [{ box: true, storage: 'a.db' }, 'leave --storage out'],
    [{ box: true, test: true }, '--test is for'],
    [{ world: 'w.json' }, '--world describes the box'],
    [{ boxAt: join(folder, 'none') }, 'there is no such file'],
    [{ boxAt: folder }, 'it is a folder'],
    [{ box: true, world: file('world', '{') }, 'it is not JSON'],
    [{ apiId: 'abc' }, 'the api id is a number'],
    [{ apiId: '0' }, 'the api id is a number'],
    [{ apiId: '99999999999' }, 'the api id is a number'],
    [{ timeout: '-1' }, '--timeout takes seconds'],
    [{ transport: 'pigeon' }, '--transport takes tcp, websocket or http'],
    [{ proxy: 'ftp://me:secret@host' }, '--proxy: "ftp:" is no kind of proxy'],
    [{ proxy: 'tg://proxy?server=a&port=0&secret=x' }, '--proxy: a proxy link needs a port'],
  ])('%j', (options, message) => {
    expect(() => readSettings(options, home)).toThrow(message)
  })
})

test('how to get out: a transport, and a proxy of the option or the environment', () => {
  const env = { ...home, TELEGRAM_MT_PROXY: 'socks5://me:secret@127.0.0.1:1080' }
  expect(readSettings({ transport: 'http' }, env)).toMatchObject({
    transport: 'http',
    proxy: env.TELEGRAM_MT_PROXY,
  })
  expect(readSettings({ proxy: 'http://127.0.0.1:3128' }, env).proxy).toBe('http://127.0.0.1:3128')
  expect(readSettings({}, home)).toMatchObject({ transport: undefined, proxy: undefined })
})

test('numbers as typed', () => {
  expect(seconds('1.5', '--for')).toBe(1500)
  expect(count('20', '--limit')).toBe(20)
  for (const wrong of ['', '0', '-1', '1e3', '1.5', 'x', ' 1'])
    expect(() => count(wrong, '--limit')).toThrow('--limit')
  for (const wrong of ['', '0', '-1', '1e3', 'x', 'Infinity'])
    expect(() => seconds(wrong, '--for')).toThrow('--for')
})
