// What every driver must do, as one suite. A driver's test file calls this with a way to make a fresh, empty store.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { describeBatches } from './contract/batches.testing.ts'
import { describePeers } from './contract/peers.testing.ts'
import { describeSessions } from './contract/sessions.testing.ts'
import { account, type DriverUnderTest, id, UnderTest } from './contract/under-test.testing.ts'
import { describeUpdatesAndSends } from './contract/updates.testing.ts'
import { compareWithMemory } from './model.testing.ts'
import { authKey, bytes, logEntry } from './samples.testing.ts'
import type { SessionWrite } from './storage.ts'

export function describeStorage(driver: DriverUnderTest): void {
  describe(`storage contract: ${driver.name}`, () => {
    const under = new UnderTest(driver)
    beforeEach(() => under.open())
    afterEach(() => under.close())

    describeSessions(under)
    describeBatches(under)
    describePeers(under)
    describeUpdatesAndSends(under)

    it('keeps records of the application', async () => {
      expect(await under.storage.app('config')).toBeUndefined()
      await under.storage.writeApp('config', bytes(3, 1))
      await under.storage.writeApp('config', bytes(4, 2))
      expect(await under.storage.app('config')).toEqual(bytes(4, 2))
      await under.storage.writeApp('config', null)
      expect(await under.storage.app('config')).toBeUndefined()
    })

    it('ends up as the memory driver does, whatever is written in whatever batches', () =>
      compareWithMemory(under.storage))

    if (driver.isDurable) {
      it('is there again after a restart', async () => {
        const { storage: before, again } = await under.driver.fresh({ now: () => under.now })
        await before.open()
        const number = await before.claim(id)
        const key: SessionWrite = { type: 'authKey', ...authKey(4, 1) }
        // Not waited for: closing writes what is pending.
        before.post({
          session: id,
          owner: number,
          writes: [account, key, { type: 'logAppend', ...logEntry(1) }],
        })
        await before.close()
        const after = again()
        await after.open()
        expect((await after.session(id))?.authKeys).toEqual([authKey(4, 1)])
        expect(await after.log(id)).toEqual([logEntry(1)])
        expect(await after.claim(id)).toBe(number + 1)
        await after.close()
      })

      it('is one holder only', async () => {
        const { storage: holder, again } = await under.driver.fresh()
        await holder.open()
        const second = again()
        await expect(second.open()).rejects.toMatchObject({ code: 'STORAGE_LOCKED' })
        await holder.close()
        await second.open()
        await second.close()
      })
    }

    it('is of no use before it is opened and after it is closed', async () => {
      const other = (await under.driver.fresh()).storage
      await expect(other.sessions()).rejects.toMatchObject({ code: 'STORAGE_CLOSED' })
      await expect(other.claim('x')).rejects.toMatchObject({ code: 'STORAGE_CLOSED' })
      await other.open()
      await other.close()
      await other.close()
      await expect(other.write({ session: 'x', owner: 1, writes: [] })).rejects.toMatchObject({
        code: 'STORAGE_CLOSED',
      })
    })
  })
}
