/** Whether a storage key that was given changes more than it seems to. */
import { openStorage, StorageError } from 'telegram-mt'

/** Whether sessions are in the storage already, unsealed: opening it with a key seals them. @throws StorageError if another process holds it. */
export async function holdsUnsealedSessions(address: string): Promise<boolean> {
  const storage = openStorage(address)
  try {
    await storage.open()
    return (await storage.sessions()).length > 0
  } catch (error) {
    if (error instanceof StorageError && error.code === 'STORAGE_LOCKED') throw error
    // Sealed, most likely. Anything else is told by the one who opens it in earnest.
    return false
  } finally {
    await storage.close().catch(() => {})
  }
}
