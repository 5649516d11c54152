import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import fc from 'fast-check'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { wasmAesIge } from './aes-ige.ts'
import { nativeAesIge } from './aes-ige-native.node.ts'
import { givesKnownAnswer } from './aes-ige-self-test.ts'
import { randomBytes } from './random.node.ts'

const folder = mkdtempSync(join(tmpdir(), 'telegram-mt-'))
afterAll(() => rmSync(folder, { recursive: true }))

const script = fileURLToPath(new URL('../native/build.mjs', import.meta.url))
const build = (file: string, env: NodeJS.ProcessEnv = process.env) =>
  execFileSync(process.execPath, [script, file], { encoding: 'utf8', env })

const addon = join(folder, 'aes-ige.node')
vi.stubEnv('TELEGRAM_MT_AES', undefined)
const said = build(addon)
const native = nativeAesIge(addon)

function write(name: string, content: string): string {
  const file = join(folder, name)
  writeFileSync(file, content)
  return file
}

describe('the native AES-256-IGE', () => {
  it('is built, or says why not', () => {
    expect(said).toMatch(existsSync(addon) ? /built/ : /skipped, ./)
  })

  it('is skipped without failure where there is no compiler, or one that fails', () => {
    const file = join(folder, 'never.node')
    expect(build(file, { ...process.env, CC: join(folder, 'no-such-compiler') })).toMatch(
      /skipped, no C compiler/,
    )
    expect(build(file, { ...process.env, CC: process.execPath })).toMatch(/skipped, the compiler failed/)
    expect(existsSync(file)).toBe(false)
  })

  it('is not used when it is missing, damaged, without support of the processor, or wrong', () => {
    expect(nativeAesIge(join(folder, 'missing.node'))).toBeUndefined()
    expect(nativeAesIge(write('damaged.node', 'not a library'))).toBeUndefined()
    expect(nativeAesIge(write('unsupported.cjs', ''))).toBeUndefined()
    expect(nativeAesIge(write('throws.cjs', 'throw new Error()'))).toBeUndefined()
    const wrong = 'module.exports = { keyIv: new Uint8Array(64), encrypt() {}, decrypt() {} }'
    expect(nativeAesIge(write('wrong.cjs', wrong))).toBeUndefined()
    const short = 'module.exports = { keyIv: new Uint8Array(6), encrypt() {}, decrypt() {} }'
    expect(nativeAesIge(write('short.cjs', short))).toBeUndefined()
  })

  it('would be caught by its self-test if one direction were wrong', () => {
    expect(givesKnownAnswer(wasmAesIge)).toBe(true)
    expect(givesKnownAnswer({ ...wasmAesIge, decrypt: wasmAesIge.encrypt })).toBe(false)
    expect(givesKnownAnswer({ ...wasmAesIge, encrypt: wasmAesIge.decrypt })).toBe(false)
  })
})

describe.skipIf(native === undefined)('the native AES-256-IGE, where it can be built,', () => {
  const ige = native ?? wasmAesIge

  it('is the one that was loaded', () => {
    expect(ige.name).toBe('native')
  })

  it('gives way when the environment asks for the portable one', () => {
    vi.stubEnv('TELEGRAM_MT_AES', 'wasm')
    expect(nativeAesIge(addon)).toBeUndefined()
    vi.stubEnv('TELEGRAM_MT_AES', '')
    expect(nativeAesIge(addon)?.name).toBe('native')
    vi.unstubAllEnvs()
  })

  it('agrees with the portable one at any length, alignment and place of the output', () => {
    fc.assert(
      fc.property(fc.nat(600), fc.nat(15), (blocks, shift) => {
        const data = randomBytes(16 * blocks + shift).subarray(shift)
        const [key, iv] = [randomBytes(32), randomBytes(32)]
        const encrypted = wasmAesIge.encrypt(data, key, iv)
        expect(Buffer.compare(ige.encrypt(data, key, iv), encrypted)).toBe(0)
        expect(Buffer.compare(ige.decrypt(encrypted, key, iv), data)).toBe(0)
        const place = new Uint8Array(data.length + 3).subarray(3)
        expect(ige.encrypt(data, key, iv, place)).toBe(place)
        expect(Buffer.compare(place, encrypted)).toBe(0)
        ige.decrypt(place, key, iv, place)
        expect(Buffer.compare(place, data)).toBe(0)
      }),
    )
  })

  it('refuses wrong lengths like the portable one', () => {
    const invalid = expect.objectContaining({ code: 'LENGTH_INVALID' })
    const [data, key] = [new Uint8Array(32), new Uint8Array(32)]
    expect(() => ige.encrypt(data.subarray(1), key, key)).toThrow(invalid)
    expect(() => ige.decrypt(data, key.subarray(1), key)).toThrow(invalid)
    expect(() => ige.decrypt(data, key, key.subarray(1))).toThrow(invalid)
    expect(() => ige.encrypt(data, key, key, data.subarray(16))).toThrow(invalid)
  })

  it('checks the memory it is given itself', () => {
    const load = 'module.exports = require(process.argv[1])'
    const call = (args: string) => {
      const run = `${load}; try { module.exports.encrypt(${args}); console.log('done') } catch (e) { console.log(e.name) }`
      return execFileSync(process.execPath, ['-e', run, addon], { encoding: 'utf8' }).trim()
    }
    expect(call('new Uint8Array(32), new Uint8Array(32)')).toBe('done')
    for (const args of [
      '',
      '1, 2',
      'new Uint8Array(32)',
      'new Uint8Array(32), new Uint8Array(16)',
      'new Uint8Array(8), new Uint8Array(8)',
      'new Uint32Array(16), new Uint32Array(16)',
    ]) {
      expect(call(args), args).toBe('TypeError')
    }
  })

  it('serves several threads at once, each with its own key', async () => {
    const code = `
      const { parentPort, workerData } = require('node:worker_threads')
      const addon = require(workerData)
      addon.keyIv.fill(7)
      const block = new Uint8Array(16)
      addon.encrypt(block, block)
      parentPort.postMessage(block)`
    const [data, own, theirs] = [new Uint8Array(16), new Uint8Array(32).fill(1), new Uint8Array(32).fill(7)]
    const worker = new Worker(code, { eval: true, workerData: addon })
    const block = await new Promise((resolve, reject) =>
      worker.once('message', resolve).once('error', reject),
    )
    expect(block).toEqual(wasmAesIge.encrypt(data, theirs, theirs))
    await worker.terminate()
    expect(ige.encrypt(data, own, own)).toEqual(wasmAesIge.encrypt(data, own, own))
  })
})
