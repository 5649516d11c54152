import { expect, test } from 'vitest'
import { seededRandom } from '../seeded-random.testing.ts'
import { ClientSalts } from './salts.ts'
import { ServerSalts } from './server-salts.ts'

const NOW = 1_750_000_000
const MS = NOW * 1000

/** Salts as servers give them: each good for an hour, one every half hour. */
function series(count: number) {
  return Array.from({ length: count }, (_, i) => ({
    salt: BigInt(i + 1),
    validSince: NOW + i * 1800,
    validUntil: NOW + i * 1800 + 3600,
  }))
}

test('the salt of the moment is chosen, safely inside its time', () => {
  const salts = new ClientSalts(series(4))
  expect([0, 100, 1790, 1831, 3000, 3640, 5000].map((s) => salts.current(MS + s * 1000))).toEqual([
    1n,
    1n,
    1n,
    2n,
    2n,
    3n,
    3n,
  ])
})

test('with none that is valid the least wrong is used, and none at all is 0', () => {
  const salts = new ClientSalts(series(2))
  expect(salts.current(MS + 100_000_000)).toBe(2n)
  expect(salts.current(MS - 100_000_000)).toBe(1n)
  expect(new ClientSalts([]).current(MS)).toBe(0n)
})

test('more are asked for ahead of time, at most once a minute', () => {
  const salts = new ClientSalts(series(2))
  expect(salts.needsMore(MS, 0)).toBe(false)
  expect(salts.needsMore(MS + 3_550_000, 0)).toBe(true)
  salts.asked(0)
  expect(salts.needsMore(MS + 3_550_000, 59_999)).toBe(false)
  expect(salts.needsMore(MS + 3_550_000, 60_000)).toBe(true)
  salts.asked(60_000)
  salts.askAgain()
  expect(salts.needsMore(MS + 3_550_000, 60_001)).toBe(true)
})

test('a salt that the server names is used at once, and unknown it voids the others', () => {
  const salts = new ClientSalts(series(4))
  expect(salts.adopt(1n, MS + 60_000)).toBe(false)
  expect(salts.size).toBe(4)
  expect(salts.adopt(99n, MS + 60_000)).toBe(true)
  expect(salts.list().map(({ salt }) => salt)).toEqual([99n])
  expect(salts.current(MS + 60_000)).toBe(99n)
})

test('what the server tells replaces what was known, but not the salt in use', () => {
  const salts = new ClientSalts([])
  salts.adopt(99n, MS)
  salts.replace(series(3), MS)
  expect(salts.list().map(({ salt }) => salt)).toEqual([99n, 1n, 2n, 3n])
  salts.replace(series(500), MS)
  expect(salts.size).toBeLessThanOrEqual(128)
})

test('the salts survive being stored', () => {
  const salts = new ClientSalts(series(64))
  expect(new ClientSalts(salts.list()).list()).toEqual(series(64))
})

test('a client that follows the future salts of a server never has a wrong one', () => {
  const server = new ServerSalts(seededRandom('key')(256), seededRandom('salts'))
  const client = new ClientSalts(server.future(MS, 64))
  for (let ms = MS; ms < MS + 30 * 3_600_000; ms += 60_000) {
    // The client's idea of the server's time is some seconds off.
    expect(server.accepts(client.current(ms + 9_000), ms)).toBe(true)
    expect(server.accepts(client.current(ms - 9_000), ms)).toBe(true)
  }
})

test('expired salts are refused, future ones as well', () => {
  const server = new ServerSalts(seededRandom('key')(256), seededRandom('salts'))
  const [first, second] = server.future(MS, 2)
  server.add({ salt: 7n, validSince: NOW, validUntil: NOW + 600 })
  expect(server.accepts(7n, MS + 599_000)).toBe(true)
  expect(server.accepts(7n, MS + 600_000)).toBe(false)
  expect(server.accepts(first!.salt, MS)).toBe(true)
  server.expire()
  expect(server.accepts(first!.salt, MS)).toBe(false)
  expect(server.accepts(second!.salt, MS + 1_800_000)).toBe(false)
  expect(server.accepts(server.current(MS), MS)).toBe(true)
})
