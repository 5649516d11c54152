// Drives mtcute, unmodified, against datacenters on chosen ports.
import { createHash } from 'node:crypto'
import { addPublicKey } from '@mtcute/core/utils.js'
import { MemoryStorage, MtProxyTcpTransport, TelegramClient } from '@mtcute/node'
import { serve, tell } from './wire.mjs'

let client

await serve({
  // `proxy`: { host, port, secret } of an MTProxy to go through; `pfs`: use temporary keys.
  async start({ dcs, publicKey, phone, code, password, username, proxy, pfs = false }) {
    const sha1 = (data) => new Uint8Array(createHash('sha1').update(data).digest())
    addPublicKey({ sha1 }, publicKey.pem)
    const main = { ipAddress: dcs[0].host, port: dcs[0].port, id: dcs[0].id }
    client = new TelegramClient({
      apiId: 1,
      apiHash: 'interop',
      storage: new MemoryStorage(),
      defaultDcs: { main, media: { ...main, mediaOnly: true } },
      logLevel: Number(process.env.PEER_LOG_LEVEL ?? 0),
      network: { usePfs: pfs },
      ...(proxy && { transport: new MtProxyTcpTransport(proxy) }),
    })
    client.onNewMessage.add((message) =>
      tell('message', {
        messageId: message.id,
        text: message.text,
        out: message.isOutgoing,
        chat: Math.abs(message.chat.id),
        kind: message.chat.type,
      }),
    )
    // It cannot sign up: the account must be there.
    const me = await client.start({ phone, code: () => code, password: () => password })
    if (username && me.username !== username) await client.setMyUsername(username)
    return { userId: me.id }
  },
  async dialogs() {
    const dialogs = []
    for await (const dialog of client.iterDialogs({ limit: 100 })) {
      dialogs.push({ id: Math.abs(dialog.peer.id), title: dialog.peer.displayName })
    }
    return dialogs
  },
  async contacts() {
    return (await client.getContacts()).map((user) => ({ id: user.id, phone: user.phoneNumber }))
  },
  async addContact({ phone, firstName }) {
    const { users } = await client.importContacts([{ phone, firstName, lastName: '' }])
    return users.map((user) => user.id)
  },
  async send({ to, text }) {
    const message = await client.sendText(to, text)
    return { messageId: message.id }
  },
  async history({ with: peer, limit = 20 }) {
    const messages = await client.getHistory(peer, { limit })
    return messages.map((m) => ({ messageId: m.id, text: m.text, out: m.isOutgoing }))
  },
  async createGroup({ title, members }) {
    const { chat } = await client.createGroup({ title, users: members })
    return { chatId: Math.abs(chat.id) }
  },
  async sendToGroup({ chatId, text }) {
    const message = await client.sendText(-chatId, text)
    return { messageId: message.id }
  },
  async edit({ with: peer, messageId, text }) {
    await client.editMessage({ chatId: peer, message: messageId, text })
  },
  async remove({ with: peer, messageIds }) {
    await client.deleteMessagesById(peer, messageIds, { revoke: true })
  },
  async stop() {
    await client.destroy()
  },
})
