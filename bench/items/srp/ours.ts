import { randomBytes, srpProof } from '@telegram-mt/crypto'
import type { Program } from '../../contestant/program.ts'
import { algo, password, proofs, srpB } from './challenge.ts'

const program: Program = async () => {
  const B = await srpB()
  return proofs(() => srpProof({ algo, srpB: B, password, random: randomBytes }))
}

export default program
