/**
 * Messages that are not encrypted: auth_key_id 0, msg_id, length, body. Only the key exchange uses them.
 * https://core.telegram.org/mtproto/description#unencrypted-message
 */
import { KeyExchangeError } from './key-exchange-error.ts'

const HEADER = 20

/** Whether the packet is a plain message, that is whether its auth_key_id is 0. */
export function isPlain(packet: Uint8Array): boolean {
  if (packet.length < HEADER) return false
  for (let i = 0; i < 8; i++) if (packet[i] !== 0) return false
  return true
}

export function encodePlain(msgId: bigint, body: Uint8Array): Uint8Array {
  const packet = new Uint8Array(HEADER + body.length)
  const view = new DataView(packet.buffer)
  view.setBigInt64(8, msgId, true)
  view.setUint32(16, body.length, true)
  packet.set(body, HEADER)
  return packet
}

/**
 * The body is a view into the packet. Bytes after it are padding of the transport's; Telegram also puts random bytes at
 * the end of the body itself, which a reader is to leave alone.
 * Throws KEY_EXCHANGE_MESSAGE when the packet is not plain or says that it is longer than it is.
 */
export function decodePlain(packet: Uint8Array): { msgId: bigint; body: Uint8Array } {
  if (!isPlain(packet)) {
    throw new KeyExchangeError(
      'KEY_EXCHANGE_MESSAGE',
      `${packet.length} bytes that are no plain message: auth_key_id 0, msg_id and length were expected`,
    )
  }
  const view = new DataView(packet.buffer, packet.byteOffset, packet.length)
  const length = view.getUint32(16, true)
  if (length > packet.length - HEADER) {
    throw new KeyExchangeError(
      'KEY_EXCHANGE_MESSAGE',
      `a plain message of ${length} bytes in a packet of ${packet.length}`,
    )
  }
  return { msgId: view.getBigInt64(8, true), body: packet.subarray(HEADER, HEADER + length) }
}
