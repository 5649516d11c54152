/** This client, driven by the same words as the others. It runs inside of the test, from its sources. */
import { createHash } from 'node:crypto'
import {
  type ChatEvent,
  inlineKeyboard,
  parseHtml,
  readBotQuery,
  type Session,
  SignUpNeededError,
  Telegram,
  type tl,
  toMarkedId,
} from 'telegram-mt'
import { Diary } from './diary.ts'
import type { Admission, Network, Requests, SeenEntity, SeenMessage } from './vocabulary.ts'

type Functions = {
  [R in keyof Requests]: (details: Requests[R]['asked']) => Promise<Requests[R]['given']>
}

export class OwnClient {
  readonly name = 'telegram-mt'
  readonly diary = new Diary(this.name)
  readonly #functions: Functions
  readonly #hosts: Telegram[] = []
  #session: Session | undefined

  constructor() {
    this.#functions = this.#words()
  }

  ask<R extends keyof Requests>(what: R, details: Requests[R]['asked']): Promise<Requests[R]['given']> {
    return this.#functions[what](details)
  }

  async stop(): Promise<void> {
    await Promise.all(this.#hosts.map((host) => host.close()))
  }

  get #my(): Session {
    if (this.#session === undefined) throw new Error('ask it to start first')
    return this.#session
  }

  async #connect({ dcs, publicKey }: Network): Promise<Session> {
    const host = new Telegram({
      apiId: 1,
      apiHash: 'interop',
      dcs: dcs.map(({ id, host, port }) => ({ id, addresses: [{ host, port }] })),
      publicKeys: [publicKey.pem],
      printMessages: false,
    })
    this.#hosts.push(host)
    const session = await host.connect({ dc: dcs[0]?.id ?? 1 })
    session.onEvent((event) => this.#note(session, event))
    return session
  }

  async #signIn({ phone, code, password, firstName, ...network }: Admission): Promise<Session> {
    const session = await this.#connect(network)
    await session.sendCode(phone)
    await session.signIn(phone, code, { password }).catch((error) => {
      if (!(error instanceof SignUpNeededError) || firstName === undefined) throw error
      return session.signUp(phone, { firstName })
    })
    return session
  }

  #note(session: Session, event: ChatEvent): void {
    if (session !== this.#session) return
    if (event.type === 'message' || event.type === 'edited') this.diary.add(event.type, seen(event.message))
    else if (event.type === 'deleted') this.diary.add('deleted', { ids: [...event.messageIds] })
    else if (event.type === 'reactions') {
      this.diary.add('reactions', { id: event.messageId, reactions: reactionsOf(event.reactions) })
    } else if (event.type === 'readByThem') {
      this.diary.add('read', { chat: toMarkedId(event.chat), upTo: event.upTo })
    } else if (event.type === 'typing') this.diary.add('typing', { chat: toMarkedId(event.chat) })
  }

