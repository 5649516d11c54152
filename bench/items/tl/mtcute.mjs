import { ourBytes } from '../../dist/items/tl/bytes.js'
import { samples } from '../../dist/items/tl/sample.js'

export default async function program(tools) {
  const { TlBinaryReader, TlBinaryWriter, __tlReaderMap, __tlWriterMap } =
    await tools.import('@mtcute/core/utils.js')
  const { Long } = await tools.import('@mtcute/core/index.js')
  const long = (value) => Long.fromString(String(value))
  const steps = {}
  for (const [sample, build] of Object.entries(samples)) {
    const bytes = await ourBytes(sample)
    const built = build(long)
    const decoded = TlBinaryReader.deserializeObject(__tlReaderMap, bytes)
    const encode = (object) => TlBinaryWriter.serializeObject(__tlWriterMap, object)
    if (!Buffer.from(encode(built)).equals(bytes)) throw new Error('it writes other bytes')
    steps[`decode ${sample}`] = () => TlBinaryReader.deserializeObject(__tlReaderMap, bytes)
    steps[`encode ${sample}`] = () => encode(built)
    steps[`again ${sample}`] = () => encode(decoded)
  }
  return tools.timed(steps)
}
