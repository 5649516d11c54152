/**
 * The token by which a server says that a packet has come in, before it is answered:
 * https://core.telegram.org/mtproto/mtproto-transports#quick-ack
 */
import { sha256 } from '@telegram-mt/crypto'
import { openPacket, type PacketKey } from '@telegram-mt/mtproto'

/** The first 32 bits of the hash whose middle is the packet's msg_key; the highest bit set marks it as a token. */
export function quickAckToken(packet: Uint8Array, key: PacketKey): number {
  const { data } = openPacket(packet, key, 'client')
  const digest = sha256(key.authKey.subarray(88, 120), data)
  return (new DataView(digest.buffer, digest.byteOffset).getUint32(0, true) | 0x8000_0000) >>> 0
}
