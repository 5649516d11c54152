import { products } from '../../dist/items/pq/numbers.js'

export default function program(tools) {
  const { Factorizator } = tools.require(`${tools.library}/crypto/Factorizator`)
  const bigInt = tools.require('big-integer')
  const inputs = products.map((pq) => bigInt(pq.toString()))
  return tools.timed({
    factor() {
      for (const pq of inputs) Factorizator.factorize(pq)
    },
  })
}
