import { describe, expect, it } from 'vitest'
import type { tl } from '../generated/types.ts'
import { type Device, newMessages, refusal, TestBox, updatesOf } from './box-world.testing.ts'

function couple() {
  const box = new TestBox()
  const [ann, bob] = [box.user({ firstName: 'Ann' }), box.user({ firstName: 'Bob', username: 'bobby' })]
  return { box, ann, bob, a: box.signedIn(ann), b: box.signedIn(bob) }
}

const heart: tl.reactionEmoji = { _: 'reactionEmoji', emoticon: '❤' }
const thumb: tl.reactionEmoji = { _: 'reactionEmoji', emoticon: '👍' }

const list = (device: Device, more: Partial<tl.messages.getDialogs> = {}) => {
  const got = device.call({
    _: 'messages.getDialogs',
    offsetDate: 0,
    offsetId: 0,
    offsetPeer: { _: 'inputPeerEmpty' },
    limit: 20,
    hash: 0n,
    ...more,
  })
  if (got._ === 'messages.dialogsNotModified') throw new Error(got._)
  return got.dialogs.map((d) => (d.peer._ === 'peerUser' ? d.peer.userId : 0))
}

describe('reactions', () => {
  it('reach both sides and are no edit', () => {
    const { a, b, ann, bob } = couple()
    a.send({ _: 'inputPeerSelf' }, 'shifts the ids')
    const sent = a.send(bob, 'like me')
    const got = newMessages(b.taken())[0]!
    const [ptsA, ptsB] = [ann.pts, bob.pts]
    const react = (reaction: tl.Reaction[]) =>
      b.call({ _: 'messages.sendReaction', peer: b.inputPeer(ann), msgId: got.id, reaction })
    expect(updatesOf(react([heart]))).toMatchObject([
      { _: 'updateMessageReactions', msgId: got.id, reactions: { results: [{ count: 1, chosenOrder: 0 }] } },
    ])
    expect(a.taken()).toMatchObject([
      {
        _: 'updateMessageReactions',
        peer: { userId: bob.id },
        msgId: sent.id,
        reactions: { results: [{ reaction: heart, count: 1 }] },
      },
    ])
    expect([ann.pts, bob.pts]).toEqual([ptsA, ptsB])
    expect(refusal(() => react([heart]))).toBe('400 MESSAGE_NOT_MODIFIED')
    expect(refusal(() => react([{ _: 'reactionEmoji', emoticon: 'x' }]))).toBe('400 REACTION_INVALID')
    react([thumb])
    const who = {
      _: 'messages.getMessageReactionsList',
      peer: a.inputPeer(bob),
      id: sent.id,
      limit: 10,
    } as const
    expect(a.call(who)).toMatchObject({
      count: 1,
      reactions: [{ reaction: thumb, peerId: { userId: bob.id } }],
    })
    react([])
    const shown = a.call({ _: 'messages.getMessages', id: [{ _: 'inputMessageID', id: sent.id }] })
    expect(shown).toMatchObject({ messages: [{ reactions: undefined, editDate: undefined }] })
  })

  it('are told again to who was away', () => {
    const { a, b, ann, bob } = couple()
    a.send(bob, 'like me')
    const { pts, date } = a.call({ _: 'updates.getState' })
    b.call({ _: 'messages.sendReaction', peer: b.inputPeer(ann), msgId: 1, reaction: [heart] })
    expect(a.call({ _: 'updates.getDifference', pts, date, qts: 0 })).toMatchObject({
      otherUpdates: [{ _: 'updateMessageReactions' }],
    })
  })
})

describe('pinned messages', () => {
  it('are pinned for both with a word, or for oneself in silence', () => {
    const { a, b, bob } = couple()
    const { id } = a.send(bob, 'keep this')
    b.taken()
    const peer = a.inputPeer(bob)
    const pin = (more: object) => a.call({ _: 'messages.updatePinnedMessage', peer, id, ...more })
    expect(updatesOf(pin({}))).toMatchObject([
      { _: 'updatePinnedMessages', pinned: true, messages: [id], ptsCount: 1 },
      {
        _: 'updateNewMessage',
        message: { action: { _: 'messageActionPinMessage' }, replyTo: { replyToMsgId: id } },
      },
    ])
    expect(b.taken()).toMatchObject([{ _: 'updatePinnedMessages', messages: [1] }, { _: 'updateNewMessage' }])
    expect(refusal(() => pin({}))).toBe('400 CHAT_NOT_MODIFIED')
    expect(a.call({ _: 'users.getFullUser', id: a.inputUser(bob) }).fullUser.pinnedMsgId).toBe(id)
    expect(a.call({ _: 'messages.unpinAllMessages', peer })).toMatchObject({ ptsCount: 1, offset: 0 })
    expect(b.taken()).toMatchObject([{ _: 'updatePinnedMessages', pinned: undefined }])
    expect(updatesOf(pin({ pmOneside: true }))).toMatchObject([{ _: 'updatePinnedMessages' }])
    expect(b.taken()).toEqual([])
    const found = a.call({
      _: 'messages.search',
      peer,
      q: '',
      filter: { _: 'inputMessagesFilterPinned' },
      minDate: 0,
      maxDate: 0,
      offsetId: 0,
      addOffset: 0,
      limit: 5,
      maxId: 0,
      minId: 0,
      hash: 0n,
    })
    expect(found).toMatchObject({ messages: [{ id, pinned: true }] })
  })
})

