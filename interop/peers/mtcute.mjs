// Drives mtcute, unmodified, against datacenters on chosen ports.
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { serve, tell } from './wire.mjs'

const require = createRequire(new URL('../../peers/package.json', import.meta.url))
const load = async (name) => import(pathToFileURL(require.resolve(name)).href)
const { MemoryStorage, TelegramClient, NodeCryptoProvider } = await load('@mtcute/node')
const { addPublicKey } = await load('@mtcute/core/utils.js')
let client

await serve({
  async start({ dcs, publicKey, phone, code, password, username, firstName }) {
    const crypto = new NodeCryptoProvider()
    await crypto.initialize?.()
    addPublicKey(crypto, publicKey.pem)
    const main = { ipAddress: dcs[0].host, port: dcs[0].port, id: dcs[0].id }
    client = new TelegramClient({
      apiId: 1,
      apiHash: 'interop',
      storage: new MemoryStorage(),
      crypto,
      defaultDcs: { main, media: { ...main, mediaOnly: true } },
      logLevel: 1,
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
    // start() cannot sign up, so that is done step by step.
    await client.connect()
    let me
    try {
      me = await client.start({ phone, code: () => code, password: () => password })
    } catch (error) {
      if (!/sign ?up|SIGN_UP|not registered/i.test(String(error?.message))) throw error
      const sent = await client.sendCode({ phone })
      await client.signIn({ phone, phoneCodeHash: sent.phoneCodeHash, phoneCode: code }).catch(() => {})
      me = await client.signUp({ phone, phoneCodeHash: sent.phoneCodeHash, firstName })
      await client.startUpdatesLoop()
    }
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
    const { users } = await client.importContacts([{ phone, firstName }])
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
