// GramJS and teleproto share their shape; this drives either of them, unmodified, against datacenters on chosen ports.
import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { serve, tell } from './wire.mjs'

export async function run(packageName) {
  const require = createRequire(import.meta.url)
  const { TelegramClient, Api, sessions, utils } = require(packageName)
  const { NewMessage, Raw } = require(`${packageName}/events`)
  const { EditedMessage } = require(`${packageName}/events/EditedMessage`)
  const { DeletedMessage } = require(`${packageName}/events/DeletedMessage`)
  const { CallbackQuery } = require(`${packageName}/events/CallbackQuery`)
  const { Button } = require(`${packageName}/tl/custom/button`)
  const { ConnectionTCPFull } = require(`${packageName}/network`)
  const { _serverKeys } = require(`${packageName}/crypto/RSA`)
  const bigInt = require('big-integer')
  let client

  const marked = (peer) => Number(utils.getPeerId(peer))
  const tlName = (object) => object.className[0].toLowerCase() + object.className.slice(1)

  function seen(message) {
    const { document, photo } = message.media ?? {}
    const size = photo?.sizes.filter(({ w }) => w).at(-1)
    return {
      id: message.id,
      chat: marked(message.peerId),
      out: Boolean(message.out),
      text: message.message ?? '',
      entities: (message.entities ?? []).map((entity) => ({
        type: tlName(entity),
        offset: entity.offset,
        length: entity.length,
        ...(entity.url && { url: entity.url }),
        ...(entity.language && { language: entity.language }),
      })),
      replyTo: message.replyTo?.replyToMsgId ?? null,
      edited: Boolean(message.editDate),
      reactions: reactionsOf(message.reactions),
      forwarded: Boolean(message.fwdFrom),
      album: message.groupedId ? String(message.groupedId) : null,
      ...(photo && { photo: { width: size.w, height: size.h, dc: photo.dcId } }),
      ...(document && { file: { size: Number(document.size), dc: document.dcId } }),
    }
  }

  const reactionsOf = (reactions) => (reactions?.results ?? []).map(({ reaction }) => reaction.emoticon)

  /** A client on datacenters wherever they are. */
  async function connect({ dcs, publicKey }) {
    _serverKeys.set(publicKey.fingerprint, { n: bigInt(publicKey.n), e: publicKey.e })
    // Not a StringSession: that one cannot hold ports above 32767.
    const stored = new sessions.MemorySession()
    const first = dcs[0]
    stored.setDC(first.id, first.host, first.port)
    // The library insists on the ports 80 and 443, whatever help.getConfig says.
    class DatacenterConnection extends ConnectionTCPFull {
      constructor(options) {
        super({ ...options, port: dcs.find(({ id }) => id === options.dcId).port })
      }
    }
    const made = new TelegramClient(stored, 1, 'interop', {
      connection: DatacenterConnection,
      connectionRetries: 100,
      retryDelay: 100,
    })
    made.setLogLevel(process.env.PEER_LOG ?? 'none')
    await made.connect()
    return made
  }

  /** A client that is signed in, or up. */
  async function signIn({ phone, code, password, firstName, ...network }) {
    const made = await connect(network)
    await made.start({
      phoneNumber: phone,
      phoneCode: async () => code,
      password: async () => password,
      ...(firstName && { firstAndLastNames: async () => [firstName, ''] }),
      onError: async (error) => {
        throw error
      },
    })
    return made
  }

  const one = async (peer, id) => (await client.getMessages(peer, { ids: [id] }))[0]
  const chatOf = ({ chats }) => ({ chat: marked(chats[0]) })

  await serve({
    // Signs in (or up), sets a username by which the others find this account, and tells of what happens to it.
    async start(details) {
      client = await signIn(details)
      client.addEventHandler((event) => tell('message', seen(event.message)), new NewMessage({}))
      client.addEventHandler((event) => tell('edited', seen(event.message)), new EditedMessage({}))
      client.addEventHandler(
        (event) => tell('deleted', { ids: event.deletedIds.map(Number) }),
        new DeletedMessage({}),
      )
      client.addEventHandler(
        (update) => tell('reactions', { id: update.msgId, reactions: reactionsOf(update.reactions) }),
        new Raw({ types: [Api.UpdateMessageReactions] }),
      )
      client.addEventHandler(
        (update) => tell('read', { chat: marked(update.peer), upTo: update.maxId }),
        new Raw({ types: [Api.UpdateReadHistoryOutbox] }),
      )
      client.addEventHandler(
        (update) => tell('typing', { chat: Number(update.userId) }),
        new Raw({ types: [Api.UpdateUserTyping] }),
      )
      const me = await client.getMe()
      const { username } = details
      if (username && me.username !== username)
        await client.invoke(new Api.account.UpdateUsername({ username }))
      return { userId: Number(me.id) }
    },
    // Signs in to another account, says so to somebody, and leaves.
    async visit({ to, text, ...details }) {
      const visitor = await signIn(details)
      await visitor.sendMessage(to, { message: text })
      const { id } = await visitor.getMe()
      await visitor.destroy()
      return { userId: Number(id) }
    },
    // The same by a QR code, which another device scans.
    async visitByQr({ to, text, password, ...network }) {
      const visitor = await connect(network)
      const { id } = await visitor.signInUserWithQrCode(
        { apiId: 1, apiHash: 'interop' },
        {
          qrCode: async ({ token }) => tell('qr', { url: `tg://login?token=${token.toString('base64url')}` }),
          password: async () => password,
          onError: async (error) => {
            throw error
          },
        },
      )
      await visitor.sendMessage(to, { message: text })
      await visitor.destroy()
      return { userId: Number(id) }
    },
    async scanQr({ url }) {
      const token = Buffer.from(url.split('token=')[1], 'base64url')
      await client.invoke(new Api.auth.AcceptLoginToken({ token }))
    },
    async dialogs() {
      const dialogs = await client.getDialogs({ limit: 100 })
      return dialogs.map((d) => ({ id: Number(d.id), title: d.title ?? d.name, unread: d.unreadCount }))
    },
    async contacts() {
      const { users } = await client.invoke(new Api.contacts.GetContacts({ hash: bigInt.zero }))
      return users.map((u) => ({ id: Number(u.id), phone: u.phone, firstName: u.firstName }))
    },
    async addContact({ phone, firstName }) {
      const { users } = await client.invoke(
        new Api.contacts.ImportContacts({
          contacts: [new Api.InputPhoneContact({ clientId: bigInt(1), phone, firstName, lastName: '' })],
        }),
      )
      return users.map((u) => Number(u.id))
    },
    async send({ to, html, replyTo }) {
      return seen(await client.sendMessage(to, { message: html, parseMode: 'html', replyTo }))
    },
    async history({ with: peer, limit = 20, before = 0 }) {
      return (await client.getMessages(peer, { limit, offsetId: before })).map(seen)
    },
    async edit({ with: peer, id, html }) {
      await client.editMessage(peer, { message: id, text: html, parseMode: 'html' })
    },
    async remove({ with: peer, ids }) {
      await client.deleteMessages(peer, ids, { revoke: true })
    },
    async react({ with: peer, id, emoji }) {
      const reaction = [new Api.ReactionEmoji({ emoticon: emoji })]
      await client.invoke(new Api.messages.SendReaction({ peer, msgId: id, reaction }))
    },
    async read({ with: peer }) {
      await client.markAsRead(peer)
    },
    async typing({ with: peer }) {
      await client.invoke(new Api.messages.SetTyping({ peer, action: new Api.SendMessageTypingAction() }))
    },
    async forward({ from, ids, to }) {
      await client.forwardMessages(to, { messages: ids, fromPeer: from })
    },
    async pin({ with: peer, id }) {
      await client.pinMessage(peer, id)
    },
    async pinned({ with: peer }) {
      const filter = new Api.InputMessagesFilterPinned()
      return (await client.getMessages(peer, { limit: 100, filter })).map(({ id }) => id)
    },
    async search({ with: peer, query }) {
      return (await client.getMessages(peer, { limit: 100, search: query })).map(seen)
    },
    async sendPoll({ to, question, answers }) {
      const words = (text) => new Api.TextWithEntities({ text, entities: [] })
      const poll = new Api.Poll({
        id: bigInt(1),
        question: words(question),
        answers: answers.map(
          (text, option) => new Api.PollAnswer({ text: words(text), option: Buffer.from([option]) }),
        ),
      })
      return seen(await client.sendMessage(to, { file: new Api.InputMediaPoll({ poll }) }))
    },
    async vote({ with: peer, id, choice }) {
      const { poll } = (await one(peer, id)).media
      const options = [poll.answers[choice].option]
      await client.invoke(new Api.messages.SendVote({ peer, msgId: id, options }))
    },
    async poll({ with: peer, id }) {
      const { poll, results } = (await one(peer, id)).media
      const voters = (option) => results.results?.find((r) => r.option.equals(option))?.voters ?? 0
      return {
        question: poll.question.text,
        answers: poll.answers.map(({ text, option }) => ({ text: text.text, voters: voters(option) })),
      }
    },
    // Answers /start with buttons, and each button with what it says.
    async runBot({ token, buttons, ...network }) {
      const bot = await connect(network)
      await bot.start({ botAuthToken: token })
      bot.addEventHandler(
        async ({ message }) => {
          const keys = buttons.map((text) => Button.inline(text, Buffer.from(text)))
          await bot.sendMessage(message.peerId, { message: 'choose', buttons: [keys] })
        },
        new NewMessage({ incoming: true }),
      )
      bot.addEventHandler(
        (query) => query.answer({ message: `you chose ${query.data.toString()}` }),
        new CallbackQuery({}),
      )
    },
    async press({ with: peer, id, text }) {
      const answer = await (await one(peer, id)).click({ text })
      return { answer: answer.message }
    },
    async createGroup({ title, members }) {
      const users = await Promise.all(members.map((member) => client.getInputEntity(member)))
      const { updates } = await client.invoke(new Api.messages.CreateChat({ title, users }))
      return chatOf(updates)
    },
    async createSupergroup({ title, about = '' }) {
      return chatOf(await client.invoke(new Api.channels.CreateChannel({ title, about, megagroup: true })))
    },
    async createChannel({ title, username }) {
      const made = await client.invoke(new Api.channels.CreateChannel({ title, about: '', broadcast: true }))
      await client.invoke(new Api.channels.UpdateUsername({ channel: made.chats[0], username }))
      return chatOf(made)
    },
    async inviteLink({ chat }) {
      return { link: (await client.invoke(new Api.messages.ExportChatInvite({ peer: chat }))).link }
    },
    async joinByLink({ link }) {
      await client.invoke(new Api.messages.ImportChatInvite({ hash: link.split('+')[1] }))
    },
    async joinByName({ username }) {
      await client.invoke(new Api.channels.JoinChannel({ channel: username }))
    },
    async leave({ chat }) {
      await client.invoke(new Api.channels.LeaveChannel({ channel: chat }))
    },
    async members({ chat }) {
      return (await client.getParticipants(chat, {})).map(({ id }) => Number(id))
    },
    async promote({ chat: channel, username: userId }) {
      const adminRights = new Api.ChatAdminRights({ changeInfo: true })
      await client.invoke(new Api.channels.EditAdmin({ channel, userId, adminRights, rank: '' }))
    },
    async ban({ chat: channel, username: participant }) {
      const bannedRights = new Api.ChatBannedRights({ viewMessages: true, untilDate: 0 })
      await client.invoke(new Api.channels.EditBanned({ channel, participant, bannedRights }))
    },
    async setTitle({ chat: channel, title }) {
      await client.invoke(new Api.channels.EditTitle({ channel, title }))
    },
    async fullChat({ chat: channel }) {
      const { fullChat } = await client.invoke(new Api.channels.GetFullChannel({ channel }))
      return { about: fullChat.about, members: fullChat.participantsCount }
    },
    async setAbout({ about }) {
      await client.invoke(new Api.account.UpdateProfile({ about }))
    },
    async fullUser({ username: id }) {
      const { fullUser } = await client.invoke(new Api.users.GetFullUser({ id }))
      return { about: fullUser.about ?? '' }
    },
    async sendFile({ to, path, caption }) {
      return seen(await client.sendFile(to, { file: path, caption, forceDocument: true, workers: 4 }))
    },
    async sendPhoto({ to, path, caption }) {
      return seen(await client.sendFile(to, { file: path, caption }))
    },
    async sendAlbum({ to, paths, caption }) {
      await client.sendFile(to, { file: paths, caption: [caption] })
    },
    // `from`: the datacenter to ask, if not the one that has the file.
    async download({ with: peer, id, from }) {
      const message = await one(peer, id)
      const { document } = message.media
      const bytes =
        from === undefined
          ? await client.downloadMedia(message, {})
          : await client.downloadFile(
              new Api.InputDocumentFileLocation({
                id: document.id,
                accessHash: document.accessHash,
                fileReference: document.fileReference,
                thumbSize: '',
              }),
              { dcId: from, fileSize: document.size },
            )
      return { size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
    },
  })
}
