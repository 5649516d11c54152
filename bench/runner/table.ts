/** Results as a table: Markdown, padded so that it reads as well in a terminal. */
import type { Item } from './item.ts'
import type { Outcome } from './measure.ts'
import type { Result } from './results.ts'

const titles = {
  ours: 'telegram-mt',
  portable: 'without addon',
  mtcute: 'mtcute 0.30',
  gramjs: 'GramJS 2.26',
  teleproto: 'teleproto 214',
  floor: 'floor',
} as const

export function table(item: Item, rows: readonly Result[]): string {
  const names = (Object.keys(titles) as (keyof typeof titles)[]).filter((name) =>
    item.contestants.some((contestant) => contestant.name === name),
  )
  const head = ['work', 'unit', ...names.map((name) => titles[name]), 'ratio']
  const lines = rows.map((row) => [
    row.name,
    row.unit,
    ...names.map((name) => cell(median(row, name), row.spread[name])),
    row.ratio === null ? '–' : `${number(row.ratio)} ×`,
  ])
  return padded([head, ...lines])
}

export function median(row: Result, name: keyof typeof titles): number | null {
  if (name === 'ours') return row.ours
  if (name === 'portable') return row.portable ?? null
  if (name === 'floor') return row.floor
  return row.peers[name] ?? null
}

/** What was aimed at, one line each. */
export function aimLines(rows: readonly Result[]): string[] {
  return rows.flatMap(({ name, aims }) =>
    aims.map(({ aim, reached, part }) =>
      reached
        ? `reached: ${name}, ${aim} (${number(part)} of it)`
        : `missed: ${name}, ${aim} (${number(part)} of it)`,
    ),
  )
}

export function failureLines({ failures }: Outcome): string[] {
  return [...failures].map(([name, why]) => `${titles[name]} has no values: ${why.split('\n')[0]}`)
}

/** Three digits that count. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return '–'
  const size = Math.abs(value)
  if (size >= 1000) return Math.round(value).toLocaleString('en')
  return size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : value.toFixed(2)
}

function cell(value: number | null, spread: number | undefined): string {
  if (value === null) return '–'
  return spread === undefined ? number(value) : `${number(value)} ±${Math.round(spread * 100)}%`
}

export function padded(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    `| ${row.map((text, column) => (column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0))).join(' | ')} |`
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`
  const [head, ...rest] = rows.map(line)
  return [head, rule, ...rest].join('\n')
}
