// GramJS and teleproto share their shape; this drives either of them, unmodified, against datacenters on chosen ports.
import { createRequire } from 'node:module'
import { serve, tell } from './wire.mjs'

export async function run(packageName) {
  const require = createRequire(import.meta.url)
  const { TelegramClient, Api, sessions, extensions } = require(packageName)
  const { NewMessage } = require(`${packageName}/events`)
  const { _serverKeys } = require(`${packageName}/crypto/RSA`)
  const bigInt = require('big-integer')
  let client

  const peerId = (peer) => Number(peer?.userId ?? peer?.chatId ?? peer?.channelId)

  await serve({
    // Connects, signs in (or up) and sets a username by which the others find this account.
    async start({ dcs, publicKey, phone, code, password, username, firstName }) {
      _serverKeys.set(publicKey.fingerprint, { n: bigInt(publicKey.n), e: publicKey.e })
      // Not a StringSession: that one cannot hold ports above 32767.
      const stored = new sessions.MemorySession()
      const first = dcs[0]
      stored.setDC(first.id, first.host, first.port)
      // The library insists on port 80 for its main connection, whatever help.getConfig says of ports; the session's
      // datacenter is what it means.
      class DatacenterSocket extends extensions.PromisedNetSockets {
        connect(port, host) {
          const main = dcs.find(({ id }) => id === client.session.dcId)
          return super.connect(port === 80 ? main.port : port, host)
        }
      }
      client = new TelegramClient(stored, 1, 'interop', {
        networkSocket: DatacenterSocket,
        connectionRetries: 5,
      })
      client.setLogLevel(process.env.PEER_LOG ?? 'none')
      await client.connect()
      await client.start({
        phoneNumber: phone,
        phoneCode: async () => code,
        password: async () => password,
        firstAndLastNames: async () => [firstName, ''],
        onError: async (error) => {
          throw error
        },
      })
      client.addEventHandler((event) => {
        const { message } = event
        tell('message', {
          messageId: message.id,
          text: message.message,
          out: Boolean(message.out),
          chat: peerId(message.peerId),
          kind: message.peerId?.className,
        })
      }, new NewMessage({}))
      const me = await client.getMe()
      if (username && me.username !== username)
        await client.invoke(new Api.account.UpdateUsername({ username }))
      return { userId: Number(me.id) }
    },
    async dialogs() {
      const dialogs = await client.getDialogs({ limit: 100 })
      return dialogs.map((d) => ({ id: Math.abs(Number(d.entity?.id ?? d.id)), title: d.title ?? d.name }))
    },
    async contacts() {
      const { users } = await client.invoke(new Api.contacts.GetContacts({ hash: bigInt.zero }))
      return users.map((u) => ({ id: Number(u.id), phone: u.phone }))
    },
    async addContact({ phone, firstName }) {
      const { users } = await client.invoke(
        new Api.contacts.ImportContacts({
          contacts: [new Api.InputPhoneContact({ clientId: bigInt(1), phone, firstName, lastName: '' })],
        }),
      )
      return users.map((u) => Number(u.id))
    },
    async send({ to, text }) {
      const message = await client.sendMessage(to, { message: text })
      return { messageId: message.id }
    },
    async history({ with: peer, limit = 20 }) {
      const messages = await client.getMessages(peer, { limit })
      return messages.map((m) => ({ messageId: m.id, text: m.message, out: Boolean(m.out) }))
    },
    async createGroup({ title, members }) {
      const users = await Promise.all(members.map((member) => client.getInputEntity(member)))
      await client.invoke(new Api.messages.CreateChat({ title, users }))
      const group = (await client.getDialogs({})).find((d) => d.title === title)
      return { chatId: Math.abs(Number(group.entity.id)) }
    },
    async sendToGroup({ chatId, text }) {
      await client.getDialogs({})
      const message = await client.sendMessage(new Api.PeerChat({ chatId: bigInt(chatId) }), {
        message: text,
      })
      return { messageId: message.id }
    },
    async edit({ with: peer, messageId, text }) {
      await client.editMessage(peer, { message: messageId, text })
    },
    async remove({ with: peer, messageIds }) {
      await client.deleteMessages(peer, messageIds, { revoke: true })
    },
    async stop() {
      await client.destroy()
    },
  })
}
