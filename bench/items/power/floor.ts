import { createDiffieHellman } from 'node:crypto'
import type { Program } from '../../contestant/program.ts'
import { base, exponent, prime } from './numbers.ts'

const bytes = (value: bigint) => Buffer.from(value.toString(16).padStart(512, '0'), 'hex')

const program: Program = ({ timed }) => {
  const group = createDiffieHellman(bytes(prime), 3)
  group.setPrivateKey(bytes(exponent))
  const other = bytes(base)
  return timed({ power: () => group.computeSecret(other) })
}

export default program
