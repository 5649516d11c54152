// Whether the other end of an HTTP link speaks MTProto: asked with the first message of a key exchange, which
// any datacenter answers with our own nonce (https://core.telegram.org/mtproto/auth_key#1-client-sends-query-to-server).

import { decodePlain, encodePlain, isPlain, messageIdAt } from '@telegram-mt/mtproto'
import { TlReader, TlWriter } from '@telegram-mt/tl'

const reqPqMulti = 0xbe7e8ef1
const resPq = 0x05162463

export class HttpProbe {
  readonly packet: Uint8Array
  readonly #nonce: Uint8Array

  constructor(random: (length: number) => Uint8Array, now = Date.now()) {
    this.#nonce = random(16)
    const body = new TlWriter()
    body.uint(reqPqMulti)
    body.raw(this.#nonce)
    this.packet = encodePlain(messageIdAt(now), body.finish())
  }

  isAnsweredBy(packet: Uint8Array): boolean {
    if (!isPlain(packet)) return false
    try {
      const reader = new TlReader(decodePlain(packet).body)
      if (reader.uint() !== resPq) return false
      const nonce = reader.raw(16)
      return nonce.every((byte, i) => byte === this.#nonce[i])
    } catch {
      // Too short, or of another shape.
      return false
    }
  }
}
