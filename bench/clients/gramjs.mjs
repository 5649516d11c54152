// One client for each account, as the library has it.
import { AT_ONCE, countBytes, forAll } from '../dist/clients/client.js'

export async function openGramjs(tools, accounts) {
  const { TelegramClient, Api, sessions, extensions } = tools.require(tools.library)
  const { NewMessage } = tools.require(`${tools.library}/events`)
  const { CustomFile } = tools.require(`${tools.library}/client/uploads`)
  const { AuthKey } = tools.require(`${tools.library}/crypto/AuthKey`)
  const { _serverKeys } = tools.require(`${tools.library}/crypto/RSA`)
  const bigInt = tools.require('big-integer')
  const { fingerprint, n, e } = tools.box.publicKey
  _serverKeys.set(fingerprint, { n: bigInt(n), e })
  return await forAll(accounts, AT_ONCE, async ({ dc, authKey }) => {
    const { host, port } = tools.box.dcs.find((one) => one.id === dc)
    const stored = new sessions.MemorySession()
    stored.setDC(dc, host, port)
    const key = new AuthKey()
    await key.setKey(Buffer.from(authKey))
    stored.setAuthKey(key)
    // The library insists on port 80 for its main connection.
    class DatacenterSocket extends extensions.PromisedNetSockets {
      connect(_port, address) {
        return super.connect(port, address)
      }
    }
    const client = new TelegramClient(stored, 1, 'bench', {
      networkSocket: DatacenterSocket,
      connectionRetries: 5,
    })
    client.setLogLevel('none')
    await client.connect()
    await client.invoke(new Api.updates.GetState())
    await client.getMe()
    return {
      call: () => client.invoke(new Api.users.GetUsers({ id: [new Api.InputUserSelf()] })),
      contacts: () => client.invoke(new Api.contacts.GetContacts({ hash: bigInt.zero })),
      onMessage: (handler) => {
        client.addEventHandler(handler, new NewMessage({}))
      },
      upload: (bytes) => {
        const file = new CustomFile('file', bytes.length, '', Buffer.from(bytes.buffer))
        return client.uploadFile({ file, workers: 4, maxBufferSize: bytes.length + 1 })
      },
      download: ({ id, accessHash, fileReference, dc, size }) => {
        const file = new Api.InputDocumentFileLocation({
          id: bigInt(String(id)),
          accessHash: bigInt(String(accessHash)),
          fileReference: Buffer.from(fileReference),
          thumbSize: '',
        })
        const requestSize = 512 * 1024
        return countBytes(client.iterDownload({ file, dcId: dc, fileSize: bigInt(size), requestSize }))
      },
    }
  })
}
