/**
 * Random lives of a few accounts. Whatever they do: pushes never skip a pts or seq; who listened, who came late and who
 * was away all end up with the same box; and the boxes hold exactly what was sent to them and not deleted.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { tl } from '../generated/types.ts'
import { messageInBox } from '../world/view-message.ts'
import { type Device, TestBox } from './box-world.testing.ts'
import { Replica } from './replica.testing.ts'
import { RpcError } from './rpc-error.ts'

/** A message as the test believes it to be: its text and the accounts that should have it. */
interface Expected {
  text: string
  holders: Set<number>
}

interface Person {
  id: number
  /** Does things. */
  active: Device
  /** Only listens. */
  passive: Device
  live: Replica
  /** Took a nap at some time and catches up at the end. */
  sleepers: Replica[]
}

class Life {
  readonly box: TestBox
  readonly people: Person[]
  readonly groups: { chatId: number; members: Set<number> }[] = []
  readonly expected: Expected[] = []
  #texts = 0

  constructor() {
    this.box = new TestBox({ limits: { differenceSlice: 7 } })
    this.people = ['Ann', 'Bob', 'Carol', 'Dave'].map((firstName) => {
      const user = this.box.user({ firstName })
      const active = this.box.signedIn(user)
      const passive = this.box.signedIn(user)
      const live = new Replica(passive.call({ _: 'updates.getState' }))
      return { id: user.id, active, passive, live, sleepers: [new Replica(live)] }
    })
  }

  step(op: number, who: number, a: number, b: number): void {
    const me = pick(this.people, who)
    const other = pick(this.people, a)
    const group = this.groups.length > 0 ? pick(this.groups, a) : undefined
    try {
      operations[op % operations.length]?.(this, me, other, group, b)
    } catch (error) {
      // Random lives ask for much that is refused; only refusals are fine.
      if (!(error instanceof RpcError)) throw error
    }
    for (const person of this.people) {
      for (const pushed of person.passive.pushes.splice(0)) person.live.push(pushed)
      person.active.pushes.length = 0
    }
    this.box.now += b % 3 === 0 ? 1000 : 0
  }

  text(): string {
    return `text ${this.#texts++}`
  }

  peer(me: Person, other: Person): tl.InputPeer {
    return me === other
      ? { _: 'inputPeerSelf' }
      : { _: 'inputPeerUser', userId: other.id, accessHash: this.hash(me, other) }
  }

  inputUser(me: Person, other: Person): tl.InputUser {
    return { _: 'inputUser', userId: other.id, accessHash: this.hash(me, other) }
  }

  hash(me: Person, other: Person): bigint {
    return me.active.inputUser(this.box.world.account(other.id)).accessHash
  }

  ids(me: Person): number[] {
    return [...this.box.world.account(me.id).box.keys()]
  }

  find(me: Person, id: number): Expected | undefined {
    const message = messageInBox(this.box.world, this.box.world.account(me.id), id)
    return message?._ === 'message' ? this.expected.find((e) => e.text === message.message) : undefined
  }
}

type Group = Life['groups'][number]
type Operation = (life: Life, me: Person, other: Person, group: Group | undefined, n: number) => void

const say: Operation = (life, me, other, _, n) => {
  const text = life.text()
  const ids = life.ids(me)
  me.active.send(life.peer(me, other), text, {
    replyTo:
      n % 4 === 0 && ids.length > 0 ? { _: 'inputReplyToMessage', replyToMsgId: pick(ids, n) } : undefined,
  })
  life.expected.push({ text, holders: new Set([me.id, other.id]) })
}

const sayToGroup: Operation = (life, me, _, group) => {
  if (!group) return
  const text = life.text()
  me.active.send({ _: 'inputPeerChat', chatId: group.chatId }, text)
  life.expected.push({ text, holders: new Set(group.members) })
}

