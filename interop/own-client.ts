/** This client, driven by the same words as the others. It runs inside of the test, from its sources. */
import { createHash } from 'node:crypto'
import {
  type ChatEvent,
  parseHtml,
  type Session,
  SignUpNeededError,
  Telegram,
  type tl,
  toMarkedId,
} from 'telegram-mt'
import { Diary } from './diary.ts'
import type { Admission, Requests, SeenEntity, SeenMessage } from './vocabulary.ts'

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

  async #signIn({ dcs, publicKey, phone, code, password, firstName }: Admission): Promise<Session> {
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
    }
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
      createGroup: async ({ title, members }) => ({ chat: (await this.#my.createGroup(title, members)).id }),
      createSupergroup: async ({ title }) =>
        chatOf(await this.#my.api.channels.createChannel({ title, about: '', megagroup: true })),
      createChannel: async ({ title, username }) => {
        const made = await this.#my.api.channels.createChannel({ title, about: '', broadcast: true })
        const { chat } = chatOf(made)
        await this.#my.api.channels.updateUsername({ channel: await this.#channel(chat), username })
        return { chat }
      },
      inviteLink: async ({ chat }) => {
        const peer = await this.#my.resolvePeer(chat)
        const invite = await this.#my.api.messages.exportChatInvite({ peer })
        return { link: invite._ === 'chatInviteExported' ? invite.link : '' }
      },
      joinByLink: async ({ link }) => {
        await this.#my.api.messages.importChatInvite({ hash: link.split('+')[1] ?? '' })
      },
      joinByName: async ({ username }) => {
        await this.#my.api.channels.joinChannel({ channel: await this.#channel(username) })
      },
      leave: async ({ chat }) => {
        await this.#my.api.channels.leaveChannel({ channel: await this.#channel(chat) })
      },
      members: async ({ chat }) => {
        const answer = await this.#my.api.channels.getParticipants({
          channel: await this.#channel(chat),
          filter: { _: 'channelParticipantsRecent' },
          offset: 0,
          limit: 100,
          hash: 0n,
        })
        return answer._ === 'channels.channelParticipants' ? answer.users.map(({ id }) => id) : []
      },
      sendFile: async ({ to, path, caption }) =>
        seen(await this.#my.media.sendDocument(to, path, { caption })),
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

  async #channel(chat: number | string): Promise<tl.inputChannel> {
    const peer = await this.#my.resolvePeer(chat)
    if (peer._ !== 'inputPeerChannel') throw new Error(`${chat} is no channel`)
    return { _: 'inputChannel', channelId: peer.channelId, accessHash: peer.accessHash }
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

function chatOf(updates: tl.Updates): { chat: number } {
  const chat = 'chats' in updates ? updates.chats[0] : undefined
  if (chat?._ !== 'channel') throw new Error('the answer names no channel')
  return { chat: toMarkedId({ kind: 'channel', id: chat.id }) }
}

function seen(message: tl.message | tl.messageService): SeenMessage {
  const { id, peerId, out = false, replyTo } = message
  const text = message._ === 'message' ? message : undefined
  const media = text?.media
  const document = media?._ === 'messageMediaDocument' ? media.document : undefined
  return {
    id,
    chat: markedPeer(peerId),
    out,
    text: text?.message ?? '',
    entities: (text?.entities ?? []).map(seenEntity),
    replyTo: replyTo?._ === 'messageReplyHeader' ? (replyTo.replyToMsgId ?? null) : null,
    edited: text?.editDate !== undefined,
    reactions: reactionsOf(message.reactions),
    ...(document?._ === 'document' && { file: { size: document.size, dc: document.dcId } }),
  }
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
