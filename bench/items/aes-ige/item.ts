import { contestants, type Item } from '../../runner/item.ts'

export const sizes = [256, 4096, 524_288] as const
export const sizeName = (size: number): string => (size < 1024 ? `${size} B` : `${size / 1024} KiB`)

const work = sizes.flatMap((size) =>
  (['encrypt', 'decrypt'] as const).map((direction) => ({ size, key: `${direction} ${size}`, direction })),
)

export const aesIge: Item = {
  name: 'aes-ige',
  title: 'AES-256-IGE',
  about:
    'One call with a new key, as every message has; the floor is the C of the addon called from C, with AES instructions.',
  steps: work.map(({ key }) => key),
  cases: work.map(({ key, size, direction }) => ({
    key,
    name: `AES-256-IGE ${direction} ${sizeName(size)}`,
    unit: 'MB/s',
    better: 'more',
    convert: (nanoseconds) => (size / nanoseconds) * 1000,
    aims: [
      ...(size > 100_000 ? [{ against: 'floor' as const, times: 0.95 }] : []),
      { against: 'mtcute' as const, times: 1.1, by: 'portable' as const },
    ],
  })),
  contestants: contestants('ours', 'portable', 'mtcute', 'gramjs', 'teleproto', 'floor'),
}
