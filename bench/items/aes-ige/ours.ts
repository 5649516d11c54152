import { aesIge, randomBytes } from '@telegram-mt/crypto'
import type { Program } from '../../contestant/program.ts'
import { sizes } from './item.ts'

const program: Program = ({ timed }) => {
  const key = randomBytes(32)
  const iv = randomBytes(32)
  const steps: Record<string, () => unknown> = {}
  for (const size of sizes) {
    const data = randomBytes(size)
    steps[`encrypt ${size}`] = () => aesIge.encrypt(data, key, iv)
    steps[`decrypt ${size}`] = () => aesIge.decrypt(data, key, iv)
  }
  return timed(steps)
}

export default program
