import { pbkdf2 } from 'node:crypto'
import { promisify } from 'node:util'
import type { Program } from '../../contestant/program.ts'
import { algo, password, proofs } from './challenge.ts'

const program: Program = () => proofs(() => promisify(pbkdf2)(password, algo.salt1, 100_000, 64, 'sha512'))

export default program
