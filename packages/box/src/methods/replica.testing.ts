/**
 * What a right client knows of an account: built from pushes and differences alone, refusing to skip a pts. If it ends up
 * with the same messages and read marks as the world, nothing was lost or told twice.
 */
import type { tl } from '../generated/types.ts'
import { fromPeer } from '../world/marked-id.ts'
import type { Device } from './box-world.testing.ts'

export class Replica {
  pts: number
  seq: number
  date: number
  readonly messages: Map<number, tl.Message>
  readonly reads: Map<number, { inbox: number; outbox: number }>

  constructor(state: tl.updates.state | Replica) {
    this.pts = state.pts
    this.seq = state.seq
    this.date = state.date
    const known = state instanceof Replica ? state : undefined
    this.messages = new Map(known?.messages)
    this.reads = new Map(Array.from(known?.reads ?? [], ([peer, read]) => [peer, { ...read }]))
  }

  /** Pushed updates: every one must be the next. */
  push(pushed: tl.updates): void {
    if (pushed.seq > 0) {
      if (pushed.seq !== this.seq + 1) throw new Error(`seq ${pushed.seq} came after ${this.seq}`)
      this.seq = pushed.seq
    }
    for (const update of pushed.updates) {
      if ('pts' in update && update.pts !== undefined && 'ptsCount' in update) {
        if (update.pts !== this.pts + update.ptsCount) {
          throw new Error(
            `${update._} with pts ${update.pts}, count ${update.ptsCount} came after ${this.pts}`,
          )
        }
        this.pts = update.pts
      }
      this.#apply(update)
    }
    this.date = pushed.date
  }

  /** Asks for what was missed until there is no more. */
  catchUp(device: Device, ptsLimit?: number): void {
    for (let round = 0; round < 1000; round++) {
      const got = device.call({
        _: 'updates.getDifference',
        pts: this.pts,
        ptsLimit,
        date: this.date,
        qts: -1,
      })
      if (got._ === 'updates.differenceTooLong') throw new Error('the difference is too long')
      if (got._ === 'updates.differenceEmpty') return
      for (const message of got.newMessages) this.messages.set(message.id, message)
      for (const update of got.otherUpdates) this.#apply(update)
      const state = got._ === 'updates.difference' ? got.state : got.intermediateState
      if (got._ === 'updates.differenceSlice' && state.pts <= this.pts) throw new Error('a slice stood still')
      this.pts = state.pts
      this.seq = state.seq
      this.date = state.date
      if (got._ === 'updates.difference') return
    }
    throw new Error('the difference does not end')
  }

  #apply(update: tl.Update): void {
    switch (update._) {
      case 'updateNewMessage':
        this.messages.set(update.message.id, update.message)
        break
      case 'updateEditMessage':
        if (this.messages.has(update.message.id)) this.messages.set(update.message.id, update.message)
        break
      case 'updateDeleteMessages':
        for (const id of update.messages) this.messages.delete(id)
        break
      case 'updateReadHistoryInbox':
        this.#read(update.peer).inbox = update.maxId
        break
      case 'updateReadHistoryOutbox':
        this.#read(update.peer).outbox = update.maxId
        break
      default:
    }
  }

  #read(peer: tl.Peer) {
    const key = fromPeer(peer)
    const read = this.reads.get(key) ?? { inbox: 0, outbox: 0 }
    this.reads.set(key, read)
    return read
  }
}
