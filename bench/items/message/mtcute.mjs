import { lengths } from '../../dist/items/message/item.js'
import { authKey, body, packet, salt, sessionId } from '../../dist/items/message/packets.js'

export default async function program(tools) {
  const { NodeCryptoProvider } = await tools.import('@mtcute/node/utils/crypto.js')
  const { AuthKey } = await tools.import('@mtcute/core/network/auth-key.js')
  const { Long } = await tools.import('@mtcute/core/index.js')
  const { __tlReaderMap } = await tools.import('@mtcute/core/utils.js')
  const provider = new NodeCryptoProvider()
  await provider.initialize()
  const quiet = () => {}
  const key = new AuthKey(provider, { verbose: quiet, warn: quiet }, __tlReaderMap)
  key.setup(authKey)
  const long = (value) => Long.fromString(String(value))
  const session = long(sessionId)
  const serverSalt = long(salt)
  const steps = {}
  for (const length of lengths) {
    // What it is given has the message's own header already.
    const plain = new Uint8Array(16 + length)
    plain.set(body(length), 16)
    const sealed = packet(length)
    let read = 0
    steps[`encrypt ${length}`] = () => key.encryptMessage(plain, serverSalt, session)
    steps[`decrypt ${length}`] = () => {
      const before = read
      key.decryptMessage(sealed, session, () => {
        read++
      })
      if (read === before) throw new Error('not decrypted')
    }
  }
  return tools.timed(steps)
}
