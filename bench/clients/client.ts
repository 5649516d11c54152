/** One account as the items see it, whatever the library behind. */
import type { SignedIn } from '../box/commands.ts'

export interface BenchClient {
  /** A small call: the account's own user. */
  call(): Promise<unknown>
  /** Gets the contact list, with its users. */
  contacts(): Promise<unknown>
  /** Told of every new message. */
  onMessage(handler: () => void): void
}

/** Brings these accounts online, all in this process; resolves when each has had an answer from its datacenter. */
export type OpenClients = (accounts: readonly SignedIn[]) => Promise<BenchClient[]>

/** How many of a library's clients connect at once, where the library leaves that to its user. */
export const AT_ONCE = 50

/** Does this for all, so many at once. */
export async function forAll<T, R>(
  all: readonly T[],
  atOnce: number,
  work: (one: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  let next = 0
  const worker = async () => {
    for (let i = next++; i < all.length; i = next++) results[i] = await work(all[i] as T)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, all.length) }, worker))
  return results
}
