import { describe, expect, test } from 'vitest'
import type { tl } from '../layer.ts'
import type { PeerKey } from '../peers/marked-id.ts'
import type { ChatEvent } from './event-types.ts'
import { type EventLookup, eventsOf } from './events.ts'
import { channelChat, message, SELF } from './fixtures.testing.ts'
import { contentOf } from './message-content.ts'
import type { Origin, UpdateDelivery } from './types.ts'

const USER = { kind: 'user', id: 2 } as const
const GROUP = { kind: 'chat', id: 4 } as const
const CHANNEL = { kind: 'channel', id: 7 } as const
const peerUser: tl.Peer = { _: 'peerUser', userId: 2 }
const peerChat: tl.Peer = { _: 'peerChat', chatId: 4 }
const peerChannel: tl.Peer = { _: 'peerChannel', channelId: 7 }

function delivery(update: tl.Update, origin: Origin = 'push', chats: tl.Chat[] = []): UpdateDelivery {
  return {
    type: 'update',
    id: 'x',
    sequence: 0,
    position: undefined,
    users: [],
    chats,
    update,
    origin,
    date: 0,
  }
}

function events(update: tl.Update, lookup: EventLookup = {}, origin: Origin = 'push'): ChatEvent[] {
  return eventsOf(delivery(update, origin), { selfId: SELF, ...lookup })
}

function announced(one: tl.Message): tl.Update {
  return { _: 'updateNewMessage', message: one, pts: 1, ptsCount: 1 }
}

function service(action: tl.MessageAction, more: Partial<tl.messageService> = {}): tl.Update {
  return announced({
    _: 'messageService',
    id: 9,
    peerId: peerChat,
    fromId: peerUser,
    date: 0,
    action,
    ...more,
  })
}

function edit(one: tl.message): tl.Update {
  return { _: 'updateEditMessage', message: one, pts: 1, ptsCount: 1 }
}

describe('messages', () => {
  test('a new one', () => {
    const one = message(5)
    expect(events(announced(one))).toEqual([
      {
        type: 'message',
        id: 'x',
        chat: USER,
        messageId: 5,
        sender: USER,
        outgoing: false,
        elsewhere: false,
        message: one,
        content: contentOf(one),
      },
    ])
  })

  test('one of our own: from this session, or from another device', () => {
    const one = message(5, 0, { out: true, fromId: undefined })
    const sender = { kind: 'user', id: SELF }
    expect(events(announced(one), {}, 'result')).toMatchObject([{ outgoing: true, elsewhere: false, sender }])
    expect(events(announced(one))).toMatchObject([{ outgoing: true, elsewhere: true, sender }])
  })

  test('a post in a channel is of the channel', () => {
    expect(events(announced(message(5, 7, { fromId: undefined, post: true })))).toMatchObject([
      { chat: CHANNEL, sender: CHANNEL },
    ])
  })

  test('an empty one is none', () => {
    expect(events(announced({ _: 'messageEmpty', id: 3 }))).toEqual([])
  })

  test('deletions: by chat, as far as it is known', () => {
    const chats = new Map<number, PeerKey>([
      [1, USER],
      [2, GROUP],
      [3, USER],
    ])
    const update: tl.Update = { _: 'updateDeleteMessages', messages: [1, 2, 3, 99], pts: 4, ptsCount: 4 }
    expect(events(update, { chatOf: (id) => chats.get(id) })).toEqual([
      { type: 'deleted', id: 'x', chat: USER, messageIds: [1, 3] },
      { type: 'deleted', id: 'x/1', chat: GROUP, messageIds: [2] },
      { type: 'deleted', id: 'x/2', chat: undefined, messageIds: [99] },
    ])
    expect(
      events({ _: 'updateDeleteChannelMessages', channelId: 7, messages: [1], pts: 1, ptsCount: 1 }),
    ).toMatchObject([{ chat: CHANNEL, messageIds: [1] }])
  })
})