const operations: Operation[] = [
  say,
  say,
  sayToGroup,
  sayToGroup,
  (life, me, other) => {
    const made = me.active.call({
      _: 'messages.createChat',
      title: life.text(),
      users: life.people.filter((p) => p !== me && p !== other).map((p) => life.inputUser(me, p)),
    })
    const chatId = made.updates._ === 'updates' ? (made.updates.chats[0]?.id ?? 0) : 0
    const members = life.people.filter((p) => p === me || p !== other).map((p) => p.id)
    life.groups.push({ chatId, members: new Set(members) })
  },
  (life, me, _, __, n) => {
    const ids = life.ids(me)
    if (ids.length === 0) return
    const id = pick(ids, n)
    const message = life.find(me, id)
    const peerId = messageInBox(life.box.world, life.box.world.account(me.id), id)
    if (!message || peerId?._ !== 'message') return
    const text = life.text()
    me.active.call({
      _: 'messages.editMessage',
      peer: inputPeerOf(life, me, peerId.peerId),
      id,
      message: text,
    })
    message.text = text
  },
  (life, me, _, __, n) => {
    const ids = life.ids(me).filter((id) => id % 3 === n % 3)
    const revoke = n % 2 === 0
    const messages = ids.flatMap((id) => life.find(me, id) ?? [])
    me.active.call({ _: 'messages.deleteMessages', id: ids, revoke })
    for (const message of messages) {
      if (revoke) message.holders.clear()
      else message.holders.delete(me.id)
    }
  },
  (life, me, other, _, n) => {
    const dialog = life.box.world.account(me.id).dialogs.get(other.id)
    const revoke = n % 2 === 0
    const messages = dialog?.ids.flatMap((id) => life.find(me, id) ?? []) ?? []
    me.active.call({ _: 'messages.deleteHistory', peer: life.peer(me, other), maxId: 0, revoke })
    for (const message of messages) {
      if (revoke) message.holders.clear()
      else message.holders.delete(me.id)
    }
  },
  (life, me, other, _, n) => {
    me.active.call({ _: 'messages.readHistory', peer: life.peer(me, other), maxId: n % 2 === 0 ? 0 : n })
  },
  (_, me, __, group, n) => {
    if (!group) return
    const peer = { _: 'inputPeerChat', chatId: group.chatId } as const
    me.active.call({ _: 'messages.readHistory', peer, maxId: n % 2 === 0 ? 0 : n })
  },
  (life, me, other, group, n) => {
    const user = pick(life.people, n)
    if (!group) return
    me.active.call({
      _: 'messages.addChatUser',
      chatId: group.chatId,
      userId: life.inputUser(me, user),
      fwdLimit: 0,
    })
    group.members.add(user.id)
    other.active.pushes.length = 0
  },
  (life, me, _, group, n) => {
    const user = pick(life.people, n)
    if (!group) return
    me.active.call({ _: 'messages.deleteChatUser', chatId: group.chatId, userId: life.inputUser(me, user) })
    group.members.delete(user.id)
  },
  (life, me, other) => {
    const id = life.inputUser(me, other)
    me.active.call({ _: 'contacts.addContact', id, firstName: life.text(), lastName: '', phone: '' })
  },
  (life, me, other) => {
    const action = { _: 'sendMessageTypingAction' } as const
    me.active.call({ _: 'messages.setTyping', peer: life.peer(me, other), action })
  },
  (_, me) => {
    me.active.call({ _: 'account.updateStatus', offline: false })
  },
  (_, me) => {
    me.sleepers.push(new Replica(me.live))
  },
]

function inputPeerOf(life: Life, me: Person, peer: tl.Peer): tl.InputPeer {
  if (peer._ === 'peerChat') return { _: 'inputPeerChat', chatId: peer.chatId }
  const other = life.people.find((p) => peer._ === 'peerUser' && p.id === peer.userId)
  return other ? life.peer(me, other) : { _: 'inputPeerEmpty' }
}

function pick<T>(from: readonly T[], n: number): T {
  const found = from[n % from.length]
  if (found === undefined) throw new Error('nothing to pick from')
  return found
}

/** Everything in an account's box, asked for through the API. */
function truth(person: Person, ids: number[]): Map<number, tl.Message> {
  const got = person.passive.call({
    _: 'messages.getMessages',
    id: ids.map((id) => ({ _: 'inputMessageID' as const, id })),
  })
  if (got._ !== 'messages.messages') throw new Error(got._)
  return new Map(got.messages.map((m) => [m.id, m]))
}

const steps = fc.array(fc.tuple(fc.nat(operations.length - 1), fc.nat(3), fc.nat(20), fc.nat(20)), {
  maxLength: 120,
  size: 'max',
})

it('gives listeners and latecomers the same box, and each box what was sent', () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 9 }), (life, ptsLimit) => {
      const played = new Life()
      for (const [op, who, a, b] of life) played.step(op, who, a, b)
      for (const person of played.people) {
        const account = played.box.world.account(person.id)
        const boxed = truth(person, played.ids(person))
        expect(person.live.messages).toEqual(boxed)
        expect([person.live.pts, person.live.seq]).toEqual([account.pts, account.seq])
        for (const [peer, dialog] of account.dialogs) {
          const read = person.live.reads.get(peer) ?? { inbox: 0, outbox: 0 }
          expect(read).toEqual({ inbox: dialog.readInbox, outbox: dialog.readOutbox })
        }
        person.sleepers.forEach((sleeper, i) => {
          sleeper.catchUp(person.passive, i % 2 === 0 ? undefined : ptsLimit)
          expect(sleeper.messages).toEqual(boxed)
          expect(sleeper.reads).toEqual(person.live.reads)
          expect(sleeper.pts).toBe(account.pts)
        })
        const texts = [...boxed.values()].flatMap((m) => (m._ === 'message' ? [m.message] : []))
        const wanted = played.expected.filter((e) => e.holders.has(person.id)).map((e) => e.text)
        expect(texts.sort()).toEqual(wanted.sort())
      }
    }),
    { numRuns: 60 },
  )
})
