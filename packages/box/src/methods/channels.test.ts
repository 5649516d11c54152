import { describe, expect, it } from 'vitest'
import type { tl } from '../generated/types.ts'
import { type Device, newMessages, refusal, TestBox, updatesOf } from './box-world.testing.ts'

function channelIn(updates: tl.Updates): tl.inputPeerChannel {
  const channel = updates._ === 'updates' ? updates.chats[0] : undefined
  if (channel?._ !== 'channel') throw new Error('no channel')
  return { _: 'inputPeerChannel', channelId: channel.id, accessHash: channel.accessHash ?? 0n }
}

const input = (peer: tl.inputPeerChannel): tl.inputChannel => ({ ...peer, _: 'inputChannel' })

/** Ann's supergroup or channel with Bob and Carol in it; Dave stands outside. */
function setting(kind: Partial<tl.channels.createChannel> = { megagroup: true }, limits = {}) {
  const box = new TestBox({ limits })
  const [ann, bob, carol, dave] = ['Ann', 'Bob', 'Carol', 'Dave'].map((firstName) => box.user({ firstName }))
  const people = { ann: ann!, bob: bob!, carol: carol!, dave: dave! }
  const [a, b, c, d] = Object.values(people).map((user) => box.signedIn(user))
  const devices = { a: a!, b: b!, c: c!, d: d! }
  const created = devices.a.call({ _: 'channels.createChannel', title: 'News', about: 'all of it', ...kind })
  const peer = channelIn(created)
  const channel = box.world.state.channels.get(peer.channelId)!
  const invited = devices.a.call({
    _: 'channels.inviteToChannel',
    channel: input(peer),
    users: [devices.a.inputUser(people.bob), devices.a.inputUser(people.carol)],
  })
  const peerOf = (device: Device) => channelIn(device.pushes.find((p) => p.chats[0]?._ === 'channel')!)
  const peers = { b: peerOf(devices.b), c: peerOf(devices.c) }
  for (const device of Object.values(devices)) device.taken()
  return { box, ...people, ...devices, created, invited, peer, peers, channel }
}

const nothing: tl.chatBannedRights = { _: 'chatBannedRights', untilDate: 0 }

