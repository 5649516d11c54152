/** The datacenters as last told by Telegram, kept in the storage so that the next start knows the newest addresses. */
import type { Storage } from '../storage/storage.ts'
import type { Datacenter, DcAddress } from './datacenter.ts'
import type { DcRegistry } from './registry.ts'

interface StoredAddress extends Omit<DcAddress, 'secret'> {
  /** Base64. */
  secret?: string
}

export async function saveDatacenters(
  storage: Storage,
  name: string,
  all: readonly Datacenter[],
): Promise<void> {
  const plain = all.map(({ id, addresses }) => ({
    id,
    addresses: addresses.map(({ secret, ...address }): StoredAddress => {
      return secret === undefined ? address : { ...address, secret: Buffer.from(secret).toString('base64') }
    }),
  }))
  await storage.writeApp(name, new TextEncoder().encode(JSON.stringify(plain)))
}

/** Puts what is stored into the registry. A record that cannot be understood is left aside: the published addresses stand. */
export async function loadDatacenters(storage: Storage, name: string, registry: DcRegistry): Promise<void> {
  const stored = await storage.app(name)
  if (stored === undefined) return
  let all: unknown
  try {
    all = JSON.parse(new TextDecoder().decode(stored))
  } catch {
    return
  }
  if (!Array.isArray(all)) return
  for (const entry of all) {
    if (isDatacenter(entry)) {
      registry.set(
        entry.id,
        entry.addresses.map(({ secret, ...address }) =>
          secret === undefined
            ? address
            : { ...address, secret: new Uint8Array(Buffer.from(secret, 'base64')) },
        ),
      )
    }
  }
}

function isDatacenter(entry: unknown): entry is { id: number; addresses: StoredAddress[] } {
  if (typeof entry !== 'object' || entry === null || !('id' in entry) || !('addresses' in entry)) return false
  const { id, addresses } = entry
  return (
    Number.isInteger(id) &&
    Number(id) > 0 &&
    Array.isArray(addresses) &&
    addresses.every(
      (address: { host?: unknown; port?: unknown; secret?: unknown } | null) =>
        typeof address?.host === 'string' &&
        Number.isInteger(address.port) &&
        Number(address.port) > 0 &&
        Number(address.port) < 65536 &&
        (address.secret === undefined || typeof address.secret === 'string'),
    )
  )
}
