import { factorizePq } from '@telegram-mt/crypto'
import type { Program } from '../../contestant/program.ts'
import { products } from './numbers.ts'

const program: Program = ({ timed }) =>
  timed({
    factor() {
      for (const product of products) factorizePq(product)
    },
  })

export default program
