/** Which faults a run has, and how often: each seed has its own mixture, from calm to terrible. */
import type { Dice } from './dice.ts'

export interface Scenario {
  /** How many calls are made, over how long (ms). */
  calls: number
  duration: number
  /** ms */
  latency: number
  /** Chance per packet. */
  corrupt: number
  truncate: number
  replay: number
  /** It is lost, though the connection lives. */
  vanish: number
  /** The one after it comes first. */
  overtaken: number
  /** The server, which has the key, sends one that breaks a rule. */
  lie: number
  /** Mean time between faults of each kind, ms; Infinity for never. */
  breakEvery: number
  halfOpenEvery: number
  stallEvery: number
  forgetEvery: number
  restartEvery: number
  refuseEvery: number
  expireSaltsEvery: number
  clientClockEvery: number
  serverClockEvery: number
  sleepEvery: number
  /** Mean time between updates, ms. */
  pushEvery: number
  /** Shares of the calls. */
  once: number
  after: number
  cancelled: number
  failing: number
  /** Executed, and never answered. */
  hanging: number
  /** Answered a second time. */
  answeredTwice: number
  /** How wrong the client's clock is at the start, ms. */
  clientSkew: number
  /** Seconds that each server salt begins after the one before. */
  saltPeriod: number
  /** How many received messages the server can tell from new ones. */
  remembered: number
}

const NEVER = Number.POSITIVE_INFINITY

export function scenarioOf(dice: Dice, calls: number): Scenario {
  const duration = dice.between(1, 20) * 60_000
  // Half of the kinds of fault are absent from a run, so that the others can be seen at work.
  const rate = (shortest: number): number =>
    dice.chance(0.5) ? NEVER : dice.between(shortest, shortest * 30)
  const share = (most: number): number => (dice.chance(0.4) ? 0 : dice.fraction() * most)
  return {
    calls,
    duration,
    latency: dice.pick([1, 20, 80, 300, 1500]) ?? 20,
    corrupt: share(0.003),
    truncate: share(0.003),
    replay: share(0.05),
    vanish: share(0.003),
    overtaken: share(0.02),
    lie: share(0.003),
    breakEvery: rate(5_000),
    halfOpenEvery: rate(60_000),
    stallEvery: rate(20_000),
    forgetEvery: rate(60_000),
    restartEvery: rate(120_000),
    refuseEvery: rate(120_000),
    expireSaltsEvery: rate(30_000),
    clientClockEvery: rate(60_000),
    serverClockEvery: rate(240_000),
    sleepEvery: rate(180_000),
    pushEvery: dice.chance(0.3) ? NEVER : dice.between(50, 20_000),
    once: share(1),
    after: share(0.5),
    cancelled: share(0.2),
    failing: share(0.3),
    hanging: share(0.01),
    answeredTwice: share(0.1),
    clientSkew: dice.chance(0.5) ? 0 : dice.between(-100, 100) * dice.between(1, 100_000),
    saltPeriod: dice.pick([60, 300, 1800]) ?? 1800,
    remembered: dice.pick([500, 2_000, 16_384]) ?? 16_384,
  }
}
