/** When the gap engine loses patience. Milliseconds, as the official client has them. */

/** A single missing update of the account is asked for alone after this long. */
export const REPAIR_AFTER = 50
/** Any other gap is left this long to close by itself (updates overtake each other on the way). */
export const GAP_AFTER = 700
/** "If no updates for 15 minutes or longer": https://core.telegram.org/api/updates#recovering-gaps */
export const SILENCE = 15 * 60_000
/**
 * A push of a channel that got lost on a busy account shows only in a difference, which lists the channels that changed.
 * So ask for one now and then, even while updates keep coming.
 */
export const RECHECK = 60 * 60_000
/** How old the answer of a call may be when it comes, in seconds of server time. */
export const OLDEST_ANSWER = 60
export const RETRY_FIRST = 1_000
export const RETRY_MOST = 60_000
/** A channel difference that takes longer does not keep others waiting for its place. */
export const SLOW_REQUEST = 10_000

/** The wait before try number `failures` + 1: 1 s doubled up to 60 s, stretched by up to a quarter. */
export function retryDelay(failures: number, spread: number): number {
  const delay = Math.min(RETRY_MOST, RETRY_FIRST * 2 ** Math.min(failures - 1, 10))
  return Math.round(delay * (1 + spread / 4))
}
