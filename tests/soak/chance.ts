/** Randomness that can be had again: the same seed gives the same numbers. */

export type Chance = () => number

/** Numbers from 0 to below 1 (mulberry32). */
export function seeded(seed: number): Chance {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export function oneOf<T>(chance: Chance, from: readonly [T, ...T[]] | readonly T[]): T {
  const chosen = from[Math.floor(chance() * from.length)]
  if (chosen === undefined) throw new RangeError('there is nothing to choose from')
  return chosen
}

export const between = (chance: Chance, least: number, most: number): number =>
  Math.round(least + chance() * (most - least))
