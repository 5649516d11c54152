/**
 * Access hashes. Each account gets its own for every peer, photo and file, so that one account's hash is useless to another,
 * as on Telegram. They are derived from the world's secret: nothing to keep, and equal after a restart.
 */
import { hmacSha256 } from '@telegram-mt/crypto'
import type { MarkedId } from './marked-id.ts'
import type { Account } from './state-account.ts'
import type { World } from './world.ts'

const ascii = new TextEncoder()

/** A signed long, never 0: zero is what clients send when they know no hash. */
export function derivedLong(world: World, purpose: string): bigint {
  const mac = hmacSha256(world.state.secret, ascii.encode(purpose))
  return new DataView(mac.buffer, mac.byteOffset, 8).getBigInt64(0, true) || 1n
}

export function accessHash(world: World, viewer: Account, peer: MarkedId): bigint {
  return derivedLong(world, `peer:${viewer.id}:${peer}`)
}
