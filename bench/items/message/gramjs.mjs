import { lengths } from '../../dist/items/message/item.js'
import { authKey, body, packet, salt, sessionId } from '../../dist/items/message/packets.js'

export default async function program(tools) {
  const { MTProtoState } = tools.require(`${tools.library}/network/MTProtoState`)
  const { AuthKey } = tools.require(`${tools.library}/crypto/AuthKey`)
  const bigInt = tools.require('big-integer')
  const key = new AuthKey()
  await key.setKey(Buffer.from(authKey))
  const quiet = () => {}
  // Without its checks it takes the same packet again and again.
  const state = new MTProtoState(key, { debug: quiet, warn: quiet, info: quiet, error: quiet }, false)
  state.salt = bigInt(salt.toString())
  state.id = bigInt(sessionId.toString())
  const steps = {}
  for (const length of lengths) {
    const plain = Buffer.concat([Buffer.alloc(16), body(length)])
    const sealed = Buffer.from(packet(length))
    steps[`encrypt ${length}`] = () => state.encryptMessageData(plain)
    steps[`decrypt ${length}`] = () => state.decryptMessageData(sealed)
  }
  return tools.timed(steps)
}
