import { modPow } from '@telegram-mt/crypto'
import type { Program } from '../../contestant/program.ts'
import { base, exponent, prime } from './numbers.ts'

const program: Program = ({ timed }) => timed({ power: () => modPow(base, exponent, prime) })

export default program
