import { TlReader, TlWriter } from '@telegram-mt/tl'
import type { Program } from '../../contestant/program.ts'
import { generatedCodec, ourBytes } from './bytes.ts'
import { type SampleName, samples } from './sample.ts'

const program: Program = async ({ timed }) => {
  const { readObject, writeObject } = await generatedCodec()
  const writer = new TlWriter()
  const encode = (object: Parameters<typeof writeObject>[1]) => {
    writer.reset()
    writeObject(writer, object)
    return writer.finish()
  }
  const steps: Record<string, () => unknown> = {}
  for (const sample of Object.keys(samples) as SampleName[]) {
    const bytes = await ourBytes(sample)
    const built = samples[sample]((value) => value) as Parameters<typeof writeObject>[1]
    const decoded = readObject(new TlReader(bytes))
    steps[`decode ${sample}`] = () => readObject(new TlReader(bytes))
    steps[`encode ${sample}`] = () => encode(built)
    steps[`again ${sample}`] = () => encode(decoded)
  }
  return timed(steps)
}

export default program
