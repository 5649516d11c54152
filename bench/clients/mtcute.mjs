// One client for each account, as the library has it.
import { createHash } from 'node:crypto'
import { AT_ONCE, countBytes, forAll } from '../dist/clients/client.js'

export async function openMtcute(tools, accounts) {
  const { MemoryStorage, TelegramClient } = await tools.import('@mtcute/node/index.js')
  const { Long } = await tools.import('@mtcute/core/index.js')
  const { addPublicKey } = await tools.import('@mtcute/core/utils.js')
  addPublicKey(
    { sha1: (data) => new Uint8Array(createHash('sha1').update(data).digest()) },
    tools.box.publicKey.pem,
  )
  return await forAll(accounts, AT_ONCE, async ({ userId, dc, authKey }) => {
    const { host, port, id } = tools.box.dcs.find((one) => one.id === dc)
    const main = { ipAddress: host, port, id }
    const primaryDcs = { main, media: { ...main, mediaOnly: true } }
    const client = new TelegramClient({
      apiId: 1,
      apiHash: 'bench',
      storage: new MemoryStorage(),
      defaultDcs: primaryDcs,
      logLevel: 0,
    })
    const self = { userId, isBot: false, isPremium: false, usernames: [] }
    await client.importSession({ version: 3, testMode: false, primaryDcs, authKey, self })
    await client.start()
    // It asks where its updates stand after it has started, and misses what comes before the answer.
    await client.call({ _: 'updates.getState' })
    return {
      call: () => client.call({ _: 'users.getUsers', id: [{ _: 'inputUserSelf' }] }),
      contacts: () => client.getContacts(),
      onMessage: (handler) => client.onNewMessage.add(handler),
      upload: (file) => client.uploadFile({ file, fileName: 'file' }),
      download: ({ id, accessHash, fileReference, dc, size }) => {
        const location = {
          _: 'inputDocumentFileLocation',
          id: Long.fromString(String(id)),
          accessHash: Long.fromString(String(accessHash)),
          fileReference,
          thumbSize: '',
        }
        return countBytes(client.downloadAsIterable(location, { dcId: dc, fileSize: size }))
      },
    }
  })
}
