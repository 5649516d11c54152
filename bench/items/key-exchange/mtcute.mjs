import { createHash } from 'node:crypto'
import { exchanges } from '../../dist/items/key-exchange/wire.js'

export default async function program(tools) {
  const { NodeCryptoProvider } = await tools.import('@mtcute/node/utils/crypto.js')
  const { doAuthorization } = await tools.import('@mtcute/core/network/authorization.js')
  const { MtprotoSession } = await tools.import('@mtcute/core/network/mtproto-session.js')
  const { ServerSaltManager } = await tools.import('@mtcute/core/network/server-salt.js')
  const { LogManager, addPublicKey, __tlReaderMap, __tlWriterMap } =
    await tools.import('@mtcute/core/utils.js')
  addPublicKey(
    { sha1: (data) => new Uint8Array(createHash('sha1').update(data).digest()) },
    tools.box.publicKey.pem,
  )
  const provider = new NodeCryptoProvider()
  await provider.initialize()
  const log = new LogManager('bench', { log() {}, getDefaultLogLevel: () => 0 }).create('bench')
  return exchanges(tools, async (wire) => {
    const session = new MtprotoSession(provider, log, __tlReaderMap, __tlWriterMap, new ServerSaltManager())
    const connection = {
      _session: session,
      log,
      params: { dc: { id: 2 }, testMode: false },
      send: (packet) => wire.send(packet),
      waitForUnencryptedMessage: () => wire.receive(),
    }
    await doAuthorization(connection, provider)
  })
}
