/**
 * The client in a storm of faults: whatever becomes of packets, connections and sessions, every message is sent once and
 * every one arrives. The seed makes the box's part the same again: `STORM_SEED=7 npx vitest run tests/box/storm`.
 */
import type { FaultRule } from '@telegram-mt/box'
import { expect, test } from 'vitest'
import { account, Inbox, newBox, newHost, usernameOf } from '../fixture.ts'

const faults: FaultRule[] = [
  { when: { probability: 0.01 }, fault: { kind: 'corrupt' } },
  { when: { probability: 0.01 }, fault: { kind: 'truncate' } },
  { when: { probability: 0.01 }, fault: { kind: 'duplicate' } },
  { when: { probability: 0.01 }, fault: { kind: 'replay' } },
  { when: { probability: 0.01 }, fault: { kind: 'reorder' } },
  { when: { probability: 0.01 }, fault: { kind: 'delay', ms: 20 } },
  { when: { probability: 0.005 }, fault: { kind: 'closeHalfway' } },
  { when: { probability: 0.005 }, fault: { kind: 'wrongSession' } },
  { when: { probability: 0.005 }, fault: { kind: 'badPadding' } },
  { when: { probability: 0.005 }, fault: { kind: 'lyingContainer' } },
  { when: { probability: 0.005 }, fault: { kind: 'oldMessageId' } },
  { when: { probability: 0.02, method: 'messages.*' }, fault: { kind: 'dropBefore' } },
  { when: { probability: 0.03, method: 'messages.*' }, fault: { kind: 'dropAfter' } },
  { when: { probability: 0.03, method: 'messages.*' }, fault: { kind: 'answerTwice' } },
  { when: { probability: 0.02, method: 'messages.*' }, fault: { kind: 'expireSalts' } },
  { when: { probability: 0.02, method: 'messages.*' }, fault: { kind: 'internal' } },
  { when: { probability: 0.02, method: 'messages.*' }, fault: { kind: 'forgetSession' } },
]

const MESSAGES = 25

test.each(['tcp', 'http'] as const)(
  'every message is sent once and arrives, over %s',
  { timeout: 120_000 },
  async (transport) => {
    const seed = Number(process.env.STORM_SEED ?? Math.floor(Math.random() * 1e9))
    console.log(`STORM_SEED=${seed}`)
    const box = await newBox({ faultSeed: seed })
    const telegram = newHost(box, { transport, reconnect: { first: 5, most: 50, perAddress: [] } })
    const people = await Promise.all(['Ann', 'Bob', 'Cleo'].map((name, i) => account(telegram, name, i + 1)))
    const names = await Promise.all(people.map(usernameOf))
    const inboxes = people.map((session) => new Inbox(session))
    for (const rule of faults) box.faults.add(rule)

    const sends = people.flatMap((session, from) =>
      Array.from({ length: MESSAGES }, async (_, i) => {
        const to = (from + 1 + (i % 2)) % people.length
        const text = `${from} to ${to}: ${i}`
        await session.sendMessage(names[to] ?? '', text)
        return { to, text }
      }),
    )
    const sent = await Promise.all(sends)
    box.faults.clear()
    await Promise.all(sent.map(({ to, text }) => inboxes[to]?.text(text)))

    const said = [...box.world.state.messages.values()].map(({ text }) => text)
    expect([...said].sort()).toEqual(sent.map(({ text }) => text).sort())
    for (const [i, inbox] of inboxes.entries()) {
      const mine = sent.filter(({ to }) => to === i).map(({ text }) => text)
      const came = inbox.messages.filter(({ out }) => !out).map(({ text }) => text)
      expect([...new Set(came)].sort()).toEqual(mine.sort())
    }
  },
)
