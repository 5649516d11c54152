import { contestants, type Item } from '../../runner/item.ts'

export const lengths = [100, 65_536] as const
const name = (length: number) => (length < 1000 ? `${length} B` : `${length / 1024} KiB`)

const work = lengths.flatMap((length) =>
  (['encrypt', 'decrypt'] as const).map((direction) => ({
    length,
    direction,
    key: `${direction} ${length}`,
  })),
)

export const message: Item = {
  name: 'message',
  title: 'Message encryption',
  about:
    'A message to a packet and back: key derivation, header, padding, hash, AES. All are given the same packets to decrypt. telegram-mt pads up to the next of a few sizes, as official clients do, the others by the least that is allowed; GramJS has no decryption without decoding, so that its packets hold one `upload.file`.',
  steps: work.map(({ key }) => key),
  cases: work.map(({ key, direction, length }) => ({
    key,
    name: `${direction} a message of ${name(length)}`,
    unit: 'µs',
    better: 'less',
    convert: (nanoseconds) => nanoseconds / 1000,
  })),
  contestants: contestants('ours', 'portable', 'mtcute', 'gramjs', 'teleproto'),
}
