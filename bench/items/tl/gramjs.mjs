import { bytesOfLayer } from '../../dist/items/tl/bytes.js'
import { samples } from '../../dist/items/tl/sample.js'

export default function program(tools) {
  const { BinaryReader } = tools.require(`${tools.library}/extensions`)
  const schema = tools.require(`${tools.library}/tl/apiTl.js`)
  const steps = {}
  for (const sample of Object.keys(samples)) {
    const bytes = Buffer.from(bytesOfLayer(schema, sample))
    const decode = () => new BinaryReader(bytes).tgReadObject()
    const decoded = decode()
    if (!decoded.getBytes().equals(bytes)) throw new Error('it writes other bytes')
    steps[`decode ${sample}`] = decode
    // Its objects are of its classes: there is no other way to make them.
    steps[`encode ${sample}`] = () => decoded.getBytes()
    steps[`again ${sample}`] = () => decoded.getBytes()
  }
  return tools.timed(steps)
}
