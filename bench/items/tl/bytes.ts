/** The samples as bytes, in our layer or in one given as TL text. */
import { parseTl, TableCodec, type TlObject, TlWriter } from '@telegram-mt/tl'
import { places } from '../../runner/places.ts'
import { type SampleName, samples } from './sample.ts'

/** The generated codec, which the package keeps to itself. */
export async function generatedCodec(): Promise<
  Pick<typeof import('../../../packages/client/src/generated/index.ts'), 'readObject' | 'writeObject'>
> {
  return await import(new URL('packages/client/dist/generated/index.js', places.root).href)
}

export async function ourBytes(sample: SampleName): Promise<Uint8Array> {
  const { writeObject } = await generatedCodec()
  const writer = new TlWriter()
  writeObject(writer, samples[sample]((value) => value) as Parameters<typeof writeObject>[1])
  return writer.finish()
}

/** What that layer does not know is left out. */
export function bytesOfLayer(schema: string, sample: SampleName): Uint8Array {
  return new TableCodec(parseTl(schema)).encode(samples[sample]((value) => value) as TlObject)
}