describe('supergroups', () => {
  it('begin with a service message, and with one for those who are brought in', () => {
    const { created, invited, a, peer, bob, carol } = setting()
    expect(updatesOf(created)).toMatchObject([
      {
        _: 'updateNewChannelMessage',
        pts: 2,
        ptsCount: 1,
        message: { action: { _: 'messageActionChannelCreate' } },
      },
      { _: 'updateChannel' },
    ])
    expect(updatesOf(invited.updates)).toMatchObject([
      { message: { action: { _: 'messageActionChatAddUser', users: [bob.id] } } },
      { message: { action: { _: 'messageActionChatAddUser', users: [carol.id] } } },
    ])
    const full = a.call({ _: 'channels.getFullChannel', channel: input(peer) })
    expect(full.fullChat).toMatchObject({ participantsCount: 3, adminsCount: 1, pts: 4, about: 'all of it' })
  })

  it('give a message one id for all, and each reader their own view', () => {
    const { a, b, c, peers, bob } = setting()
    const sent = b.send(peers.b, 'hello')
    expect(sent).toMatchObject({ id: 4, out: true, fromId: { userId: bob.id } })
    for (const device of [a, c]) {
      const [message] = newMessages(device.taken())
      expect(message).toMatchObject({ id: 4, message: 'hello', out: undefined })
    }
    expect(a.call({ _: 'updates.getState' }).pts).toBe(1)
  })

  it('repeat a send by its first message', () => {
    const { b, c, peers } = setting()
    const request = { _: 'messages.sendMessage', peer: peers.b, message: 'once', randomId: 9n } as const
    const first = b.call(request)
    expect(updatesOf(b.call(request))).toEqual(updatesOf(first))
    expect(newMessages(c.taken())).toHaveLength(1)
  })

  it('are read by each member, and the writer learns of the first', () => {
    const { b, c, peers, channel } = setting()
    b.send(peers.b, 'one')
    const { id } = b.send(peers.b, 'two')
    const dialog = () =>
      c.call({ _: 'messages.getPeerDialogs', peers: [{ _: 'inputDialogPeer', peer: peers.c }] }).dialogs[0]
    // The service message that brought Carol in counts too.
    expect(dialog()).toMatchObject({ unreadCount: 3, topMessage: id, pts: channel.pts })
    expect(c.call({ _: 'channels.readHistory', channel: input(peers.c), maxId: id })).toBe(true)
    expect(dialog()).toMatchObject({ unreadCount: 0, readInboxMaxId: id })
    expect(b.taken()).toMatchObject([{ _: 'updateReadChannelOutbox', channelId: channel.id, maxId: id }])
  })

  it('are edited by authors and cleaned by admins', () => {
    const { a, b, c, peer, peers, channel } = setting()
    const { id } = b.send(peers.b, 'helo')
    const edit = (device: Device, at: tl.InputPeer) =>
      device.call({ _: 'messages.editMessage', peer: at, id, message: 'hello' })
    expect(refusal(() => edit(a, peer))).toBe('403 MESSAGE_AUTHOR_REQUIRED')
    expect(updatesOf(edit(b, peers.b))).toMatchObject([
      { _: 'updateEditChannelMessage', message: { message: 'hello' } },
    ])
    const remove = (device: Device, at: tl.inputPeerChannel) =>
      device.call({ _: 'channels.deleteMessages', channel: input(at), id: [id] })
    expect(refusal(() => remove(c, peers.c))).toBe('403 MESSAGE_DELETE_FORBIDDEN')
    c.taken()
    expect(remove(a, peer)).toEqual({ _: 'messages.affectedMessages', pts: channel.pts, ptsCount: 1 })
    expect(c.taken()).toEqual([
      {
        _: 'updateDeleteChannelMessages',
        channelId: channel.id,
        messages: [id],
        pts: channel.pts,
        ptsCount: 1,
      },
    ])
  })

  it('throw people out and let them back in', () => {
    const { a, b, peer, peers, bob, channel } = setting()
    const ban = (bannedRights: tl.chatBannedRights) =>
      a.call({ _: 'channels.editBanned', channel: input(peer), participant: a.inputPeer(bob), bannedRights })
    ban({ ...nothing, viewMessages: true })
    expect(b.pushes.at(-1)).toMatchObject({
      updates: [{ message: { action: { _: 'messageActionChatDeleteUser' } } }, { _: 'updateChannel' }],
      chats: [{ _: 'channelForbidden', id: channel.id }],
    })
    expect(refusal(() => b.send(peers.b, 'let me in'))).toBe('400 CHANNEL_PRIVATE')
    expect(
      a.call({
        _: 'channels.getParticipants',
        channel: input(peer),
        filter: { _: 'channelParticipantsKicked', q: '' },
        offset: 0,
        limit: 10,
        hash: 0n,
      }),
    ).toMatchObject({
      count: 1,
      participants: [{ _: 'channelParticipantBanned', left: true, peer: { userId: bob.id } }],
    })
    ban(nothing)
    a.call({ _: 'channels.inviteToChannel', channel: input(peer), users: [a.inputUser(bob)] })
    expect(b.send(peers.b, 'thanks').message).toBe('thanks')
  })

  it('restrict one member, or all, for a time', () => {
    const { a, b, c, box, peer, peers, bob } = setting()
    const untilDate = box.world.seconds() + 60
    a.call({
      _: 'channels.editBanned',
      channel: input(peer),
      participant: a.inputPeer(bob),
      bannedRights: { ...nothing, sendMessages: true, untilDate },
    })
    expect(refusal(() => b.send(peers.b, 'hm'))).toBe('400 USER_BANNED_IN_CHANNEL')
    box.now += 61_000
    b.send(peers.b, 'again')
    a.call({
      _: 'messages.editChatDefaultBannedRights',
      peer,
      bannedRights: { ...nothing, sendMessages: true },
    })
    expect(refusal(() => c.send(peers.c, 'hm'))).toBe('403 CHAT_WRITE_FORBIDDEN')
    expect(a.send(peer, 'admins still do').out).toBe(true)
  })

  it('make members wait in slow mode', () => {
    const { a, b, box, peer, peers } = setting()
    a.call({ _: 'channels.toggleSlowMode', channel: input(peer), seconds: 30 })
    b.send(peers.b, 'one')
    box.now += 10_000
    expect(refusal(() => b.send(peers.b, 'two'))).toBe('420 SLOWMODE_WAIT_20')
    a.send(peer, 'one')
    a.send(peer, 'two')
    box.now += 20_000
    expect(b.send(peers.b, 'two').message).toBe('two')
  })

  it('have admins with the rights they were given', () => {
    const { a, b, c, peer, peers, bob, carol } = setting()
    const title = (device: Device, at: tl.inputPeerChannel, text: string) =>
      device.call({ _: 'channels.editTitle', channel: input(at), title: text })
    expect(refusal(() => title(b, peers.b, 'Mine'))).toBe('400 CHAT_ADMIN_REQUIRED')
    a.call({
      _: 'channels.editAdmin',
      channel: input(peer),
      userId: a.inputUser(bob),
      adminRights: { _: 'chatAdminRights', changeInfo: true },
      rank: 'editor',
    })
    title(b, peers.b, 'Better news')
    expect(c.taken()).toMatchObject([{ message: { action: { title: 'Better news' } } }])
    expect(
      refusal(() =>
        b.call({
          _: 'channels.editAdmin',
          channel: input(peers.b),
          userId: b.inputUser(carol),
          adminRights: { _: 'chatAdminRights', changeInfo: true },
        }),
      ),
    ).toBe('400 CHAT_ADMIN_REQUIRED')
    expect(
      a.call({ _: 'channels.getParticipant', channel: input(peer), participant: a.inputPeer(bob) }),
    ).toMatchObject({
      participant: { _: 'channelParticipantAdmin', rank: 'editor', canEdit: true },
    })
  })

  it('hide what was said before one came, if so set', () => {
    const { a, d, peer, dave } = setting()
    a.call({ _: 'channels.togglePreHistoryHidden', channel: input(peer), enabled: true })
    const old = a.send(peer, 'among us')
    a.call({ _: 'channels.inviteToChannel', channel: input(peer), users: [a.inputUser(dave)] })
    const at = channelIn(d.pushes[0]!)
    const { messages } = d.call({
      _: 'channels.getMessages',
      channel: input(at),
      id: [{ _: 'inputMessageID', id: old.id }],
    }) as tl.messages.channelMessages
    expect(messages).toEqual([{ _: 'messageEmpty', id: old.id }])
    const history = d.call({
      _: 'messages.getHistory',
      peer: at,
      offsetId: 0,
      offsetDate: 0,
      addOffset: 0,
      limit: 10,
      maxId: 0,
      minId: 0,
      hash: 0n,
    })
    expect(history).toMatchObject({ count: 1, messages: [{ action: { _: 'messageActionChatAddUser' } }] })
  })
})

