import { base, exponent, prime } from '../../dist/items/power/numbers.js'

export default function program(tools) {
  const { modExp } = tools.require(`${tools.library}/Helpers`)
  const bigInt = tools.require('big-integer')
  const [b, e, p] = [base, exponent, prime].map((value) => bigInt(value.toString()))
  return tools.timed({ power: () => modExp(b, e, p) })
}
