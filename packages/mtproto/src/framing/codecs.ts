/** The transports by name, and the 32-bit marks by which a server tells them apart. */
import { AbridgedCodec } from './abridged.ts'
import type { FrameCodec, Side, TransportName } from './frame.ts'
import { FullCodec } from './full.ts'
import { IntermediateCodec } from './intermediate.ts'

const tags: Record<Exclude<TransportName, 'full'>, number> = {
  abridged: 0xefefefef,
  intermediate: 0xeeeeeeee,
  padded: 0xdddddddd,
}

/** The transport's tag in the obfuscation header; the full transport has none. */
export function transportTag(name: TransportName): number | undefined {
  return name === 'full' ? undefined : tags[name]
}

export function transportOfTag(tag: number): TransportName | undefined {
  if (tag === tags.abridged) return 'abridged'
  if (tag === tags.intermediate) return 'intermediate'
  if (tag === tags.padded) return 'padded'
  return undefined
}

/** What a client that does not obfuscate sends ahead of its first frame. */
export function prelude(name: TransportName): Uint8Array {
  if (name === 'full') return new Uint8Array(0)
  return new Uint8Array(name === 'abridged' ? 1 : 4).fill(tags[name] & 0xff)
}

export function createCodec(
  name: TransportName,
  side: Side,
  maxPacket: number,
  random: (length: number) => Uint8Array,
): FrameCodec {
  if (name === 'abridged') return new AbridgedCodec(side, maxPacket)
  if (name === 'intermediate') return new IntermediateCodec(side, maxPacket)
  if (name === 'padded') return new IntermediateCodec(side, maxPacket, random)
  return new FullCodec(side, maxPacket)
}
