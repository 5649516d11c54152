/** A challenge as a server would send it, and the two ways in which the work on it is measured. */
import { knownDhPrime, passwordVerifier, randomBytes, srpChallenge } from '@telegram-mt/crypto'
import type { Running } from '../../contestant/program.ts'

export const password = 'correct horse battery staple'
export const algo = { salt1: randomBytes(40), salt2: randomBytes(16), g: 3, p: knownDhPrime }

export async function srpB(): Promise<Uint8Array> {
  const verifier = await passwordVerifier(password, algo)
  return srpChallenge({ verifier, algo, random: randomBytes }).B
}

export function proofs(work: () => Promise<unknown>): Running {
  return {
    async run(step) {
      // The first run of a process compiles.
      await work()
      return { [step]: await (step === 'block' ? longestBlock : duration)(work) }
    },
  }
}

async function duration(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

/** Milliseconds between two turns of the event loop, at most, while the work was going on. */
async function longestBlock(work: () => Promise<unknown>): Promise<number> {
  let done = false
  let last = performance.now()
  let longest = 0
  const turns = new Promise<void>((resolve) => {
    const turn = () => {
      const now = performance.now()
      longest = Math.max(longest, now - last)
      last = now
      if (done) resolve()
      else setImmediate(turn)
    }
    turn()
  })
  await work()
  done = true
  await turns
  return longest
}
