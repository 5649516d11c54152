import type { Sealer } from '../sealer.ts'
import { plainSealer } from '../sealer.ts'
import type { StorageKey } from '../storage.ts'
import type { SqlDatabase } from './sql-storage.ts'

export async function openSealing(_database: SqlDatabase, _key: StorageKey | undefined): Promise<Sealer> {
  return plainSealer
}
export async function changeSealing(
  _database: SqlDatabase,
  _key: StorageKey | null,
  _old: StorageKey | undefined,
  _use: (sealer: Sealer) => void,
): Promise<void> {}
