/** Where logs go: nowhere by default, to pino if a level is given, or to the program's logger, which can do no harm. */
import { execFile } from 'node:child_process'
import { Writable } from 'node:stream'
import { promisify } from 'node:util'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { account, newBox, newHost } from '../fixture.ts'

/** What a program prints whose host has these options and meets nobody. */
async function printed(options: object): Promise<string> {
  const program = `
    import { Telegram } from 'telegram-mt'
    const dcs = [{ id: 1, addresses: [{ host: '127.0.0.1', port: 1 }] }]
    const telegram = new Telegram({ apiId: 1, apiHash: 'x', dcs, ...${JSON.stringify(options)} })
    const session = await telegram.connect({ id: 'ann', dc: 1, lazy: true })
    const waiting = new Promise((resolve) => session.on('state', ({ name }) => name === 'waiting' && resolve()))
    session.connect().catch(() => {})
    await waiting
    await telegram.close()
  `
  const args = ['--input-type=module', '--eval', program]
  return (await promisify(execFile)(process.execPath, args)).stdout
}

test('nothing is logged unless it is wanted', async () => {
  expect(await printed({})).toBe('')
})

test('a level is enough: pino writes JSON from that level on', async () => {
  const lines = (await printed({ logger: 'info' })).trimEnd().split('\n')
  const events = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(events.map(({ msg }) => msg)).toEqual(['connecting', 'waiting', 'closed'])
  expect(events[1]).toMatchObject({
    level: 30,
    name: 'telegram-mt',
    session: 'ann',
    dc: 1,
    from: 'connecting',
  })
  expect(events[1]?.reason).toMatch(/ECONNREFUSED/)
  expect(await printed({ logger: 'error' })).toBe('')
})

test('a pino of the program’s gets everything, errors with their codes', async () => {
  const lines: string[] = []
  const out = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
  const box = await newBox()
  const session = await account(newHost(box, { logger: pino({ level: 'debug' }, out) }), 'Ann', 1)
  session.onUpdate(() => {
    throw new Error('the program has a bug')
  })
  const parked = new Promise((resolve) => session.once('fault', resolve))
  await session.sendMessage('me', 'a secret of mine')
  await parked
  box.faults.add({ fault: { kind: 'floodWait', seconds: 300 }, when: { method: 'help.getNearestDc' } })
  for (let n = 0; n < 3; n++)
    await expect(session.invoke({ _: 'help.getNearestDc' })).rejects.toMatchObject({
      code: expect.stringMatching(/^FLOOD_WAIT_/),
    })
  const events = lines.map((line) => JSON.parse(line) as Record<string, { message?: string }>)
  expect(events).toContainEqual(expect.objectContaining({ level: 30, session: session.id, msg: 'online' }))
  const fault = events.find(({ level, msg }) => String(level) === '50' && String(msg) === 'fault')
  expect(fault?.err).toMatchObject({ message: 'the program has a bug' })
  // Once: the others did not ask.
  const thrown = events.filter(({ msg }) => String(msg) === 'flood wait thrown')
  expect(thrown).toMatchObject([{ level: 40, method: 'help.getNearestDc', seconds: 300 }])
  expect(lines.join('')).not.toContain('a secret of mine')
})

test('a logger that throws harms nobody', async () => {
  const box = await newBox()
  const broken = () => {
    throw new Error('the disk is full')
  }
  const states: string[] = []
  const telegram = newHost(box, { logger: { debug: broken, info: broken, warn: broken, error: broken } })
  telegram.on('state', (_, { name }) => states.push(name))
  const session = await account(telegram, 'Ann', 1)
  box.dropConnections()
  await session.invoke({ _: 'help.getNearestDc' })
  expect(session.metrics().faults).toBe(0)
  expect(states).toEqual(expect.arrayContaining(['connecting', 'authorizing', 'online', 'waiting']))
})

test.each([
  ['loud', /"loud": expected 'debug', 'info', 'warn', 'error'/],
  [7, /expected 'debug', 'info', 'warn', 'error', or an object with these methods/],
  [{}, /logger.debug is missing/],
])('%j is no logger', async (logger, complaint) => {
  const box = await newBox()
  expect(() => newHost(box, { logger: logger as never })).toThrow(complaint)
})