  #words(): Functions {
    return {
      start: async ({ username, ...admission }) => {
        this.#session = await this.#signIn(admission)
        if (username !== undefined) await this.#my.api.account.updateUsername({ username })
        return { userId: this.#my.userId ?? 0 }
      },
      visit: async ({ to, text, ...admission }) => {
        const visitor = await this.#signIn(admission)
        await visitor.sendMessage(to, text)
        return { userId: visitor.userId ?? 0 }
      },
      visitByQr: async ({ to, text, password, ...network }) => {
        const visitor = await this.#connect(network)
        for await (const { url } of visitor.qrLogin({ password })) this.diary.add('qr', { url })
        await visitor.sendMessage(to, text)
        return { userId: visitor.userId ?? 0 }
      },
      scanQr: async ({ url }) => {
        await this.#my.account.acceptLogin(url)
      },
      dialogs: async () =>
        (await this.#my.getChats()).map(({ id, title, unreadCount }) => ({ id, title, unread: unreadCount })),
      contacts: async () =>
        (await this.#my.getContacts()).map(({ id, phone = '', firstName = '' }) => ({
          id,
          phone,
          firstName,
        })),
      addContact: async (contact) => (await this.#my.importContacts([contact])).map(({ id }) => id),
      send: async ({ to, html, replyTo }) =>
        seen(await this.#my.sendMessage(to, parseHtml(html), { replyTo })),
      history: async ({ with: chat, limit = 20, before }) =>
        (await this.#my.getHistory(chat, { limit, before })).map(seen),
      edit: async ({ with: chat, id, html }) => {
        await this.#my.editMessage(chat, id, parseHtml(html))
      },
      remove: ({ with: chat, ids }) => this.#my.deleteMessages(chat, ids, { revoke: true }),
      react: ({ with: chat, id, emoji }) => this.#my.messages.react(chat, id, emoji),
      read: ({ with: chat }) => this.#my.messages.markRead(chat),
      typing: ({ with: chat }) => this.#my.messages.sendAction(chat, 'typing'),
      forward: async ({ from, ids, to }) => {
        await this.#my.forwardMessages(from, ids, to)
      },
      pin: ({ with: chat, id }) => this.#my.messages.pin(chat, id),
      pinned: async ({ with: chat }) =>
        (await all(this.#my.messages.search(chat, { kind: 'pinned' }))).map(({ id }) => id),
      search: async ({ with: chat, query }) =>
        (await all(this.#my.messages.search(chat, { query }))).map(seen),
      sendPoll: async ({ to, question, answers }) =>
        seen(await this.#my.messages.sendPoll(to, { question, answers })),
      vote: async ({ with: chat, id, choice }) => {
        await this.#my.messages.vote(chat, id, choice)
      },
      poll: async ({ with: chat, id }) => {
        const { poll, answers } = await this.#my.messages.getPoll(chat, id)
        return {
          question: poll.question.text,
          answers: answers.map(({ text, voters }) => ({ text, voters })),
        }
      },
      runBot: async ({ token, buttons, ...network }) => {
        const bot = await this.#connect(network)
        const keys = buttons.map((text) => ({ text, data: text }))
        bot.onMessage(async ({ out, chatId }) => {
          if (!out) await bot.sendMessage(chatId, 'choose', { replyMarkup: inlineKeyboard([keys]) })
        })
        bot.onUpdate(async (delivery) => {
          const query = delivery.type === 'update' ? readBotQuery(delivery.update) : undefined
          if (query?.type !== 'callback') return
          await bot.bots.answerCallback(query.queryId, { text: `you chose ${query.text}` })
        })
        await bot.signInBot(token)
      },
      press: async ({ with: chat, id, text }) => {
        const result = await this.#my.messages.press(chat, id, text)
        return { answer: result.type === 'answer' ? (result.text ?? '') : '' }
      },
      createGroup: async ({ title, members }) => ({
        chat: (await this.#my.chats.createGroup(title, members)).id,
      }),
      createSupergroup: async ({ title, about }) => ({
        chat: (await this.#my.chats.createChannel({ kind: 'supergroup', title, about })).id,
      }),
      createChannel: async ({ title, username }) => {
        const { id } = await this.#my.chats.createChannel({ kind: 'channel', title })
        await this.#my.chats.setUsername(id, username)
        return { chat: id }
      },
      inviteLink: async ({ chat }) => ({ link: (await this.#my.chats.createInviteLink(chat)).link }),
      joinByLink: async ({ link }) => {
        await this.#my.chats.join(link)
      },
      joinByName: async ({ username }) => {
        await this.#my.chats.join(username)
      },
      leave: ({ chat }) => this.#my.chats.leave(chat),
      members: async ({ chat }) => (await all(this.#my.chats.members(chat))).map(({ id }) => id),
      promote: ({ chat, username }) =>
        this.#my.chats.setAdmin(chat, username, { rights: { changeInfo: true } }),
      ban: ({ chat, username }) => this.#my.chats.ban(chat, username),
      setTitle: ({ chat, title }) => this.#my.chats.setTitle(chat, title),
      fullChat: async ({ chat }) => {
        const full = await this.#my.chats.getFull(chat)
        const members = full._ === 'channelFull' ? full.participantsCount : undefined
        return { about: full.about, members: members ?? 0 }
      },
      setAbout: async ({ about }) => {
        await this.#my.api.account.updateProfile({ about })
      },
      fullUser: async ({ username }) => ({
        about: (await this.#my.chats.getFullUser(username)).about ?? '',
      }),
      sendFile: async ({ to, path, caption }) =>
        seen(await this.#my.media.sendDocument(to, path, { caption })),
      sendPhoto: async ({ to, path, caption }) => seen(await this.#my.media.sendPhoto(to, path, { caption })),
      sendAlbum: async ({ to, paths, caption }) => {
        const [first = '', ...rest] = paths
        const items = [{ file: first, caption }, ...rest.map((file) => ({ file }))]
        await this.#my.media.sendAlbum(
          to,
          items.map((item) => ({ ...item, kind: 'photo' as const })),
        )
      },
      download: async ({ with: chat, id, from }) => {
        const message = await this.#my.messages.get(chat, id)
        if (message?._ !== 'message' || message.media === undefined) throw new Error('no file in it')
        const bytes = await this.#my.media.download(
          from === undefined ? message : elsewhere(message.media, from),
        )
        return { size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
      },
    }
  }
}

/** A document as if another datacenter had it. */
function elsewhere(media: tl.MessageMedia, dc: number) {
  const document = media._ === 'messageMediaDocument' ? media.document : undefined
  if (document?._ !== 'document') throw new Error('no document')
  const { id, accessHash, fileReference, size } = document
  const location = { _: 'inputDocumentFileLocation' as const, id, accessHash, fileReference, thumbSize: '' }
  return { location, dc, size }
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const item of items) list.push(item)
  return list
}

function seen(message: tl.message | tl.messageService): SeenMessage {
  const { id, peerId, out = false, replyTo } = message
  const text = message._ === 'message' ? message : undefined
  const media = text?.media
  const document = media?._ === 'messageMediaDocument' ? media.document : undefined
  const photo = media?._ === 'messageMediaPhoto' ? media.photo : undefined
  return {
    id,
    chat: markedPeer(peerId),
    out,
    text: text?.message ?? '',
    entities: (text?.entities ?? []).map(seenEntity),
    replyTo: replyTo?._ === 'messageReplyHeader' ? (replyTo.replyToMsgId ?? null) : null,
    edited: text?.editDate !== undefined,
    reactions: reactionsOf(message.reactions),
    forwarded: text?.fwdFrom !== undefined,
    album: text?.groupedId === undefined ? null : String(text.groupedId),
    ...(photo?._ === 'photo' && { photo: { ...largest(photo), dc: photo.dcId } }),
    ...(document?._ === 'document' && { file: { size: document.size, dc: document.dcId } }),
  }
}

function largest({ sizes }: tl.photo): { width: number; height: number } {
  const size = sizes.findLast((one) => 'w' in one)
  return { width: size?.w ?? 0, height: size?.h ?? 0 }
}

function seenEntity(entity: tl.MessageEntity): SeenEntity {
  const { _: type, offset, length } = entity
  return {
    type,
    offset,
    length,
    ...('url' in entity && { url: entity.url }),
    ...('language' in entity && entity.language !== '' && { language: entity.language }),
  }
}

function reactionsOf(reactions: tl.MessageReactions | undefined): string[] {
  return (reactions?.results ?? []).flatMap(({ reaction }) =>
    reaction._ === 'reactionEmoji' ? [reaction.emoticon] : [],
  )
}

function markedPeer(peer: tl.Peer): number {
  if (peer._ === 'peerUser') return peer.userId
  if (peer._ === 'peerChat') return toMarkedId({ kind: 'chat', id: peer.chatId })
  return toMarkedId({ kind: 'channel', id: peer.channelId })
}
