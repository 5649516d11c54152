// Drives mtcute, unmodified, against datacenters on chosen ports.
import { createHash } from 'node:crypto'
import { addPublicKey } from '@mtcute/core/utils.js'
import {
  BotKeyboard,
  html,
  InputMedia,
  MemoryStorage,
  MtProxyTcpTransport,
  SearchFilters,
  TelegramClient,
} from '@mtcute/node'
import { serve, tell } from './wire.mjs'

let client

function seen({ raw, chat }) {
  const { document, photo } = raw.media ?? {}
  const size = photo?.sizes.filter(({ w }) => w).at(-1)
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
    forwarded: raw.fwdFrom !== undefined,
    album: raw.groupedId ? String(raw.groupedId) : null,
    ...(photo && { photo: { width: size.w, height: size.h, dc: photo.dcId } }),
    ...(document && { file: { size: document.size, dc: document.dcId } }),
  }
}

const reactionsOf = (reactions) => (reactions?.results ?? []).map(({ reaction }) => reaction.emoticon)

/** A client of the box. `proxy`: { host, port, secret } of an MTProxy; `pfs`: use temporary keys. */
function create({ dcs, publicKey, proxy, pfs = false }) {
  const sha1 = (data) => new Uint8Array(createHash('sha1').update(data).digest())
  addPublicKey({ sha1 }, publicKey.pem)
  const main = { ipAddress: dcs[0].host, port: dcs[0].port, id: dcs[0].id }
  return new TelegramClient({
    apiId: 1,
    apiHash: 'interop',
    storage: new MemoryStorage(),
    defaultDcs: { main, media: { ...main, mediaOnly: true } },
    logLevel: Number(process.env.PEER_LOG_LEVEL ?? 0),
    network: { usePfs: pfs },
    ...(proxy && { transport: new MtProxyTcpTransport(proxy) }),
  })
}

/**
 * mtcute is ready before it follows updates: it then asks where they stand, and what is missing since, and what came before the
 * second answer counts as seen. The same two questions, asked behind its own, are answered behind them.
 */
async function followsUpdates(made) {
  const { pts, qts, date } = await made.call({ _: 'updates.getState' })
  await made.call({ _: 'updates.getDifference', pts, qts, date })
}

/** A client that is signed in. */
async function signIn({ phone, code, password, ...network }) {
  const made = create(network)
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
    client.onUserTyping.add(({ chatId }) => tell('typing', { chat: chatId }))
    client.onRawUpdate.add(({ update }) => {
      if (update._ === 'updateMessageReactions')
        tell('reactions', { id: update.msgId, reactions: reactionsOf(update.reactions) })
    })
    const { username } = details
    const me = await client.getMe()
    await followsUpdates(client)
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
  // The same by a QR code, which another device scans.
  async visitByQr({ to, text, password, ...network }) {
    const visitor = create(network)
    const { id } = await visitor.signInQr({ onUrlUpdated: (url) => tell('qr', { url }), password })
    await visitor.sendText(to, text)
    await visitor.destroy()
    return { userId: id }
  },
  async scanQr({ url }) {
    const token = Buffer.from(url.split('token=')[1], 'base64url')
    await client.call({ _: 'auth.acceptLoginToken', token })
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
  async typing({ with: peer }) {
    await client.sendTyping(peer)
  },
  async forward({ from, ids, to }) {
    await client.forwardMessagesById({ fromChatId: from, messages: ids, toChatId: to })
  },
  async pin({ with: chatId, id: message }) {
    await client.pinMessage({ chatId, message, bothSides: true })
  },
  async pinned({ with: chatId }) {
    return (await client.searchMessages({ chatId, filter: SearchFilters.Pinned })).map(({ id }) => id)
  },
  async search({ with: chatId, query }) {
    return (await client.searchMessages({ chatId, query })).map(seen)
  },
  async sendPoll({ to, question, answers }) {
    return seen(await client.sendMedia(to, InputMedia.poll({ question, answers })))
  },
  async vote({ with: chatId, id: message, choice }) {
    await client.sendVote({ chatId, message, options: choice })
  },
  async poll({ with: peer, id }) {
    const [{ media }] = await client.getMessages(peer, id)
    return {
      question: media.question,
      answers: media.answers.map(({ text, voters }) => ({ text, voters: voters ?? 0 })),
    }
  },
  // Answers /start with buttons, and each button with what it says.
  async runBot({ token, buttons, ...network }) {
    const bot = create(network)
    await bot.start({ botToken: token })
    bot.onNewMessage.add((message) => {
      const keys = buttons.map((text) => BotKeyboard.callback(text, text))
      return bot.sendText(message.chat, 'choose', { replyMarkup: BotKeyboard.inline([keys]) })
    })
    bot.onCallbackQuery.add((query) => bot.answerCallbackQuery(query, { text: `you chose ${query.dataStr}` }))
    await followsUpdates(bot)
  },
  async press({ with: chatId, id, text }) {
    const [message] = await client.getMessages(chatId, id)
    const { data } = BotKeyboard.findButton(message.markup.buttons, text)
    const { message: answer } = await client.getCallbackAnswer({ chatId, message: id, data })
    return { answer }
  },
  async createGroup({ title, members }) {
    const { chat } = await client.createGroup({ title, users: members })
    return { chat: chat.id }
  },
  async createSupergroup({ title, about: description }) {
    return { chat: (await client.createSupergroup({ title, description })).id }
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
  async promote({ chat: chatId, username: userId }) {
    await client.editAdminRights({ chatId, userId, rights: { changeInfo: true } })
  },
  async ban({ chat: chatId, username: participantId }) {
    await client.banChatMember({ chatId, participantId })
  },
  async setTitle({ chat, title }) {
    await client.setChatTitle(chat, title)
  },
  async fullChat({ chat }) {
    const { bio, membersCount } = await client.getFullChat(chat)
    return { about: bio, members: membersCount }
  },
  async setAbout({ about: bio }) {
    await client.updateProfile({ bio })
  },
  async fullUser({ username }) {
    return { about: (await client.getFullUser(username)).bio }
  },
  async sendFile({ to, path, caption }) {
    return seen(await client.sendMedia(to, InputMedia.document(`file:${path}`, { caption })))
  },
  async sendPhoto({ to, path, caption }) {
    return seen(await client.sendMedia(to, InputMedia.photo(`file:${path}`, { caption })))
  },
  async sendAlbum({ to, paths, caption }) {
    const photos = paths.map((path, i) => InputMedia.photo(`file:${path}`, i === 0 ? { caption } : {}))
    await client.sendMediaGroup(to, photos)
  },
  // `from`: the datacenter to ask, if not the one that has the file.
  async download({ with: peer, id, from }) {
    const [message] = await client.getMessages(peer, id)
    const bytes = await client.downloadAsBuffer(message.media, from === undefined ? {} : { dcId: from })
    return { size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
  },
})