describe('mentions', () => {
  it('are counted in groups, by username and by answers', () => {
    const { a, b, bob } = couple()
    const made = a.call({ _: 'messages.createChat', title: 'G', users: [a.inputUser(bob)] })
    const chatId = made.updates._ === 'updates' ? made.updates.chats[0]!.id : 0
    const peer: tl.inputPeerChat = { _: 'inputPeerChat', chatId }
    const own = b.send(peer, 'what I said')
    const seen = newMessages(a.taken()).at(-1)!
    b.taken()
    a.send(peer, 'hey @bobby')
    a.send(peer, 'right', { replyTo: { _: 'inputReplyToMessage', replyToMsgId: seen.id } })
    a.send(peer, 'nobody meant')
    expect(newMessages(b.taken()).map((m) => m.mentioned)).toEqual([true, true, undefined])
    const { dialogs } = b.call({ _: 'messages.getPeerDialogs', peers: [{ _: 'inputDialogPeer', peer }] })
    expect(dialogs).toMatchObject([{ unreadMentionsCount: 2, unreadCount: 4 }])
    expect(own.mentioned).toBeUndefined()
  })
})

describe('dialogs', () => {
  function three() {
    const { box, a } = couple()
    const others = ['X', 'Y', 'Z'].map((firstName) => box.user({ firstName }))
    for (const other of others) {
      box.now += 1000
      a.send(other, 'hi')
    }
    const [x, y, z] = others
    const second = box.signedIn(a.me)
    return { box, a, second, x: x!, y: y!, z: z! }
  }

  it('can be pinned to the top, in an order of one’s own', () => {
    const { a, second, x, y, z } = three()
    const peer = (user: typeof x): tl.inputDialogPeer => ({ _: 'inputDialogPeer', peer: a.inputPeer(user) })
    a.call({ _: 'messages.toggleDialogPin', peer: peer(x), pinned: true })
    a.call({ _: 'messages.toggleDialogPin', peer: peer(y), pinned: true })
    expect(list(a)).toEqual([y.id, x.id, z.id])
    expect(list(a, { excludePinned: true })).toEqual([z.id])
    a.call({ _: 'messages.reorderPinnedDialogs', folderId: 0, order: [peer(x), peer(y)], force: true })
    expect(list(a)).toEqual([x.id, y.id, z.id])
    a.call({ _: 'messages.toggleDialogPin', peer: peer(x) })
    expect(list(a)).toEqual([y.id, z.id, x.id])
    expect(second.taken().map((u) => u._)).toEqual([
      'updateDialogPinned',
      'updateDialogPinned',
      'updatePinnedDialogs',
      'updateDialogPinned',
    ])
  })

  it('can be archived, with a pts of its own', () => {
    const { a, x, y, z } = three()
    const pts = a.me.pts
    const answer = a.call({
      _: 'folders.editPeerFolders',
      folderPeers: [{ _: 'inputFolderPeer', peer: a.inputPeer(y), folderId: 1 }],
    })
    expect(updatesOf(answer)).toMatchObject([{ _: 'updateFolderPeers', pts: pts + 1, ptsCount: 1 }])
    expect(list(a, { folderId: 0 })).toEqual([z.id, x.id])
    expect(list(a, { folderId: 1 })).toEqual([y.id])
  })

  it('keep drafts until they are sent', () => {
    const { a, second, x } = three()
    const peer = a.inputPeer(x)
    a.call({ _: 'messages.saveDraft', peer, message: 'half a th' })
    expect(second.taken()).toMatchObject([{ _: 'updateDraftMessage', draft: { message: 'half a th' } }])
    expect(updatesOf(a.call({ _: 'messages.getAllDrafts' }))).toHaveLength(1)
    a.send(peer, 'half a thought', { clearDraft: true })
    expect(second.taken().map((u) => u._)).toEqual(['updateNewMessage', 'updateDraftMessage'])
    expect(updatesOf(a.call({ _: 'messages.getAllDrafts' }))).toHaveLength(0)
  })

  it('can be marked unread, muted and put in folders', () => {
    const { a, x } = three()
    const peer = a.inputPeer(x)
    a.call({ _: 'messages.markDialogUnread', peer: { _: 'inputDialogPeer', peer }, unread: true })
    expect(a.call({ _: 'messages.getDialogUnreadMarks' })).toMatchObject([{ peer: { userId: x.id } }])
    const muteUntil = 2_000_000_000
    a.call({
      _: 'account.updateNotifySettings',
      peer: { _: 'inputNotifyPeer', peer },
      settings: { _: 'inputPeerNotifySettings', muteUntil },
    })
    const { dialogs } = a.call({ _: 'messages.getPeerDialogs', peers: [{ _: 'inputDialogPeer', peer }] })
    expect(dialogs).toMatchObject([{ unreadMark: true, notifySettings: { muteUntil } }])
    const filter: tl.dialogFilter = {
      _: 'dialogFilter',
      id: 2,
      title: { _: 'textWithEntities', text: 'Work', entities: [] },
      pinnedPeers: [],
      includePeers: [peer],
      excludePeers: [],
    }
    a.call({ _: 'messages.updateDialogFilter', id: 2, filter })
    expect(a.call({ _: 'messages.getDialogFilters' }).filters).toMatchObject([
      { _: 'dialogFilterDefault' },
      { id: 2 },
    ])
    a.call({ _: 'messages.updateDialogFilter', id: 2 })
    expect(a.call({ _: 'messages.getDialogFilters' }).filters).toHaveLength(1)
  })
})
