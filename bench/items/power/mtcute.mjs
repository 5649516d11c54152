import { base, exponent, prime } from '../../dist/items/power/numbers.js'

export default async function program(tools) {
  const { bigint } = await tools.import('@fuman/utils/index.js')
  return tools.timed({ power: () => bigint.modPowBinary(base, exponent, prime) })
}
