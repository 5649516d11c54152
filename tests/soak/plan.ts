/** Who takes part in a soak, and what its two processes say to each other. */
import { seeded } from './chance.ts'

export interface Person {
  readonly index: number
  readonly dc: number
  readonly phone: string
  readonly username: string
  /** Its auth key is ruined again and again, and it signs in anew: it sends, but nobody writes to it. */
  readonly mortal: boolean
  /** Is also sent to other datacenters. */
  readonly traveller: boolean
  /** The chats it writes to. */
  readonly chats: readonly string[]
}

export interface Group {
  readonly title: string
  readonly username: string
  readonly members: readonly Person[]
}

export interface Population {
  readonly people: readonly Person[]
  readonly groups: readonly Group[]
}

const FRIENDS = 3
const GROUP_SIZE = 10

/** The same people for the same number and seed. Chats are named by username; a stream is what one writes to one chat. */
export function populationOf(count: number, seed: number): Population {
  const chance = seeded(seed)
  const mortal = (index: number) => index % 10 === 9
  const usernameOf = (index: number) => `soaker_${index}x`
  const immortals = Array.from({ length: count }, (_, index) => index).filter((index) => !mortal(index))
  const groupOf = (index: number) => `soak_group_${Math.floor(immortals.indexOf(index) / GROUP_SIZE)}x`
  const people = Array.from({ length: count }, (_, index): Person => {
    const others = immortals.filter((other) => other !== index)
    const friends = new Set<number>()
    while (friends.size < Math.min(FRIENDS, others.length)) {
      const friend = others[Math.floor(chance() * others.length)]
      if (friend !== undefined) friends.add(friend)
    }
    const dc = 1 + (index % 5)
    return {
      index,
      dc,
      phone: `99966${dc}${String(index).padStart(4, '0')}`,
      username: usernameOf(index),
      mortal: mortal(index),
      traveller: index % 10 === 4,
      chats: [...[...friends].map(usernameOf), ...(mortal(index) ? [] : [groupOf(index)])],
    }
  })
  const groups: Group[] = []
  for (let at = 0; at < immortals.length; at += GROUP_SIZE) {
    const members = immortals.slice(at, at + GROUP_SIZE).flatMap((index) => people[index] ?? [])
    const name = `soak_group_${groups.length}x`
    groups.push({ title: name, username: name, members })
  }
  return { people, groups }
}

/** A message's text: whose, where, and which of that stream. */
export const textOf = (stream: string, n: number): string => `${stream} ${n}`
export const streamOf = (from: string, chat: string): string => `${from}>${chat}`
/** The stream and the number, or undefined for any other text. */
export function readText(text: string): { stream: string; n: number } | undefined {
  const match = /^(\w+>\w+) (\d+)$/.exec(text)
  return match?.[1] === undefined ? undefined : { stream: match[1], n: Number(match[2]) }
}

// ---- between the processes

/** In the first argument of the box's process. */
export interface BoxPlan {
  readonly sessions: number
  readonly seed: number
  /** Ms between two faults. */
  readonly faultEvery: number
}

export interface BoxAddress {
  readonly dcs: {
    readonly id: number
    readonly addresses: { readonly host: string; readonly port: number }[]
  }[]
  readonly publicKey: string
}

/** How the box stands. */
export interface BoxStatus {
  readonly faults: number
  readonly connections: number
  readonly calls: number
  /** Bytes. */
  readonly rss: number
}

/** What the box has, at the end. */
export interface BoxTally {
  /** The numbers of each stream, in the order in which they were posted. */
  readonly streams: Readonly<Record<string, readonly number[]>>
  /** How often each kind of fault has struck. */
  readonly faults: Readonly<Record<string, number>>
}

export type Question = 'storm' | 'status' | 'calm' | 'tally'
export type Answer =
  | ({ readonly to: 'start' } & BoxAddress)
  | ({ readonly to: 'status' } & BoxStatus)
  | { readonly to: 'calm' }
  | ({ readonly to: 'tally' } & BoxTally)
