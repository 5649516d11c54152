/** Accounts that are here already when a test begins. */
import { openStorage } from 'telegram-mt'

/** A storage with so many accounts that are signed in, as an earlier run has left it. */
export async function storageOf(count: number, test = false) {
  const storage = openStorage('memory', {})
  await storage.open()
  for (let n = 0; n < count; n++) {
    const id = `account ${n}`
    const owner = await storage.claim(id)
    await storage.write({
      session: id,
      owner,
      writes: [
        { type: 'account', dc: 1, test, userId: n + 1 },
        { type: 'authKey', dc: 1, kind: 'permanent', key: new Uint8Array(256).fill(n % 251) },
      ],
    })
  }
  return storage
}
