import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FaultRule } from './fault.ts'
import { faultKinds, stageOf } from './fault.ts'
import { type Circumstances, FaultPlan } from './fault-plan.ts'

const where: Circumstances = { dc: 2, connection: 7, via: 'tcp', transport: 'full', userId: 5 }

describe('a rule strikes where its conditions hold', () => {
  const rule = (when: FaultRule['when']): FaultRule => ({ when, fault: { kind: 'internal' } })
  test.each([
    [undefined, true],
    [{}, true],
    [{ dc: 2 }, true],
    [{ dc: 3 }, false],
    [{ connection: 7 }, true],
    [{ connection: 8 }, false],
    [{ via: 'tcp' as const }, true],
    [{ via: 'websocket' as const }, false],
    [{ transport: 'full' as const }, true],
    [{ transport: 'abridged' as const }, false],
    [{ userId: 5 }, true],
    [{ userId: 6 }, false],
    [{ phone: '+41 79' }, true],
    [{ phone: '42' }, false],
    [{ method: 'messages.sendMessage' }, true],
    [{ method: 'messages.*' }, true],
    [{ method: 'messages.send' }, false],
    [{ method: 'updates.*' }, false],
    [{ dc: 2, userId: 6 }, false],
    [{ probability: 0 }, false],
  ])('%j: %s', (when, strikes) => {
    const plan = new FaultPlan({ phoneOf: (userId) => (userId === 5 ? '4179' : undefined) })
    plan.add(rule(when))
    expect(plan.onCall(where, 'messages.sendMessage') !== undefined).toBe(strikes)
  })
})

test('a rule spares the first, and strikes so often at most', () => {
  const plan = new FaultPlan()
  const id = plan.add({ when: { after: 2, times: 3 }, fault: { kind: 'internal' } })
  const struck = Array.from({ length: 8 }, () => plan.onCall(where, 'x')?.kind ?? '-')
  expect(struck).toEqual(['-', '-', 'internal', 'internal', 'internal', '-', '-', '-'])
  expect(plan.list()).toMatchObject([{ id, met: 8, hits: 3 }])
})

test('of several rules the oldest strikes, and the next when that is done', () => {
  const plan = new FaultPlan()
  plan.add({ when: { times: 1 }, fault: { kind: 'internal' } })
  const second = plan.add({ fault: { kind: 'timeout' } })
  expect([plan.onCall(where, 'x')?.kind, plan.onCall(where, 'x')?.kind]).toEqual(['internal', 'timeout'])
  expect(plan.remove(second)).toBe(true)
  expect(plan.remove(second)).toBe(false)
  expect(plan.onCall(where, 'x')).toBeUndefined()
  plan.clear()
  expect(plan.isEmpty).toBe(true)
})

test('each kind strikes at its stage, and at no other', () => {
  for (const kind of faultKinds) {
    const plan = new FaultPlan()
    plan.add({ fault: sample(kind) })
    const stage = stageOf(kind)
    const early = kind === 'dropBefore'
    expect(plan.onConnect(where)?.kind).toBe(stage === 'connect' ? kind : undefined)
    expect(plan.onPacket(where)?.kind).toBe(stage === 'packet' ? kind : undefined)
    expect(plan.onCall(where, 'x')?.kind).toBe(stage === 'call' && !early ? kind : undefined)
    expect(plan.watchesArrivals).toBe(early)
    expect(plan.onArrival(where, 'x')).toBe(early)
  }
})

test('a packet fault with a method strikes the packet that brings the answer', () => {
  const plan = new FaultPlan()
  plan.add({ when: { method: 'help.*' }, fault: { kind: 'corrupt' } })
  expect(plan.onPacket(where)).toBeUndefined()
  expect(plan.onCall(where, 'help.getConfig')?.kind).toBe('corrupt')
})

test('chance follows the seed: the same again, another otherwise, and about as often as asked for', () => {
  const run = (seed: number, probability: number) => {
    const plan = new FaultPlan({ seed })
    plan.add({ when: { probability }, fault: { kind: 'internal' } })
    return Array.from({ length: 2000 }, () => (plan.onCall(where, 'x') ? 1 : 0))
  }
  expect(run(1, 0.5)).toEqual(run(1, 0.5))
  expect(run(1, 0.5)).not.toEqual(run(2, 0.5))
  fc.assert(
    fc.property(fc.integer(), fc.double({ min: 0, max: 1, noNaN: true }), (seed, probability) => {
      const hits = run(seed, probability).reduce<number>((sum, hit) => sum + hit, 0)
      // Six standard deviations of the widest.
      expect(Math.abs(hits - probability * 2000)).toBeLessThan(6 * Math.sqrt(2000 * 0.25))
    }),
  )
})

test.each([
  [{ fault: { kind: 'nonsense' } }, 'fault.kind'],
  [{ fault: { kind: 'delay' } }, 'fault.ms'],
  [{ fault: { kind: 'delay', ms: -1 } }, 'fault.ms'],
  [{ fault: { kind: 'floodWait', seconds: 0 } }, 'fault.seconds'],
  [{ fault: { kind: 'drop', ms: 5 } }, 'fault'],
  [{ fault: { kind: 'drop' }, when: { probability: 2 } }, 'when.probability'],
  [{ fault: { kind: 'drop' }, when: { metod: 'x' } }, 'when'],
  [{ when: {} }, 'fault'],
  [{ fault: 'drop' }, 'fault'],
  [{ fault: {} }, 'fault.kind'],
  [{ fault: { kind: 5 } }, 'fault.kind'],
])('a rule that is none is refused, saying where: %j', (rule, at) => {
  expect(() => new FaultPlan().add(rule as FaultRule)).toThrow(
    expect.objectContaining({ code: 'WORLD_INVALID', at }),
  )
})

test.each([
  [{ kind: 'floodwait', seconds: 5 }, /^fault\.kind: expected one of refuse, .*, got "floodwait"$/],
  [{ kind: 'x'.repeat(1000) }, /, got "x{40}"$/],
  [{ kind: 5 }, /, got 5$/],
  [{ seconds: 5 }, /, got nothing$/],
  ['floodWait', /^fault: expected an object with a 'kind', got a string$/],
])('a fault of no known kind is refused, saying what was given: %j', (fault, message) => {
  expect(() => new FaultPlan().add({ fault } as FaultRule)).toThrow(message)
})

/** One fault of each kind. */
function sample(kind: string): FaultRule['fault'] {
  const details: Record<string, object> = {
    clockSkew: { ms: 1000 },
    delay: { ms: 10 },
    slow: { ms: 10 },
    error: { code: 400, message: 'PEER_ID_INVALID' },
    floodWait: { seconds: 7 },
    transportError: { code: -429 },
    migrate: { what: 'USER', dc: 4 },
  }
  return { kind, ...details[kind] } as FaultRule['fault']
}
