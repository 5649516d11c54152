/** A thousand accounts and a real box: how they knock, counted where they knock. */
import { openStorage } from 'telegram-mt'
import { expect, test } from 'vitest'
import { event, newBox, newHost } from '../fixture.ts'

const ACCOUNTS = 1000
/** Connects that the host allows itself: 250 in a second. */
const LIMIT = { count: 50, within: 200 }

/**
 * Since `from` there were never more connects than the limit allows. A busy machine can only make them later, so that this
 * holds on any.
 */
function expectNoStampede(connects: readonly { steady: number }[], from: number): void {
  const early = connects.findIndex(
    ({ steady }, n) => steady - from < Math.floor(n / LIMIT.count) * LIMIT.within - 1,
  )
  const message = `connect ${early + 1} came ${(connects[early]?.steady ?? 0) - from} ms after the first could`
  expect(early, message).toBe(-1)
}

test('a thousand accounts come back after an outage in turn, each once, and all of them', {
  timeout: 180_000,
}, async () => {
  const box = await newBox({ datacenters: 1 })
  const storage = openStorage('memory', {})
  await storage.open()
  for (let n = 0; n < ACCOUNTS; n++) {
    const phone = `999661${String(n).padStart(4, '0')}`
    const user = await box.user({ phone, firstName: `Account ${n}` })
    const { dc, authKey } = box.signedInKey(user)
    const session = `account ${n}`
    const owner = await storage.claim(session)
    const account = { type: 'account', dc, test: false, userId: user.id } as const
    const key = { type: 'authKey', dc, kind: 'permanent', key: authKey } as const
    await storage.write({ session, owner, writes: [account, key] })
  }
  const telegram = newHost(box, {
    storage,
    connectLimit: LIMIT,
    reconnect: { first: 100, most: 2000, perAddress: [] },
  })
  const online = () => telegram.metrics().sessions.online
  const reached = async (holds: () => boolean) => {
    while (!holds()) await event((done) => setTimeout(done, 20))
  }

  const startedAt = performance.now()
  await telegram.start()
  await reached(() => online() === ACCOUNTS)
  expect(box.connections).toBe(ACCOUNTS)
  expectNoStampede(box.connects.all(), startedAt)

  // Whoever knocks during the outage is turned away, and that counts as well.
  box.connects.clear()
  box.faults.add({ fault: { kind: 'refuse' } })
  const outageAt = performance.now()
  expect(box.dropConnections()).toBe(ACCOUNTS)
  await reached(() => box.connects.all().length >= 200)
  const inVain = box.connects.count
  box.faults.clear()
  await reached(() => online() === ACCOUNTS && box.connections === ACCOUNTS)
  expectNoStampede(box.connects.all(), outageAt)
  // When it is over, next to nobody has to knock twice.
  expect(box.connects.all({ since: inVain }).length).toBeLessThanOrEqual(ACCOUNTS * 1.1)
  expect(telegram.metrics()).toMatchObject({ connectsWaiting: 0, faults: 0, keyExchanges: 0 })
})
