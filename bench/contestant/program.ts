/** What a program of a contestant is given, and what it gives. */
import type { BoxCommands, SignedIn } from '../box/commands.ts'

/** Values by the keys of the item's cases. */
export type Values = Record<string, number>

export interface Running {
  run(step: string): Values | Promise<Values>
}

export interface Tools {
  /** The package to measure, if the program serves several. */
  readonly library: string
  /** Shorter samples, for a look rather than for a result. */
  readonly quick: boolean
  /** The accounts that are signed in for this process. */
  readonly accounts: readonly SignedIn[]
  /** How to reach the box. */
  readonly box: BoxAddress
  /** Asks the box's process for something. */
  tellBox<C extends keyof BoxCommands>(
    command: C,
    details: Parameters<BoxCommands[C]>[0],
  ): Promise<ReturnType<BoxCommands[C]>>
  /** A package of the peers, as CommonJS. */
  require(name: string): unknown
  /** A file of the peers' packages, as a module. */
  import(path: string): Promise<unknown>
  /** Each step is one function, called often enough to be timed; its value is in nanoseconds per call. */
  timed(steps: Record<string, () => unknown>): Running
  /** Client CPU and wall time of something. */
  cost(work: () => Promise<unknown>): Promise<{ wall: number; cpu: number }>
  /** Collects garbage until there is no more, and says what is in use, in bytes. */
  memory(): Promise<{ heap: number; rss: number; external: number }>
}

export interface BoxAddress {
  readonly dcs: readonly { id: number; host: string; port: number }[]
  readonly publicKey: { pem: string; n: string; e: number; fingerprint: string }
}

export type Program = (tools: Tools) => Running | Promise<Running>