describe('channels of posts', () => {
  it('speak in their own name and count views', () => {
    const { a, b, peer, peers } = setting({ broadcast: true })
    const post = a.send(peer, 'news')
    expect(post).toMatchObject({ post: true, out: true, fromId: undefined, views: 1 })
    expect(newMessages(b.taken())).toMatchObject([{ post: true, out: undefined, message: 'news' }])
    expect(refusal(() => b.send(peers.b, 'me too'))).toBe('400 CHAT_ADMIN_REQUIRED')
    const views = b.call({ _: 'messages.getMessagesViews', peer: peers.b, id: [post.id], increment: true })
    expect(views.views).toMatchObject([{ views: 2 }])
  })

  it('are closed to who is not in them, and open with a username', () => {
    const { a, d, peer, channel } = setting({ broadcast: true })
    const hash = () => {
      const found = d.call({ _: 'contacts.resolveUsername', username: 'the_news' })
      return channelIn({ _: 'updates', updates: [], users: [], chats: found.chats, date: 0, seq: 0 })
    }
    expect(refusal(hash)).toBe('400 USERNAME_NOT_OCCUPIED')
    expect(refusal(() => d.call({ _: 'channels.getFullChannel', channel: input(peer) }))).toBe(
      '400 CHANNEL_INVALID',
    )
    a.call({ _: 'channels.updateUsername', channel: input(peer), username: 'the_news' })
    const open = hash()
    a.send(peer, 'read this')
    expect(
      d.call({
        _: 'messages.getHistory',
        peer: open,
        offsetId: 0,
        offsetDate: 0,
        addOffset: 0,
        limit: 1,
        maxId: 0,
        minId: 0,
        hash: 0n,
      }),
    ).toMatchObject({ messages: [{ message: 'read this' }] })
    expect(d.call({ _: 'channels.joinChannel', channel: input(open) })).toMatchObject({
      _: 'messages.chatInviteJoinResultOk',
      updates: { updates: [{ _: 'updateChannel' }], chats: [{ _: 'channel', left: undefined }] },
    })
    d.call({ _: 'channels.leaveChannel', channel: input(open) })
    a.call({ _: 'channels.updateUsername', channel: input(peer), username: '' })
    expect(refusal(() => d.call({ _: 'channels.joinChannel', channel: input(open) }))).toBe(
      '400 CHANNEL_PRIVATE',
    )
    expect(channel.members.size).toBe(3)
  })

  it('are gone for everyone when deleted', () => {
    const { a, b, peer, peers } = setting({ broadcast: true })
    expect(refusal(() => b.call({ _: 'channels.deleteChannel', channel: input(peers.b) }))).toBe(
      '400 CHAT_ADMIN_REQUIRED',
    )
    a.call({ _: 'channels.deleteChannel', channel: input(peer) })
    expect(b.pushes.at(-1)).toMatchObject({
      updates: [{ _: 'updateChannel' }],
      chats: [{ _: 'channelForbidden' }],
    })
    expect(refusal(() => b.call({ _: 'channels.getFullChannel', channel: input(peers.b) }))).toBe(
      '400 CHANNEL_PRIVATE',
    )
  })
})