describe('edits', () => {
  const reactions: tl.MessageReactions = { _: 'messageReactions', results: [] }
  const original = message(5, 0, { editDate: 10 })
  const known: EventLookup = {
    contentOf: (chat, id) => (chat.id === 2 && id === 5 ? contentOf(original) : undefined),
  }

  test('of the text are edits', () => {
    expect(events(edit({ ...original, message: 'new' }), known)).toMatchObject([
      { type: 'edited', chat: USER, messageId: 5, message: { message: 'new' } },
    ])
  })

  test('of the formatting too', () => {
    const entities: tl.MessageEntity[] = [{ _: 'messageEntityBold', offset: 0, length: 1 }]
    expect(events(edit({ ...original, entities }), known)).toMatchObject([{ type: 'edited' }])
  })

  test('reactions, views, a loaded preview, buttons are none', () => {
    const webpage: tl.WebPage = { _: 'webPageEmpty', id: 3n }
    expect(events(edit({ ...original, views: 7, forwards: 2, editDate: 11 }), known)).toEqual([])
    expect(events(edit({ ...original, media: { _: 'messageMediaWebPage', webpage } }), known)).toEqual([])
    expect(events(edit({ ...original, reactions }), known)).toEqual([
      { type: 'reactions', id: 'x', chat: USER, messageId: 5, reactions },
    ])
  })

  test('of a message never seen: by the marks of the server', () => {
    expect(events(edit(message(6, 0, { editDate: 10 })))).toMatchObject([{ type: 'edited' }])
    expect(events(edit(message(6, 0, { editDate: 10, editHide: true, reactions })))).toMatchObject([
      { type: 'reactions' },
    ])
    expect(events(edit(message(6)))).toEqual([])
  })

  test('a photo is known by its id, whatever its references', () => {
    const photo = (id: bigint, reference: number): tl.message => ({
      ...original,
      media: {
        _: 'messageMediaPhoto',
        photo: {
          _: 'photo',
          id,
          accessHash: 1n,
          fileReference: new Uint8Array([reference]),
          date: 0,
          sizes: [],
          dcId: 1,
        },
      },
    })
    expect(contentOf(photo(1n, 1))).toBe(contentOf(photo(1n, 2)))
    expect(contentOf(photo(1n, 1))).not.toBe(contentOf(photo(2n, 1)))
    expect(contentOf(photo(1n, 1))).not.toBe(contentOf(original))
  })

  test('votes do not change a poll, a place that moves does change', () => {
    const poll: tl.Poll = {
      _: 'poll',
      id: 3n,
      question: { _: 'textWithEntities', text: '?', entities: [] },
      answers: [],
      hash: 0n,
    }
    const withPoll = (totalVoters: number): tl.message => ({
      ...original,
      media: { _: 'messageMediaPoll', poll, results: { _: 'pollResults', totalVoters } },
    })
    const at = (lat: number): tl.message => ({
      ...original,
      media: { _: 'messageMediaGeoLive', geo: { _: 'geoPoint', long: 1, lat, accessHash: 1n }, period: 60 },
    })
    expect(contentOf(withPoll(1))).toBe(contentOf(withPoll(2)))
    expect(contentOf(at(1))).not.toBe(contentOf(at(2)))
  })
})

