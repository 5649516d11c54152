/** An auth key, and packets from the server under it that hold one `upload.file` of about the length in question. */
import { PacketKey, sealPacket } from '@telegram-mt/mtproto'
import { TlWriter } from '@telegram-mt/tl'

export const authKey = Uint8Array.from({ length: 256 }, (_, i) => (i * 37 + 11) & 255)
export const key = new PacketKey(authKey)
export const sessionId = 0x1234_5678_9abc_def0n
export const salt = 0x0fed_cba9_8765_4321n
/** Of now, as GramJS looks at the time. */
const msgId = (BigInt(Math.floor(Date.now() / 1000)) << 32n) | 1n

/** upload.file#96a18d5 type:storage.FileType mtime:int bytes:bytes = upload.File; */
export function body(length: number): Uint8Array {
  const writer = new TlWriter()
  writer.uint(0x096a18d5)
  // storage.fileUnknown
  writer.uint(0xaa963b05)
  writer.int(0)
  writer.bytes(new Uint8Array(length - 20))
  return writer.finish()
}

export function packet(length: number): Uint8Array {
  // All processes are to have the same packets.
  return sealPacket(
    key,
    'server',
    { salt, sessionId, msgId, seqNo: 1 },
    body(length),
    (n) => new Uint8Array(n),
  )
}
