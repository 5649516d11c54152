import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { telegramMt } from '../run/telegram-mt.testing.ts'

const folder = mkdtempSync(join(tmpdir(), 'telegram-mt-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

test.each([
  [['--port', '65532'], '--port takes 0, or 1 to 65531'],
  [['--port', '-5'], '--port takes'],
  [['--port', 'x'], '--port takes a whole number'],
  [['--host', '203.0.113.7'], '--host 203.0.113.7 is no address of this machine'],
  [['--rsa-key', join(folder, 'none.pem')], 'none.pem: there is no such file'],
  [['--rsa-key', file('bad.pem', 'hello')], 'bad.pem: PEM: no BEGIN line found'],
  [
    [
      '--rsa-key',
      file(
        'small.pem',
        generateKeyPairSync('rsa', { modulusLength: 1024 })
          .privateKey.export({ type: 'pkcs8', format: 'pem' })
          .toString(),
      ),
    ],
    'small.pem: RSA key: 1024 bits, expected 2048',
  ],
  [['--schema', file('bad.tl', 'this is no schema')], 'bad.tl: '],
  [
    ['--schema', file('nolayer.tl', 'boolTrue#997275b5 = Bool;')],
    "nolayer.tl: a layer's schema names its number",
  ],
  [['--world', file('bad.json', '{"users": 5}')], '--world: users: '],
  [['--nonsense'], "unknown option '--nonsense'; see 'help box'"],
])('%j is refused', async (words, message) => {
  const { exit, errors, out } = await telegramMt(['box', ...words])
  expect(exit).toBe(2)
  expect(errors).toContain(message)
  expect(errors.trimEnd().split('\n')).toHaveLength(1)
  expect(out).toBe('')
})
