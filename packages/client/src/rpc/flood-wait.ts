/** What a program sees of the waits that Telegram asks for. */

/** A wait that Telegram has asked for. */
export interface FloodWait {
  /** The method that was told to wait; others of its kind wait with it. */
  readonly method: string
  /** `FLOOD_WAIT`, `SLOWMODE_WAIT`, `FLOOD_PREMIUM_WAIT`, … */
  readonly reason: string
  /** For `SLOWMODE_WAIT`, the chat, e.g. `channel 42`: sends to others go on. */
  readonly peer: string | undefined
  /** Seconds, as Telegram said. */
  readonly seconds: number
  /** Milliseconds since the epoch when a call may be made again. */
  readonly until: number
}

/** A wait as it stands. */
export interface OngoingWait extends FloodWait {
  /** Milliseconds until a call may be made again; 0 while the calls that have gathered go one after the other. */
  readonly left: number
  /** Calls that wait it out; 0 while it is only remembered, so that no call of the method asks Telegram before it is over. */
  readonly calls: number
}
