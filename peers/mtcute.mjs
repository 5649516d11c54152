// Drives mtcute, unmodified, against datacenters on chosen ports.
import { createHash } from 'node:crypto'
import { addPublicKey } from '@mtcute/core/utils.js'
import { html, InputMedia, MemoryStorage, MtProxyTcpTransport, TelegramClient } from '@mtcute/node'
import { serve, tell } from './wire.mjs'

let client

function seen({ raw, chat }) {
  const document = raw.media?.document
  return {
    id: raw.id,
    chat: chat.id,
    out: Boolean(raw.out),
    text: raw.message ?? '',
    entities: (raw.entities ?? []).map(({ _: type, offset, length, url, language }) => ({
      type,
      offset,
      length,
      ...(url && { url }),
      ...(language && { language }),
    })),
    replyTo: raw.replyTo?.replyToMsgId ?? null,
    edited: Boolean(raw.editDate),
    reactions: reactionsOf(raw.reactions),
    ...(document && { file: { size: document.size, dc: document.dcId } }),
  }
}

const reactionsOf = (reactions) => (reactions?.results ?? []).map(({ reaction }) => reaction.emoticon)

/** A client that is signed in. `proxy`: { host, port, secret } of an MTProxy; `pfs`: use temporary keys. */
async function signIn({ dcs, publicKey, phone, code, password, proxy, pfs = false }) {
  const sha1 = (data) => new Uint8Array(createHash('sha1').update(data).digest())
  addPublicKey({ sha1 }, publicKey.pem)
  const main = { ipAddress: dcs[0].host, port: dcs[0].port, id: dcs[0].id }
  const made = new TelegramClient({
    apiId: 1,
    apiHash: 'interop',
    storage: new MemoryStorage(),
    defaultDcs: { main, media: { ...main, mediaOnly: true } },
    logLevel: Number(process.env.PEER_LOG_LEVEL ?? 0),
    network: { usePfs: pfs },
    ...(proxy && { transport: new MtProxyTcpTransport(proxy) }),
  })
  await made.start({ phone, code: () => code, password: () => password })
  return made
}

await serve({
  // Signs in, sets a username by which the others find this account, and tells of what happens to it.
  async start(details) {
    client = await signIn(details)
    client.onNewMessage.add((message) => tell('message', seen(message)))
    client.onEditMessage.add((message) => tell('edited', seen(message)))
    client.onDeleteMessage.add(({ messageIds }) => tell('deleted', { ids: messageIds }))
    client.onHistoryRead.add((read) => {
      if (read.isOutbox) tell('read', { chat: read.chatId, upTo: read.maxReadId })
    })
    client.onRawUpdate.add(({ update }) => {
      if (update._ === 'updateMessageReactions')
        tell('reactions', { id: update.msgId, reactions: reactionsOf(update.reactions) })
    })
    const { username } = details
    const me = await client.getMe()
    if (username && me.username !== username) await client.setMyUsername(username)
    return { userId: me.id }
  },
  // Signs in to another account, says so to somebody, and leaves.
  async visit({ to, text, ...details }) {
    const visitor = await signIn(details)
    await visitor.sendText(to, text)
    const { id } = await visitor.getMe()
    await visitor.destroy()
    return { userId: id }
  },
  async dialogs() {
    const dialogs = []
    for await (const { peer, unreadCount } of client.iterDialogs({ limit: 100 })) {
      dialogs.push({ id: peer.id, title: peer.displayName, unread: unreadCount })
    }
    return dialogs
  },
  async contacts() {
    const contacts = await client.getContacts()
    return contacts.map(({ id, phoneNumber, firstName }) => ({ id, phone: phoneNumber, firstName }))
  },
  async addContact({ phone, firstName }) {
    const { users } = await client.importContacts([{ phone, firstName, lastName: '' }])
    return users.map((user) => user.id)
  },
  async send({ to, html: text, replyTo }) {
    return seen(await client.sendText(to, html(text), replyTo === undefined ? {} : { replyTo }))
  },
  async history({ with: peer, limit = 20, before }) {
    const offset = before === undefined ? {} : { offset: { id: before, date: 0 } }
    return (await client.getHistory(peer, { limit, ...offset })).map(seen)
  },
  async edit({ with: chatId, id: message, html: text }) {
    await client.editMessage({ chatId, message, text: html(text) })
  },
  async remove({ with: peer, ids }) {
    await client.deleteMessagesById(peer, ids, { revoke: true })
  },
  async react({ with: chatId, id: message, emoji }) {
    await client.sendReaction({ chatId, message, emoji })
  },
  async read({ with: peer }) {
    await client.readHistory(peer)
  },
  async createGroup({ title, members }) {
    const { chat } = await client.createGroup({ title, users: members })
    return { chat: chat.id }
  },
  async createSupergroup({ title }) {
    return { chat: (await client.createSupergroup({ title })).id }
  },
  async createChannel({ title, username }) {
    const { id } = await client.createChannel({ title })
    await client.setChatUsername(id, username)
    return { chat: id }
  },
  async inviteLink({ chat }) {
    return { link: (await client.exportInviteLink(chat)).link }
  },
  async joinByLink({ link }) {
    await client.joinChat(link)
  },
  async joinByName({ username }) {
    await client.joinChat(username)
  },
  async leave({ chat }) {
    await client.leaveChat(chat)
  },
  async members({ chat }) {
    return (await client.getChatMembers(chat)).map(({ user }) => user.id)
  },
  async sendFile({ to, path, caption }) {
    return seen(await client.sendMedia(to, InputMedia.document(`file:${path}`, { caption })))
  },
  // `from`: the datacenter to ask, if not the one that has the file.
  async download({ with: peer, id, from }) {
    const [message] = await client.getMessages(peer, id)
    const bytes = await client.downloadAsBuffer(message.media, from === undefined ? {} : { dcId: from })
    return { size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
  },
})
