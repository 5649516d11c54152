/** What the processes of the proof are told, as JSON in their first argument. */
import type { TelegramOptions } from 'telegram-mt'

export interface BoxPlan {
  /** All connections are cut so often, ms. */
  readonly cutEvery: number
}

/** What the box says when it is up. */
export interface BoxAddress {
  readonly dcs: {
    readonly id: number
    readonly addresses: { readonly host: string; readonly port: number }[]
  }[]
  readonly publicKey: string
}

export interface ProgramPlan {
  readonly box: BoxAddress
  readonly storage: string
  /** Marked ids of the chats. */
  readonly chats: readonly number[]
  /** What the program has done, a line each: it is read again by the next run. */
  readonly diary: string
  /** Once this file is there, nothing new is begun. */
  readonly finish: string
}

export const hostOptions = ({ dcs, publicKey }: BoxAddress): TelegramOptions => ({
  apiId: 1,
  apiHash: 'proof',
  dcs,
  publicKeys: [publicKey],
  printMessages: false,
  connectLimit: { count: 10_000, within: 1_000 },
  reconnect: { first: 20, most: 100, perAddress: [] },
})

export function planOf<T>(): T {
  // Nobody is left behind when whoever started it is gone.
  process.stdin.on('end', () => process.exit(1)).resume()
  const [, , json] = process.argv
  if (json === undefined) throw new Error('the plan is missing')
  return JSON.parse(json) as T
}
