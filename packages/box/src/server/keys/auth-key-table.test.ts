import { randomBytes } from '@telegram-mt/crypto'
import { expect, test } from 'vitest'
import { AuthKey } from './auth-key.ts'
import { AuthKeyTable } from './auth-key-table.ts'
import { defaultLifetimes, sweep } from './sweep.ts'

const now = 1_700_000_000_000

function key(options: { dc?: number; expiresAt?: number } = {}): AuthKey {
  const { dc = 2, expiresAt } = options
  return new AuthKey({ key: randomBytes(256), dc, layer: 100, expiresAt, now, random: randomBytes })
}

test('a key is known to the datacenter that gave it out, and to no other', () => {
  const keys = new AuthKeyTable()
  const made = key({ dc: 3 })
  keys.add(made)
  expect(keys.find(made.id, 3, now)).toBe(made)
  expect(keys.find(made.id, 2, now)).toBeUndefined()
  expect(keys.find(made.id + 1n, 3, now)).toBeUndefined()
})

test('a temporary key is known until it expires', () => {
  const keys = new AuthKeyTable()
  const made = key({ expiresAt: now + 1000 })
  keys.add(made)
  expect(keys.find(made.id, 2, now + 999)).toBe(made)
  expect(keys.find(made.id, 2, now + 1000)).toBeUndefined()
  expect(keys.size).toBe(0)
})

test('whoever signs in is found by the account, until signed out', () => {
  const keys = new AuthKeyTable()
  const [one, two] = [key(), key()]
  for (const made of [one, two]) {
    keys.add(made)
    keys.signedIn(made, 7)
  }
  expect([...keys.ofUser(7)]).toEqual([one, two])
  keys.signedIn(one, 8)
  keys.signedIn(two, undefined)
  expect([...keys.ofUser(7)]).toEqual([])
  expect([...keys.ofUser(8)]).toEqual([one])
})

test('with a permanent key go the temporary ones that are bound to it', () => {
  const keys = new AuthKeyTable()
  const permanent = key()
  const bound = key({ expiresAt: now + 1000 })
  const other = key({ expiresAt: now + 1000 })
  for (const made of [permanent, bound, other]) keys.add(made)
  bound.bindTo(permanent, now + 500)
  expect(bound.expiresAt).toBe(now + 500)
  expect(bound.owner).toBe(permanent)
  keys.remove(permanent.id)
  expect([...keys.all()]).toEqual([other])
})

test('the sweep takes expired keys and those that nobody uses, and leaves the others', () => {
  const keys = new AuthKeyTable()
  const expired = key({ expiresAt: now })
  const idle = key()
  const signedIn = key()
  const used = key()
  const withTemporary = key()
  const temporary = key({ expiresAt: now + 1000 })
  for (const made of [expired, idle, signedIn, used, withTemporary, temporary]) {
    keys.add(made)
    made.usedAt = 0
  }
  const steady = defaultLifetimes.idleKey + 1
  used.usedAt = steady - 1
  temporary.usedAt = steady - 1
  temporary.bindTo(withTemporary, now + 1000)
  keys.signedIn(signedIn, 7)
  sweep(keys, defaultLifetimes, now, steady)
  expect([...keys.all()]).toEqual([signedIn, used, withTemporary, temporary])
})