describe('getChannelDifference', () => {
  const from = (peer: tl.inputPeerChannel, pts: number, limit = 100) =>
    ({
      _: 'updates.getChannelDifference',
      channel: input(peer),
      filter: { _: 'channelMessagesFilterEmpty' },
      pts,
      limit,
    }) as const

  it('tells what was missed, in slices', () => {
    const { a, b, peer, peers, channel } = setting()
    const start = channel.pts
    for (let i = 0; i < 5; i++) a.send(peer, `m${i}`)
    expect(b.call(from(peers.b, start, 2))).toMatchObject({
      _: 'updates.channelDifference',
      final: undefined,
      pts: start + 2,
      newMessages: [{ message: 'm0' }, { message: 'm1' }],
    })
    expect(b.call(from(peers.b, start + 2))).toMatchObject({
      final: true,
      pts: channel.pts,
      newMessages: [{}, {}, {}],
    })
    expect(b.call(from(peers.b, channel.pts))).toMatchObject({
      _: 'updates.channelDifferenceEmpty',
      final: true,
    })
  })

  it('gives up on a wide gap and shows the channel as it is', () => {
    const { a, b, peer, peers, channel } = setting({ megagroup: true }, { channelDifferenceMax: 3 })
    const start = channel.pts
    for (let i = 0; i < 5; i++) a.send(peer, `m${i}`)
    const got = b.call(from(peers.b, start, 2))
    expect(got).toMatchObject({
      _: 'updates.channelDifferenceTooLong',
      dialog: { pts: channel.pts, unreadCount: 7 },
      messages: [{ message: 'm4' }, { message: 'm3' }],
    })
  })

  it('is announced to who was away by the common difference', () => {
    const { a, b, box, peer, channel } = setting()
    box.now += 5000
    const { pts, date } = b.call({ _: 'updates.getState' })
    expect(b.call({ _: 'updates.getDifference', pts, date, qts: 0 })._).toBe('updates.differenceEmpty')
    box.now += 5000
    a.send(peer, 'while Bob was away')
    expect(b.call({ _: 'updates.getDifference', pts, date, qts: 0 })).toMatchObject({
      otherUpdates: [{ _: 'updateChannelTooLong', channelId: channel.id, pts: channel.pts }],
      chats: [{ _: 'channel', id: channel.id }],
    })
  })
})

