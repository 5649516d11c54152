/** Short ways to write updates, for the tests of this folder. */
import type { tl } from '../layer.ts'
import { UpdateEngine } from './engine.ts'
import type { Delivery, DifferenceRequest, EngineOptions, UpdateState } from './types.ts'

export const SELF = 1
export const START = 1_700_000_000_000
export const DATE = START / 1000

export function user(id: number, min?: true): tl.user {
  return { _: 'user', id, min }
}

export function channelChat(id: number, more: Partial<tl.channel> = {}): tl.channel {
  return { _: 'channel', id, accessHash: 5n, title: '', photo: { _: 'chatPhotoEmpty' }, date: 0, ...more }
}

/** A message of user 2 in the private chat with them, or in a channel. */
export function message(id: number, channelId = 0, more: Partial<tl.message> = {}): tl.message {
  const peerId: tl.Peer = channelId === 0 ? { _: 'peerUser', userId: 2 } : { _: 'peerChannel', channelId }
  return {
    _: 'message',
    id,
    peerId,
    fromId: { _: 'peerUser', userId: 2 },
    date: DATE,
    message: `m${id}`,
    ...more,
  }
}

/** "New message `id`" as the event that brings the sequence to `pts`. */
export function fresh(id: number, pts: number, channelId = 0, more: Partial<tl.message> = {}): tl.Update {
  const _ = channelId === 0 ? 'updateNewMessage' : 'updateNewChannelMessage'
  return { _, message: message(id, channelId, more), pts, ptsCount: 1 }
}

export function container(updates: tl.Update[], more: Partial<tl.updates> = {}): tl.updates {
  return { _: 'updates', updates, users: [], chats: [], date: DATE, seq: 0, ...more }
}

export function reaction(msgId: number, peer: tl.Peer = { _: 'peerUser', userId: 2 }): tl.Update {
  return { _: 'updateMessageReactions', peer, msgId, reactions: { _: 'messageReactions', results: [] } }
}

export function stateOf(pts: number, more: Partial<tl.updates.state> = {}): tl.updates.state {
  return { _: 'updates.state', pts, qts: 0, date: DATE + 60, seq: 10, unreadCount: 0, ...more }
}

export function difference(
  state: tl.updates.state,
  newMessages: tl.Message[] = [],
  otherUpdates: tl.Update[] = [],
  more: { users?: tl.User[]; chats?: tl.Chat[] } = {},
): tl.updates.difference {
  const { users = [], chats = [] } = more
  return { _: 'updates.difference', newMessages, newEncryptedMessages: [], otherUpdates, users, chats, state }
}

export function slice(state: tl.updates.state, newMessages: tl.Message[]): tl.updates.differenceSlice {
  const content = { newMessages, newEncryptedMessages: [], otherUpdates: [], users: [], chats: [] }
  return { _: 'updates.differenceSlice', ...content, intermediateState: state }
}

export function channelDifference(
  pts: number,
  newMessages: tl.Message[],
  more: Partial<tl.updates.channelDifference> = {},
): tl.updates.channelDifference {
  const content = { newMessages, otherUpdates: [], chats: [], users: [] }
  return { _: 'updates.channelDifference', final: true, pts, ...content, ...more }
}

export function channelTooLong(
  channelId: number,
  pts: number | undefined,
  topMessage: number,
): tl.updates.channelDifferenceTooLong {
  const peer: tl.Peer = { _: 'peerChannel', channelId }
  const counts = { unreadCount: 0, unreadMentionsCount: 0, unreadReactionsCount: 0, unreadPollVotesCount: 0 }
  const read = { readInboxMaxId: 0, readOutboxMaxId: 0, notifySettings: { _: 'peerNotifySettings' as const } }
  const dialog: tl.dialog = { _: 'dialog', peer, topMessage, ...counts, ...read, pts }
  const messages = [message(topMessage, channelId)]
  return { _: 'updates.channelDifferenceTooLong', final: true, dialog, messages, chats: [], users: [] }
}

export function saved(
  pts: number,
  channels: [number, number][] = [],
  more: Partial<UpdateState> = {},
): UpdateState {
  const points = new Map(channels.map(([id, channelPts]) => [id, { pts: channelPts, top: 0 }]))
  return { pts, qts: 0, seq: 0, date: DATE, top: 0, ...more, channels: points }
}

/** What was handed out, in short: update ids, gaps and losses. Positions alone are left out. */
export function told(deliveries: readonly Delivery[]): string[] {
  return deliveries.filter(({ type }) => type !== 'position').map(({ id }) => id)
}

/** An engine with a clock and a collected record of what it handed out. */
export class Bench {
  now = START
  readonly engine: UpdateEngine
  readonly deliveries: Delivery[] = []

  constructor(state: UpdateState | undefined, options: EngineOptions = {}) {
    this.engine = new UpdateEngine(state, { selfId: SELF, ...options }, this.now)
  }

  /** An engine that caught up already: in order, with nothing under way. */
  static settled(pts: number, channels: [number, number][] = [], options: EngineOptions = {}): Bench {
    const bench = new Bench(saved(pts, channels), options)
    bench.answer(bench.request(), { _: 'updates.differenceEmpty', date: DATE, seq: 0 })
    bench.deliveries.length = 0
    return bench
  }

  push(...updates: tl.Updates[]): string[] {
    return this.#keep(updates.flatMap((one) => this.engine.receive(one, this.now)))
  }

  /** Pushes updates, each in a container of its own. */
  each(...updates: tl.Update[]): string[] {
    return this.push(...updates.map((one) => container([one])))
  }

  own<Call extends { readonly _: string }>(call: Call, result: unknown): string[] {
    return this.#keep(this.engine.ownResult(call, result, this.now))
  }

  requests(after = 0): DifferenceRequest[] {
    this.now += after
    const { requests, deliveries } = this.engine.poll(this.now)
    this.#keep(deliveries)
    return requests
  }

  /** The one request due after so many milliseconds. */
  request(after = 0): DifferenceRequest {
    const [request, second] = this.requests(after)
    if (request === undefined || second !== undefined) throw new Error('expected exactly one request')
    return request
  }

  /** Milliseconds until the engine wants to be polled. */
  wakeIn(): number {
    return this.engine.poll(this.now).wakeAt - this.now
  }

  answer(request: DifferenceRequest, result: Parameters<UpdateEngine['difference']>[1]): string[] {
    return this.#keep(this.engine.difference(request, result, this.now))
  }

  fail(request: DifferenceRequest, code: string): string[] {
    return this.#keep(this.engine.differenceFailed(request, { code }, this.now))
  }

  resume(): string[] {
    return this.#keep(this.engine.resume(this.now))
  }

  /** The last delivery of the whole record. */
  last(): Delivery {
    const delivery = this.deliveries.at(-1)
    if (delivery === undefined) throw new Error('nothing was handed out')
    return delivery
  }

  #keep(deliveries: readonly Delivery[]): string[] {
    this.deliveries.push(...deliveries)
    return told(deliveries)
  }
}
