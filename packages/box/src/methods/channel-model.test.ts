/**
 * Random lives of a supergroup. Its members come and go, write, edit and delete: what is pushed to a member never skips
 * a pts, and who was away has by getChannelDifference what the others have.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { tl } from '../generated/types.ts'
import { accessHash } from '../world/access-hash.ts'
import { createChannel } from '../world/channels.ts'
import { markChannel } from '../world/marked-id.ts'
import type { Account } from '../world/state-account.ts'
import type { Channel } from '../world/state-channel.ts'
import { type Device, TestBox } from './box-world.testing.ts'
import { RpcError } from './rpc-error.ts'

class ChannelReplica {
  pts: number
  readonly messages: Map<number, tl.Message>

  constructor(pts: number, messages: Iterable<[number, tl.Message]>) {
    this.pts = pts
    this.messages = new Map(messages)
  }

  push(update: tl.Update): void {
    if (!('pts' in update) || !('ptsCount' in update) || update.pts === undefined) return
    if (update.pts !== this.pts + update.ptsCount) {
      throw new Error(`${update._} with pts ${update.pts}, count ${update.ptsCount} came after ${this.pts}`)
    }
    this.pts = update.pts
    this.#apply(update)
  }

  catchUp(device: Device, channel: tl.inputChannel, limit: number): void {
    for (let round = 0; round < 1000; round++) {
      const got = device.call({
        _: 'updates.getChannelDifference',
        channel,
        filter: { _: 'channelMessagesFilterEmpty' },
        pts: this.pts,
        limit,
      })
      if (got._ === 'updates.channelDifferenceTooLong') throw new Error('too long')
      if (got._ === 'updates.channelDifference') {
        for (const message of got.newMessages) this.messages.set(message.id, message)
        for (const update of got.otherUpdates) this.#apply(update)
        if (got.pts <= this.pts) throw new Error('a slice stood still')
      }
      this.pts = got.pts
      if (got.final) return
    }
    throw new Error('the difference does not end')
  }

  #apply(update: tl.Update): void {
    if (update._ === 'updateNewChannelMessage') this.messages.set(update.message.id, update.message)
    if (update._ === 'updateEditChannelMessage' && this.messages.has(update.message.id)) {
      this.messages.set(update.message.id, update.message)
    }
    if (update._ === 'updateDeleteChannelMessages') for (const id of update.messages) this.messages.delete(id)
  }
}

interface Member {
  user: Account
  active: Device
  passive: Device
  live: ChannelReplica | undefined
  sleeper: ChannelReplica | undefined
}

class Life {
  readonly box = new TestBox({ limits: { channelDifferenceSlice: 5 } })
  readonly members: Member[]
  readonly channel: Channel
  #texts = 0

  constructor() {
    this.members = ['Ann', 'Bob', 'Carol'].map((firstName) => {
      const user = this.box.user({ firstName })
      const [active, passive] = [this.box.signedIn(user), this.box.signedIn(user)]
      return { user, active, passive, live: undefined, sleeper: undefined }
    })
    const [ann] = this.members
    this.channel = createChannel(this.box.world, ann!.user, { title: 'Talk', megagroup: true })
    this.box.world.outbox.clear()
    this.follow()
  }

  text(): string {
    return `text ${this.#texts++}`
  }

  input(member: Member): tl.inputChannel {
    const hash = accessHash(this.box.world, member.user, markChannel(this.channel.id))
    return { _: 'inputChannel', channelId: this.channel.id, accessHash: hash }
  }

  peer(member: Member): tl.inputPeerChannel {
    return { ...this.input(member), _: 'inputPeerChannel' }
  }

  truth(member: Member): Map<number, tl.Message> {
    const id = this.channel.ids.map((n) => ({ _: 'inputMessageID' as const, id: n }))
    const got = member.passive.call({ _: 'channels.getMessages', channel: this.input(member), id })
    if (got._ !== 'messages.channelMessages') throw new Error(got._)
    return new Map(got.messages.filter((m) => m._ !== 'messageEmpty').map((m) => [m.id, m]))
  }

  /** Who comes in follows from the moment on; who goes, no more. */
  follow(): void {
    for (const member of this.members) {
      const updates = member.passive.taken()
      if (!this.channel.members.has(member.user.id)) {
        member.live = undefined
        member.sleeper = undefined
      } else if (member.live) {
        for (const update of updates) member.live.push(update)
      } else {
        member.live = new ChannelReplica(this.channel.pts, this.truth(member))
        member.sleeper = new ChannelReplica(this.channel.pts, member.live.messages)
      }
      member.active.pushes.length = 0
    }
  }
}

const operations: ((life: Life, me: Member, other: Member, n: number) => void)[] = [
  (life, me) => void me.active.send(life.peer(me), life.text()),
  (life, me) => void me.active.send(life.peer(me), life.text()),
  (life, me, _, n) => {
    const id = life.channel.ids[n % Math.max(1, life.channel.ids.length)] ?? 0
    me.active.call({ _: 'messages.editMessage', peer: life.peer(me), id, message: life.text() })
  },
  (life, me, _, n) => {
    const id = life.channel.ids.filter((i) => i % 3 === n % 3)
    me.active.call({ _: 'channels.deleteMessages', channel: life.input(me), id })
  },
  (life, me, other) => {
    const users = [me.active.inputUser(other.user)]
    me.active.call({ _: 'channels.inviteToChannel', channel: life.input(me), users })
  },
  (life, me) => void me.active.call({ _: 'channels.leaveChannel', channel: life.input(me) }),
  (life, me, other, n) => {
    me.active.call({
      _: 'channels.editBanned',
      channel: life.input(me),
      participant: me.active.inputPeer(other.user),
      bannedRights: { _: 'chatBannedRights', viewMessages: n % 2 === 0, untilDate: 0 },
    })
  },
  (life, me, _, n) => {
    const maxId = life.channel.ids[n % Math.max(1, life.channel.ids.length)] ?? 0
    me.active.call({ _: 'channels.readHistory', channel: life.input(me), maxId })
  },
]

const steps = fc.array(fc.tuple(fc.nat(operations.length - 1), fc.nat(2), fc.nat(2), fc.nat(20)), {
  maxLength: 100,
  size: 'max',
})

it('shows members the same, whether they listen or catch up', () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 10 }), (played, limit) => {
      const life = new Life()
      for (const [op, who, whom, n] of played) {
        try {
          operations[op]?.(life, life.members[who]!, life.members[whom]!, n)
        } catch (error) {
          if (!(error instanceof RpcError)) throw error
        }
        life.follow()
      }
      for (const member of life.members) {
        if (!member.live || !member.sleeper) continue
        const truth = life.truth(member)
        expect(member.live.messages).toEqual(truth)
        expect(member.live.pts).toBe(life.channel.pts)
        member.sleeper.catchUp(member.passive, life.input(member), limit)
        expect(member.sleeper.messages).toEqual(truth)
        expect(member.sleeper.pts).toBe(life.channel.pts)
      }
    }),
    { numRuns: 60 },
  )
})
