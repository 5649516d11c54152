/** Looks into a packet before it is taken in, for calls that are to be lost before anybody has noticed. */
import { openPacket, type PacketKey, packetContent } from '@telegram-mt/mtproto'
import type { Layers } from '../calls/layers.ts'
import { unwrap } from '../calls/unwrap.ts'
import type { AuthKeyTable } from '../keys/auth-key-table.ts'
import type { Circumstances, FaultPlan } from './fault-plan.ts'

export interface ArrivalsOptions {
  faults: FaultPlan
  keys: AuthKeyTable
  layers: Layers
}

/** Whether a fault strikes one of the calls in the packet: all of it is lost then. */
export function isLost(
  packet: Uint8Array,
  key: PacketKey,
  where: Circumstances,
  options: ArrivalsOptions,
): boolean {
  const { faults, keys, layers } = options
  const owner = keys.get(key.id)?.owner
  // The first packet of a connection comes before the connection knows whose it is.
  const circumstances = { ...where, userId: owner?.userId }
  return methodsIn(packet, key, owner?.layer ?? layers.native, layers).some((method) =>
    faults.onArrival(circumstances, method),
  )
}

function methodsIn(packet: Uint8Array, key: PacketKey, layer: number, layers: Layers): string[] {
  try {
    const { messages } = packetContent(openPacket(packet, key, 'client'))
    return messages.flatMap(({ body }) => methodOf(body, layer, layers) ?? [])
  } catch {
    // What is wrong with it will be said where it is taken in.
    return []
  }
}

function methodOf(body: Uint8Array, layer: number, layers: Layers): string | undefined {
  try {
    return unwrap(body, layer, layers).call._
  } catch {
    return undefined
  }
}
