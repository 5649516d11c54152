/**
 * What keeps one sequence from being simply in order: updates that wait for others, a gap since some moment, a difference
 * wanted or under way. Exists only while there is something of the kind, so that a quiet channel costs nothing.
 */
import type { tl } from '../layer.ts'
import type { Origin } from './types.ts'

/** What an update came in. */
export interface Container {
  readonly users: readonly tl.User[]
  readonly chats: readonly tl.Chat[]
  readonly date: number
  readonly origin: Origin
}

/** An update with its number, waiting or about to be applied. */
export interface Arrival {
  readonly pts: number
  readonly count: number
  /** Absent: the answer of a call of our own moved the position, and there is nothing to tell. */
  readonly update: tl.Update | undefined
  readonly container: Container
  /** A difference was asked for the peers it names, or is of no use for them. */
  peersTried: boolean
  /** It was here already when the difference under way, or the last one, was asked for. */
  asked?: boolean
  /** The account's difference was asked for its channel, which is not followed yet. */
  channelTried?: boolean
}

export interface Unnumbered {
  readonly update: tl.Update
  readonly container: Container
}

export class Pending {
  readonly sequence: number
  /** By pts; of equal ones those that count first. */
  readonly held: Arrival[] = []
  /** Updates of the secret and bot sequence, by qts (in `pts`). The account's only. */
  readonly heldQts: Arrival[] = []
  /** In order of arrival, until the sequence is in order again. */
  unnumbered: Unnumbered[] = []
  /** Unnumbered updates had to be let go. */
  overflowed = false
  /** Since when an update is missing; -1: none is. */
  gapSince = -1
  /** A difference is to be asked for. */
  wanted = false
  /** The pts from which the one update after it was asked for alone; it is not tried twice. */
  repairedAt = -1
  /** Id of the request under way; 0: none. */
  running = 0
  runningSince = 0
  /** Not to be asked before. */
  retryAt = 0
  failures = 0
  /** How far a survey of a channel without a known position got, and the newest message id it saw. */
  survey: { pts: number; top: number } | undefined
  /** Failures because the channel's access hash is missing or wrong. */
  unknown = 0
  /** Updates up to this pts were dropped for want of room: a difference must bring them. */
  refetchTo = 0

  constructor(sequence: number) {
    this.sequence = sequence
  }

  get size(): number {
    return this.held.length + this.heldQts.length + this.unnumbered.length
  }

  /** Updates are missing, or may be. */
  get behind(): boolean {
    return this.wanted || this.running > 0 || this.refetchTo > 0 || this.held.length > 0
  }

  /** Nothing is left that would need remembering. */
  get idle(): boolean {
    return this.size === 0 && !this.wanted && this.running === 0 && this.refetchTo === 0 && !this.overflowed
  }
}

/** Inserts by number; false if the same is there already. */
export function insertSorted(list: Arrival[], arrival: Arrival): boolean {
  let at = list.length
  while (at > 0) {
    const before = list[at - 1]
    if (before === undefined || before.pts < arrival.pts) break
    // "pts_count 0" marks an update that rides along with the one of the same pts.
    if (before.pts === arrival.pts) {
      if (before.count > 0 && arrival.count > 0) return false
      if (before.count > 0 || arrival.count === 0) break
    }
    at--
  }
  list.splice(at, 0, arrival)
  return true
}
