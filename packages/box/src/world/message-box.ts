/**
 * Message boxes. A message of a private dialog or basic group is kept once; every account that has it has an id of its own for
 * it, from the account's own counter, and a place in one of its dialogs (core.telegram.org/api/updates: "the common
 * message box").
 */
import { isUser, type MarkedId, markChat } from './marked-id.ts'
import type { Chat } from './state.ts'
import type { Account, Dialog } from './state-account.ts'
import type { CommonMessage, MessageContent } from './state-message.ts'
import { log } from './update-log.ts'
import type { World } from './world.ts'

/** The dialog with a peer, begun if there was none. */
export function dialogWith(account: Account, peer: MarkedId): Dialog {
  let found = account.dialogs.get(peer)
  if (!found) {
    found = { ids: [], readInbox: 0, readOutbox: 0 }
    account.dialogs.set(peer, found)
  }
  return found
}

interface Recipient {
  account: Account
  /** The dialog in which this account sees the message. */
  peer: MarkedId
}

/** Everyone who gets a message that `from` sends to `to`, the sender first. */
function privateRecipients(from: Account, to: Account): Recipient[] {
  if (from === to) return [{ account: from, peer: from.id }]
  const sender = { account: from, peer: to.id }
  // The blocked one is not told: to them the message looks sent.
  return to.blocked.has(from.id) ? [sender] : [sender, { account: to, peer: from.id }]
}

export function postToUser(world: World, from: Account, to: Account, content: MessageContent): CommonMessage {
  return deliver(world, content, privateRecipients(from, to))
}

/** To all members, and to `also`: one who has just been removed still gets the message that says so. */
export function postToChat(world: World, chat: Chat, content: MessageContent, also?: Account): CommonMessage {
  const peer = markChat(chat.id)
  const recipients: Recipient[] = []
  const sender = content.from === undefined ? undefined : world.user(content.from)
  if (sender && (chat.members.has(sender.id) || sender === also)) recipients.push({ account: sender, peer })
  for (const id of chat.members.keys()) {
    const account = world.user(id)
    if (account && account !== sender) recipients.push({ account, peer })
  }
  if (also && also !== sender) recipients.push({ account: also, peer })
  return deliver(world, content, recipients)
}

function deliver(world: World, content: MessageContent, recipients: Recipient[]): CommonMessage {
  const message: CommonMessage = { ...content, number: world.state.nextMessageNumber++, copies: new Map() }
  world.state.messages.set(message.number, message)
  const repliedTo = message.reply && world.state.messages.get(message.reply.to)
  for (const { account, peer } of recipients) {
    const id = account.nextMessageId++
    message.copies.set(account.id, id)
    account.box.set(id, { number: message.number, peer, replyTo: repliedTo?.copies.get(account.id) })
    dialogWith(account, peer).ids.push(id)
  }
  // Logged when all copies stand: each view of the message needs the ids of the others.
  for (const { account } of recipients) {
    log(world, account, { kind: 'message', id: message.copies.get(account.id) ?? 0 })
  }
  return message
}

/** The message of this id in the account's box. */
export function commonMessage(world: World, account: Account, id: number): CommonMessage | undefined {
  const entry = account.box.get(id)
  return entry && world.state.messages.get(entry.number)
}

/** Tells everyone who has the message that it has changed. */
export function logEdit(world: World, message: CommonMessage): void {
  for (const [userId, id] of message.copies) log(world, world.account(userId), { kind: 'edit', id })
}

/** Removes messages from one account's box. Returns the ids that were there. */
export function removeFromBox(world: World, account: Account, ids: number[]): number[] {
  const removed = new Set<number>()
  const dialogs = new Set<MarkedId>()
  for (const id of ids) {
    const entry = account.box.get(id)
    if (!entry) continue
    account.box.delete(id)
    removed.add(id)
    dialogs.add(entry.peer)
    const message = world.state.messages.get(entry.number)
    message?.copies.delete(account.id)
    if (message?.copies.size === 0) world.state.messages.delete(entry.number)
  }
  for (const peer of dialogs) {
    const dialog = account.dialogs.get(peer)
    if (dialog) dialog.ids = dialog.ids.filter((id) => !removed.has(id))
  }
  const gone = [...removed]
  if (gone.length > 0) log(world, account, { kind: 'delete', ids: gone }, gone.length)
  return gone
}

/** Deletes for one account, or for everyone who has a copy. Returns what the account itself lost. */
export function deleteMessages(world: World, account: Account, ids: number[], forAll: boolean): number[] {
  const others = new Map<number, number[]>()
  if (forAll) {
    for (const id of ids) {
      const message = commonMessage(world, account, id)
      for (const [userId, theirs] of message?.copies ?? []) {
        if (userId !== account.id) others.set(userId, [...(others.get(userId) ?? []), theirs])
      }
    }
  }
  const gone = removeFromBox(world, account, ids)
  for (const [userId, theirs] of others) removeFromBox(world, world.account(userId), theirs)
  return gone
}

/** Incoming messages of a dialog that are not read. */
export function unreadCount(world: World, account: Account, peer: MarkedId): number {
  const dialog = account.dialogs.get(peer)
  if (!dialog || peer === account.id) return 0
  let count = 0
  for (let i = dialog.ids.length - 1; i >= 0; i--) {
    const id = dialog.ids[i] ?? 0
    if (id <= dialog.readInbox) break
    if (commonMessage(world, account, id)?.from !== account.id) count++
  }
  return count
}

/**
 * Marks a dialog as read up to a message. The account's other sessions learn that, and those whose messages have now
 * been read for the first time learn that their messages were. Returns how many pts the reader's box took.
 */
export function readDialog(world: World, reader: Account, peer: MarkedId, maxId: number): number {
  const dialog = reader.dialogs.get(peer)
  if (!dialog) return 0
  const last = dialog.ids.findLast((id) => maxId === 0 || id <= maxId) ?? 0
  if (last <= dialog.readInbox) return 0
  const readNow = dialog.ids.filter((id) => id > dialog.readInbox && id <= last)
  dialog.readInbox = last
  dialog.unreadMark = undefined
  log(world, reader, { kind: 'readInbox', peer, maxId: last, unread: unreadCount(world, reader, peer) })
  for (const [sender, id] of lastReadOfEach(world, reader, readNow)) {
    const theirPeer = isUser(peer) ? reader.id : peer
    const theirs = dialogWith(sender, theirPeer)
    if (id <= theirs.readOutbox) continue
    theirs.readOutbox = id
    log(world, sender, { kind: 'readOutbox', peer: theirPeer, maxId: id })
  }
  return 1
}

/** For each other sender among the messages read: the last of theirs, by their own id. */
function lastReadOfEach(world: World, reader: Account, ids: number[]): Map<Account, number> {
  const last = new Map<Account, number>()
  for (const id of ids) {
    const message = commonMessage(world, reader, id)
    const sender = message?.from === undefined ? undefined : world.user(message.from)
    const theirs = sender && message?.copies.get(sender.id)
    if (sender && sender !== reader && theirs !== undefined) last.set(sender, theirs)
  }
  return last
}
