/**
 * Gathers positions that may be saved, and turns them into what a store is to keep: for each sequence the newest, as
 * positions of one sequence come in order.
 */
import { SparseMap } from '@telegram-mt/mtproto'
import type { ChannelPoint, Position, UpdateState } from './types.ts'

/** What changed since the last save. Store all of it in one transaction. */
export interface PositionChanges {
  /** The account's position as a whole, if anything in it changed. */
  readonly account: Omit<UpdateState, 'channels'> | undefined
  /** `undefined`: the channel is not followed any more. */
  readonly channels: ReadonlyMap<number, ChannelPoint | undefined>
}

export class SavedPositions {
  #account: { pts: number; qts: number; seq: number; date: number; top: number } | undefined
  #accountChanged = false
  readonly #channels = new SparseMap<number, ChannelPoint>()
  #changed: Map<number, ChannelPoint | undefined> | undefined
  readonly #keepChannels: boolean

  /**
   * `keepChannels`: whether to remember all channels for `state`; a host that has them in its store need not.
   */
  constructor(state: UpdateState | undefined, keepChannels = true) {
    this.#keepChannels = keepChannels
    if (state === undefined) return
    if (keepChannels) for (const [id, point] of state.channels) this.#channels.set(id, point)
    const { pts, qts, seq, date, top = 0 } = state
    this.#account = { pts, qts, seq, date, top }
  }

  apply(position: Position): void {
    if (position.type === 'channel') {
      const { channelId, pts, top, unverified, gone } = position
      const point = gone ? undefined : { pts, top, unverified }
      this.#change(channelId, point)
      if (!this.#keepChannels) return
      if (point === undefined) this.#channels.delete(channelId)
      else this.#channels.set(channelId, point)
      return
    }
    this.#account ??= { pts: 0, qts: 0, seq: 0, date: 0, top: 0 }
    this.#accountChanged = true
    if (position.type === 'date') {
      this.#account.date = position.date
      return
    }
    this.#account.pts = position.pts
    this.#account.qts = position.qts
    this.#account.seq = position.seq
    this.#account.top = position.top
  }

  get dirty(): boolean {
    return this.#accountChanged || this.#changed !== undefined
  }

  /** The changes since the last call. */
  takeChanges(): PositionChanges {
    const account = this.#accountChanged && this.#account !== undefined ? { ...this.#account } : undefined
    const channels = this.#changed ?? NOTHING
    this.#accountChanged = false
    this.#changed = undefined
    return { account, channels }
  }

  /** These could not be saved after all: what is newer wins, the rest is due again. */
  putBack({ account, channels }: PositionChanges): void {
    if (account !== undefined) this.#accountChanged = true
    for (const [channelId, point] of channels) {
      if (this.#changed?.has(channelId) !== true) this.#change(channelId, point)
    }
  }

  #change(channelId: number, point: ChannelPoint | undefined): void {
    this.#changed ??= new Map()
    this.#changed.set(channelId, point)
  }

  /** All of it, to start an engine from; `undefined` for an account that has no position yet. */
  state(): UpdateState | undefined {
    if (this.#account === undefined) return undefined
    return { ...this.#account, channels: new Map(this.#channels) }
  }
}

const NOTHING: PositionChanges['channels'] = new Map()
