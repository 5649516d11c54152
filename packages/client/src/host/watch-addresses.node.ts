/**
 * Notices that the machine has come to another network, so that nobody waits for what was true of the one before. No system call
 * tells it to a Node program, so its addresses are looked at every few seconds.
 */
import { networkInterfaces } from 'node:os'

/** ms; a look takes a fraction of one. */
const EVERY = 5_000

/** @param read for tests: the addresses, in place of the machine's. */
export function watchAddresses(onChange: () => void, read: () => string = ownAddresses): () => void {
  let known = read()
  const timer = setInterval(() => {
    const addresses = read()
    if (addresses === known) return
    known = addresses
    // Without any there is nobody to reach; that they are back is told when they are.
    if (addresses !== '') onChange()
  }, EVERY)
  timer.unref()
  return () => clearInterval(timer)
}

/** Those that lead beyond this machine and its link: what comes and goes with containers mostly does not. */
function ownAddresses(): string {
  try {
    return Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ internal, address }) => !internal && !/^(fe80:|169\.254\.)/i.test(address))
      .map(({ address }) => address)
      .sort()
      .join(' ')
  } catch {
    // Some systems do not let a program look.
    return ''
  }
}