describe('forums', () => {
  it('have topics, each with its thread', () => {
    const { a, b, peer, peers } = setting({ forum: true })
    const made = a.call({ _: 'messages.createForumTopic', peer, title: 'Ideas', randomId: 1n })
    const again = a.call({ _: 'messages.createForumTopic', peer, title: 'Ideas', randomId: 1n })
    const topicId = (updatesOf(made)[0] as tl.updateMessageID).id
    expect(updatesOf(again)).toEqual([{ _: 'updateMessageID', id: topicId, randomId: 1n }])
    b.taken()
    const said = b.send(peers.b, 'a good one', {
      replyTo: { _: 'inputReplyToMessage', replyToMsgId: topicId, topMsgId: topicId },
    })
    expect(said.replyTo).toMatchObject({ forumTopic: true, replyToMsgId: topicId, replyToTopId: topicId })
    const list = {
      _: 'messages.getForumTopics',
      peer,
      offsetDate: 0,
      offsetId: 0,
      offsetTopic: 0,
      limit: 10,
    } as const
    expect(a.call(list)).toMatchObject({
      count: 1,
      topics: [{ title: 'Ideas', topMessage: said.id, unreadCount: 1 }],
      messages: [{ message: 'a good one' }],
    })
    const replies = {
      _: 'messages.getReplies',
      peer,
      msgId: topicId,
      offsetId: 0,
      offsetDate: 0,
      addOffset: 0,
      limit: 10,
      maxId: 0,
      minId: 0,
      hash: 0n,
    } as const
    expect(a.call(replies)).toMatchObject({ messages: [{ message: 'a good one' }] })
    a.call({ _: 'messages.editForumTopic', peer, topicId, closed: true })
    expect(
      refusal(() =>
        b.send(peers.b, 'more', { replyTo: { _: 'inputReplyToMessage', replyToMsgId: topicId } }),
      ),
    ).toBe('400 TOPIC_CLOSED')
  })
})

describe('migration', () => {
  it('turns a group into a supergroup with the same members', () => {
    const { a, b, bob, box } = setting()
    const made = a.call({ _: 'messages.createChat', title: 'Small', users: [a.inputUser(bob)] })
    const chatId = made.updates._ === 'updates' ? made.updates.chats[0]!.id : 0
    b.taken()
    const answer = a.call({ _: 'messages.migrateChat', chatId })
    expect(updatesOf(answer)).toMatchObject([
      { _: 'updateNewMessage', message: { action: { _: 'messageActionChatMigrateTo' } } },
      { _: 'updateNewChannelMessage', message: { action: { _: 'messageActionChannelMigrateFrom', chatId } } },
      { _: 'updateChannel' },
    ])
    expect(b.taken()).toHaveLength(3)
    expect(refusal(() => b.send({ _: 'inputPeerChat', chatId }, 'here?'))).toBe('400 PEER_ID_INVALID')
    expect([...box.world.state.channels.values()].at(-1)).toMatchObject({ title: 'Small', megagroup: true })
    expect([...box.world.state.channels.values()].at(-1)?.members.size).toBe(2)
  })
})
