/** What can be chosen about a world: its clock, its randomness, its limits. */
import type { CodeWay } from './code-ways.ts'

/** How much a world allows, and how long it makes its accounts wait. */
export interface WorldLimits {
  /** Events in one slice of a difference. */
  differenceSlice: number
  /** A gap wider than this many pts is answered by differenceTooLong. */
  differenceMax: number
  /** Log entries kept per account and per channel. */
  logLength: number
  /** The same for one channel: Telegram gives up on these much earlier. */
  channelDifferenceMax: number
  /** Events in one slice of a channel's difference, whatever the client asks for. */
  channelDifferenceSlice: number
  /** Sends remembered by random id, per account. */
  randomIds: number
  /** Wrong codes until a phone number has to wait. */
  wrongCodes: number
  /** Seconds for which a login code is good. */
  codeLifetime: number
  /** Seconds after which a code may be sent by the next way, as clients are told. */
  codeResendWait: number
  /** Seconds for which a QR code can be scanned; then another is shown. */
  loginTokenLifetime: number
  /** Seconds to wait after too many wrong codes. */
  codeFloodWait: number
  /** Seconds for which a file reference is good. */
  fileReferenceLifetime: number
}

export const defaultLimits: WorldLimits = {
  differenceSlice: 500,
  differenceMax: 10_000,
  channelDifferenceMax: 1000,
  logLength: 20_000,
  channelDifferenceSlice: 100,
  randomIds: 10_000,
  wrongCodes: 5,
  codeLifetime: 600,
  codeResendWait: 60,
  loginTokenLifetime: 30,
  codeFloodWait: 300,
  fileReferenceLifetime: 86_400,
}

/** What a `World` takes. */
export interface WorldOptions {
  /** The world's clock, milliseconds since the epoch. */
  now?: () => number
  /** Gives random bytes; secure ones if absent. */
  random?: (length: number) => Uint8Array
  limits?: Partial<WorldLimits>
  /** New accounts must set up an address for login codes first. */
  requireLoginEmail?: boolean | undefined
  /**
   * The ways of login codes, in the order of asking again; default `['sms', 'call']`. A client is spared the calls and
   * Firebase messages that it does not allow. A number can have ways of its own: `numbers` in a described world.
   */
  loginCodes?: readonly CodeWay[] | undefined
  /** Terms that new accounts agree to by signing up; those of a described world count for more. */
  termsOfService?: string | undefined
  /** What `messages.translateText` gives; default the text behind the language in brackets: `[de] hello`. */
  translate?: ((text: string, language: string) => string) | undefined
  /** Where the bytes of files are kept, over restarts; without it in memory, large ones in a temporary directory. */
  filesDir?: string | undefined
}