describe('the rest', () => {
  test.each<[string, tl.Update, object[]]>([
    [
      'reactions',
      {
        _: 'updateMessageReactions',
        peer: peerChannel,
        msgId: 3,
        reactions: { _: 'messageReactions', results: [] },
      },
      [{ type: 'reactions', chat: CHANNEL, messageId: 3 }],
    ],
    [
      'one reaction, to a bot',
      {
        _: 'updateBotMessageReaction',
        peer: peerChat,
        msgId: 3,
        date: 0,
        actor: peerUser,
        oldReactions: [],
        newReactions: [{ _: 'reactionEmoji', emoticon: '👍' }],
        qts: 4,
      },
      [{ type: 'reactionBy', chat: GROUP, actor: USER, before: [], now: [{ emoticon: '👍' }] }],
    ],
    [
      'read by us',
      { _: 'updateReadHistoryInbox', peer: peerUser, maxId: 8, stillUnreadCount: 2, pts: 1, ptsCount: 1 },
      [{ type: 'readByUs', chat: USER, upTo: 8, unread: 2 }],
    ],
    [
      'read by us, in a channel',
      { _: 'updateReadChannelInbox', channelId: 7, maxId: 8, stillUnreadCount: 0, pts: 1 },
      [{ type: 'readByUs', chat: CHANNEL, upTo: 8, unread: 0 }],
    ],
    [
      'read by them',
      { _: 'updateReadHistoryOutbox', peer: peerUser, maxId: 8, pts: 1, ptsCount: 1 },
      [{ type: 'readByThem', chat: USER, upTo: 8 }],
    ],
    [
      'read by them, in a channel',
      { _: 'updateReadChannelOutbox', channelId: 7, maxId: 8 },
      [{ type: 'readByThem', chat: CHANNEL, upTo: 8 }],
    ],
    [
      'typing',
      { _: 'updateUserTyping', userId: 2, action: { _: 'sendMessageTypingAction' } },
      [{ type: 'typing', chat: USER, sender: USER, active: true }],
    ],
    [
      'typing no more, in a group',
      { _: 'updateChatUserTyping', chatId: 4, fromId: peerUser, action: { _: 'sendMessageCancelAction' } },
      [{ type: 'typing', chat: GROUP, sender: USER, active: false }],
    ],
    [
      'typing in a channel',
      {
        _: 'updateChannelUserTyping',
        channelId: 7,
        fromId: peerUser,
        action: { _: 'sendMessageTypingAction' },
      },
      [{ type: 'typing', chat: CHANNEL, sender: USER, active: true }],
    ],
    [
      'online',
      { _: 'updateUserStatus', userId: 2, status: { _: 'userStatusOnline', expires: 99 } },
      [{ type: 'presence', userId: 2, online: true, at: 99 }],
    ],
    [
      'offline',
      { _: 'updateUserStatus', userId: 2, status: { _: 'userStatusOffline', wasOnline: 98 } },
      [{ type: 'presence', userId: 2, online: false, at: 98 }],
    ],
    [
      'offline, hidden',
      { _: 'updateUserStatus', userId: 2, status: { _: 'userStatusRecently' } },
      [{ type: 'presence', userId: 2, online: false, at: undefined }],
    ],
    [
      'a poll',
      { _: 'updateMessagePoll', pollId: 3n, results: { _: 'pollResults' }, peer: peerChat, msgId: 6 },
      [{ type: 'poll', pollId: 3n, chat: GROUP, messageId: 6 }],
    ],
    [
      'a member more',
      { _: 'updateChatParticipantAdd', chatId: 4, userId: 5, inviterId: 2, date: 0, version: 1 },
      [{ type: 'members', chat: GROUP, joined: [5], left: [], by: 2 }],
    ],
    [
      'a member less',
      { _: 'updateChatParticipantDelete', chatId: 4, userId: 5, version: 1 },
      [{ type: 'members', chat: GROUP, joined: [], left: [5] }],
    ],
    [
      'all members',
      {
        _: 'updateChatParticipants',
        participants: {
          _: 'chatParticipants',
          chatId: 4,
          participants: [{ _: 'chatParticipantCreator', userId: 2 }],
          version: 1,
        },
      },
      [{ type: 'members', chat: GROUP, all: [2] }],
    ],
    [
      'somebody thrown out of a channel',
      {
        _: 'updateChannelParticipant',
        channelId: 7,
        date: 0,
        actorId: 2,
        userId: 5,
        prevParticipant: { _: 'channelParticipant', userId: 5, date: 0 },
        newParticipant: {
          _: 'channelParticipantBanned',
          left: true,
          peer: { _: 'peerUser', userId: 5 },
          kickedBy: 2,
          date: 0,
          bannedRights: { _: 'chatBannedRights', untilDate: 0 },
        },
        qts: 3,
      },
      [{ type: 'members', chat: CHANNEL, left: [5], joined: [], by: 2 }],
    ],
    ['settings', { _: 'updateConfig' }, []],
  ])('%s', (_name, update, expected) => {
    expect(events(update)).toMatchObject(expected)
    expect(events(update)).toHaveLength(expected.length)
  })

  test.each<[string, tl.MessageAction, object[]]>([
    [
      'created',
      { _: 'messageActionChatCreate', title: 'T', users: [5, 6] },
      [
        { type: 'chatTitle', title: 'T' },
        { type: 'members', joined: [2, 5, 6] },
      ],
    ],
    ['renamed', { _: 'messageActionChatEditTitle', title: 'U' }, [{ type: 'chatTitle', title: 'U' }]],
    [
      'photo',
      { _: 'messageActionChatEditPhoto', photo: { _: 'photoEmpty', id: 1n } },
      [{ type: 'chatPhoto', photo: { id: 1n } }],
    ],
    ['photo taken away', { _: 'messageActionChatDeletePhoto' }, [{ type: 'chatPhoto', photo: undefined }]],
    ['added', { _: 'messageActionChatAddUser', users: [5] }, [{ type: 'members', joined: [5], by: 2 }]],
    [
      'joined',
      { _: 'messageActionChatAddUser', users: [2] },
      [{ type: 'members', joined: [2], by: undefined }],
    ],
    [
      'left',
      { _: 'messageActionChatDeleteUser', userId: 2 },
      [{ type: 'members', left: [2], by: undefined }],
    ],
    ['by link', { _: 'messageActionChatJoinedByLink', inviterId: 5 }, [{ type: 'members', joined: [2] }]],
    ['pinned', { _: 'messageActionPinMessage' }, []],
  ])('service message: %s', (_name, action, expected) => {
    const [note, ...others] = events(service(action))
    expect(note).toMatchObject({ type: 'service', chat: GROUP, messageId: 9, sender: USER, action })
    expect(others).toMatchObject(expected)
    expect(others.map(({ id }) => id)).toEqual(expected.map((_one, at) => `x/${at + 1}`))
  })

  test('a chat that changed comes with what it is now', () => {
    const chats: tl.Chat[] = [{ _: 'chatEmpty', id: 7 }, channelChat(7)]
    expect(eventsOf(delivery({ _: 'updateChannel', channelId: 7 }, 'push', chats))).toMatchObject([
      { type: 'chatChanged', chat: CHANNEL, info: { _: 'channel' } },
    ])
  })

  test('gaps and losses', () => {
    const base = { id: 'g', sequence: 7, position: undefined, users: [], chats: [], channelId: 7 }
    expect(
      eventsOf({ ...base, type: 'gap', reason: 'tooLong', fromMessageId: 3, toMessageId: 9, messages: [] }),
    ).toEqual([
      {
        type: 'gap',
        id: 'g',
        reason: 'tooLong',
        chat: CHANNEL,
        fromMessageId: 3,
        toMessageId: 9,
        messages: [],
      },
    ])
    expect(eventsOf({ ...base, type: 'channelLost', reason: 'left' })).toEqual([
      { type: 'chatLost', id: 'g', chat: CHANNEL, reason: 'left' },
    ])
  })
})
