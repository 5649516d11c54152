/** What a refused request for a difference means. https://core.telegram.org/method/updates.getChannelDifference */

export type Failure =
  /** Try again; `wait` in milliseconds where the server named it. */
  | { readonly type: 'retry'; readonly wait: number | undefined }
  /** The server does not take our position for one of its own: begin anew. */
  | { readonly type: 'positionLost' }
  /** The channel cannot be read (any more). */
  | { readonly type: 'inaccessible' }
  /** The access hash is missing or wrong: the account's difference may bring a right one. */
  | { readonly type: 'unknownChannel' }

/** For {@link UpdateEngine.differenceFailed}: the host has no access hash for the channel. */
export const NO_ACCESS_HASH = 'NO_ACCESS_HASH'

export function readFailure(error: unknown): Failure {
  const name = nameOf(error)
  switch (name) {
    case 'PERSISTENT_TIMESTAMP_EMPTY':
    case 'PERSISTENT_TIMESTAMP_INVALID':
      return { type: 'positionLost' }
    case 'CHANNEL_PRIVATE':
    case 'CHANNEL_PUBLIC_GROUP_NA':
    case 'CHAT_FORBIDDEN':
    case 'USER_BANNED_IN_CHANNEL':
      return { type: 'inaccessible' }
    case 'CHANNEL_INVALID':
    case NO_ACCESS_HASH:
      return { type: 'unknownChannel' }
    default: {
      const seconds = /^FLOOD_(?:PREMIUM_)?WAIT_([0-9]{1,7})$/.exec(name)?.[1]
      return { type: 'retry', wait: seconds === undefined ? undefined : Number(seconds) * 1000 }
    }
  }
}

function nameOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error)
  if ('code' in error && typeof error.code === 'string') return error.code
  return 'message' in error && typeof error.message === 'string' ? error.message : ''
}
