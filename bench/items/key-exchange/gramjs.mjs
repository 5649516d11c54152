import { exchanges } from '../../dist/items/key-exchange/wire.js'

export default function program(tools) {
  const { doAuthentication } = tools.require(`${tools.library}/network/Authenticator`)
  const { MTProtoPlainSender } = tools.require(`${tools.library}/network/MTProtoPlainSender`)
  const { _serverKeys } = tools.require(`${tools.library}/crypto/RSA`)
  const bigInt = tools.require('big-integer')
  const { fingerprint, n, e } = tools.box.publicKey
  _serverKeys.set(fingerprint, { n: bigInt(n), e })
  const quiet = () => {}
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet }
  return exchanges(tools, async (wire) => {
    const connection = {
      send: async (packet) => wire.send(packet),
      recv: async () => Buffer.from(await wire.receive()),
    }
    await doAuthentication(new MTProtoPlainSender(connection, log), log)
  })
}
