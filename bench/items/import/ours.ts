import type { Program } from '../../contestant/program.ts'
import { importCost } from './import-cost.ts'

const program: Program = () => importCost(() => import('telegram-mt'))

export default program
