/** One account as the items see it, whatever the library behind. */
import type { BoxFile, SignedIn } from '../box/commands.ts'

export interface BenchClient {
  /** A small call: the account's own user. */
  call(): Promise<unknown>
  /** Gets the contact list, with its users. */
  contacts(): Promise<unknown>
  /** Told of every new message. */
  onMessage(handler: () => void): void
  /** Uploads these bytes as a file, without sending it. */
  upload(bytes: Uint8Array): Promise<unknown>
  /** Fetches a file, dropping its bytes as they come; returns how many did. */
  download(file: BoxFile): Promise<number>
}

/** Brings these accounts online, all in this process; resolves when each has had an answer from its datacenter. */
export type OpenClients = (accounts: readonly SignedIn[]) => Promise<BenchClient[]>

/** How many of a library's clients connect at once, where the library leaves that to its user. */
export const AT_ONCE = 50

/** The bytes in pieces that come one after the other. */
export async function countBytes(pieces: AsyncIterable<{ readonly length: number }>): Promise<number> {
  let count = 0
  for await (const { length } of pieces) count += length
  return count
}

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
