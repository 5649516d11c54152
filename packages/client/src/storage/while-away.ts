// A database server that cannot be reached, or that cut the connection, is asked again for a while, with growing pauses.

import { StorageError } from './error.ts'

export interface Patience {
  /** Until when it is tried again, in ms after the first attempt failed, pauses alone counted. */
  readonly retryFor: number
  readonly sleep: (ms: number) => Promise<void>
}

const FIRST_PAUSE = 50
const LONGEST_PAUSE = 2000

/** Only for what may be done twice without harm: a connection may be cut after the work, before the answer. */
export async function whileAway<T>(attempt: () => Promise<T>, { retryFor, sleep }: Patience): Promise<T> {
  let pause = FIRST_PAUSE
  let waited = 0
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (!isAway(error) || waited >= retryFor) throw error
      await sleep(pause)
      waited += pause
      pause = Math.min(2 * pause, LONGEST_PAUSE)
    }
  }
}

function isAway(error: unknown): boolean {
  return error instanceof StorageError && error.code === 'STORAGE_UNAVAILABLE'
}
