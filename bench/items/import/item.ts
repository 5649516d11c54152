import { contestants, type Item } from '../../runner/item.ts'

export const importing: Item = {
  name: 'import',
  title: 'Import',
  about: 'The package’s main module, loaded by a fresh process.',
  steps: ['import'],
  fresh: true,
  cases: [
    { key: 'time', name: 'import', unit: 'ms', better: 'less', aims: [{ value: 120 }] },
    { key: 'rss', name: 'memory after import', unit: 'MiB', better: 'less', aims: [{ value: 20 }] },
  ],
  contestants: contestants('ours', 'mtcute', 'gramjs', 'teleproto'),
}
