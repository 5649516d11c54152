/** The program as a process: what only a process has, which is signals, exit codes and real streams. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { generateKeyPairSync, randomInt } from 'node:crypto'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const program = join(root, 'packages/cli/bin/telegram-mt.js')
const folder = mkdtempSync(join(tmpdir(), 'telegram-mt-'))

// A process runs what was compiled, which must not be older than what is tested.
beforeAll(() => {
  spawnSync(process.execPath, [
    join(root, 'node_modules/typescript/bin/tsc'),
    '-b',
    join(root, 'packages/cli'),
  ])
}, 120_000)

afterAll(() => rmSync(folder, { recursive: true }))

class Running {
  readonly process: ChildProcess
  readonly lines: string[] = []
  errors = ''
  #watchers = new Set<() => void>()

  constructor(words: readonly string[]) {
    const env = { PATH: process.env.PATH, HOME: folder, XDG_CONFIG_HOME: folder, APPDATA: folder }
    this.process = spawn(process.execPath, [program, ...words], { env })
    createInterface({ input: this.process.stdout! }).on('line', (line) => {
      this.lines.push(line)
      for (const look of this.#watchers) look()
    })
    this.process.stderr!.on('data', (chunk: Buffer) => {
      this.errors += chunk.toString()
      for (const look of this.#watchers) look()
    })
  }

  /** The line with this number, once it is there. */
  line(number: number): Promise<string> {
    return this.#when(() => this.lines[number])
  }

  /** Resolves when this stands on its standard error. */
  error(text: string): Promise<string> {
    return this.#when(() => (this.errors.includes(text) ? text : undefined))
  }

  #when(find: () => string | undefined): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = find()
        if (found !== undefined) resolve(found)
      }
      this.process.once('close', (code) => reject(new Error(`ended with ${code}: ${this.errors}`)))
      this.#watchers.add(look)
      look()
    })
  }

  async end(signal?: NodeJS.Signals): Promise<number | null> {
    if (this.process.exitCode !== null) return this.process.exitCode
    const closed = once(this.process, 'close')
    if (signal) this.process.kill(signal)
    return (await closed)[0] as number | null
  }
}

const running: Running[] = []
function telegramMt(...words: string[]): Running {
  const started = new Running(words)
  running.push(started)
  return started
}
afterEach(() => {
  for (const { process } of running.splice(0)) process.kill('SIGKILL')
})

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

/**
 * A port with four more above it, all free a moment ago, and below those that systems give out by themselves (32768 and
 * up on Linux): no other program gets one of them in between.
 */
async function freePorts(): Promise<number> {
  for (;;) {
    const port = 20_000 + randomInt(12_000)
    const servers = [0, 1, 2, 3, 4].map((n) => createServer().listen(port + n, '127.0.0.1'))
    const free = await Promise.all(
      servers.map((server) =>
        once(server, 'listening').then(
          () => true,
          () => false,
        ),
      ),
    )
    await Promise.all(servers.map((server, n) => (free[n] ? once(server.close(), 'close') : undefined)))
    if (free.every(Boolean)) return port
  }
}

describe('telegram-mt box', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    'its first line says all that clients need; %s ends it well',
    async (signal) => {
      const box = telegramMt('box', '--json')
      const { dcs, publicKey, fingerprint } = JSON.parse(await box.line(0))
      expect(dcs).toEqual([1, 2, 3, 4, 5].map((id) => ({ id, host: '127.0.0.1', port: expect.any(Number) })))
      expect(publicKey).toMatch(/^-----BEGIN RSA PUBLIC KEY-----\n[\s\S]+\n-----END RSA PUBLIC KEY-----\n$/)
      expect(fingerprint).toMatch(/^[1-9a-f][0-9a-f]{15}$/)
      expect(await box.end(signal)).toBe(0)
      expect(box.errors).toBe('')
    },
  )

  test('login codes and calls come a line each', async () => {
    const box = telegramMt('box', '--json', '--verbose')
    const address = file('box.json', `${await box.line(0)}\n`)
    const signup = telegramMt('signup', '9996610001', '--first-name', 'Ann', '--box-at', address, '--json')
    signup.process.stdin!.end('11111\n')
    expect(await signup.end()).toBe(0)
    expect(JSON.parse(signup.lines[0]!)).toMatchObject({ phone: '9996610001', isNew: true })
    const told = box.lines.slice(1).map((line) => JSON.parse(line))
    expect(told).toContainEqual({ loginCode: { phone: '9996610001', code: '11111' } })
    expect(told).toContainEqual({ call: expect.objectContaining({ method: 'auth.signUp', error: null }) })

    const listening = telegramMt('listen', '--box-at', address, '--json')
    await listening.error('Listening to 1 account')
    const sent = telegramMt('send', 'me', 'x', '--box-at', address)
    expect(await sent.end()).toBe(5)
    expect(sent.errors).toMatch(/^telegram-mt: .*end that process, or name another file with --storage\n$/)
    expect(await listening.end('SIGINT')).toBe(130)
  }, 30_000)

  test('with a key and ports of one’s own', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const port = await freePorts()
    for (const type of ['pkcs1', 'pkcs8'] as const) {
      const pem = file(`${type}.pem`, privateKey.export({ type, format: 'pem' }).toString())
      const box = telegramMt('box', '--json', '--rsa-key', pem, '--port', String(port), '--host', '127.0.0.1')
      const { dcs } = JSON.parse(await box.line(0))
      expect(dcs.map((dc: { port: number }) => dc.port)).toEqual([0, 1, 2, 3, 4].map((n) => port + n))
      expect(await box.end('SIGTERM')).toBe(0)
    }
  })

  test('says what it does to people, too', async () => {
    const box = telegramMt('box')
    expect(await box.line(0)).toBe('Telegram in a box. Its datacenters:')
    expect(await box.line(5)).toMatch(/^ {2}DC 5 {2}127\.0\.0\.1:\d+$/)
    expect(await box.end('SIGTERM')).toBe(0)
  })

  test('a port that is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const box = telegramMt('box', '--port', String(port))
    expect(await box.end()).toBe(1)
    expect(box.errors).toMatch(
      new RegExp(`^telegram-mt: port ${port} of 127.0.0.1 is taken by another program: .*--port.*\n$`),
    )
    server.close()
  })
})

test('before the first build it says what to run', () => {
  const clone = join(folder, 'clone')
  mkdirSync(join(clone, 'bin'), { recursive: true })
  writeFileSync(join(clone, 'package.json'), '{"type":"module"}')
  copyFileSync(program, join(clone, 'bin/telegram-mt.js'))
  const ran = spawnSync(process.execPath, [join(clone, 'bin/telegram-mt.js')], { encoding: 'utf8' })
  expect(ran).toMatchObject({
    status: 1,
    stdout: '',
    stderr: expect.stringContaining('npm ci && npm run build'),
  })
})

test('--debug says where an error comes from', async () => {
  const ran = telegramMt('send', '--debug')
  expect(await ran.end()).toBe(2)
  expect(ran.errors).toContain('    at ')
})

test('help and version', async () => {
  const help = telegramMt('--help')
  expect(await help.end()).toBe(0)
  expect(help.lines[0]).toBe('Usage: telegram-mt [options] [command]')
  const version = telegramMt('--version')
  expect(await version.end()).toBe(0)
  expect(version.lines[0]).toMatch(/^\d+\.\d+\.\d+$/)
})

test('whoever reads only the beginning of the output is no trouble', async () => {
  const help = telegramMt('--help')
  help.process.stdout!.destroy()
  expect([0, null]).toContain(await help.end())
  expect(help.errors).toBe('')
})
