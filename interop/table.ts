/** Outcomes as a table that is easy to read, in a terminal as in Markdown. */
import type { ClientName } from './vocabulary.ts'

declare module 'vitest' {
  interface TaskMeta {
    interop?: { scenario: string; client: ClientName; defect?: string }
  }
}

export interface Outcome {
  scenario: string
  client: ClientName
  /** The library cannot, by a known fault of its own: shown in place of a pass. */
  defect?: string
  passed: boolean
  /** Why not. */
  reason: string
}

export function table(outcomes: readonly Outcome[]): string {
  const clients = [...new Set(outcomes.map(({ client }) => client))]
  const scenarios = [...new Set(outcomes.map(({ scenario }) => scenario))]
  const notes: string[] = []
  const note = (text: string): string => {
    if (!notes.includes(text)) notes.push(text)
    return `[${notes.indexOf(text) + 1}]`
  }
  const cell = (outcome: Outcome | undefined): string => {
    if (outcome === undefined) return '–'
    if (!outcome.passed) return `FAILS ${note(`${outcome.client}, ${outcome.scenario}: ${outcome.reason}`)}`
    return outcome.defect === undefined ? 'pass' : `its defect ${note(outcome.defect)}`
  }
  const rows = scenarios.map((scenario) => [
    scenario,
    ...clients.map((client) =>
      cell(outcomes.find((one) => one.scenario === scenario && one.client === client)),
    ),
  ])
  return [
    ...aligned([['', ...clients], ...rows]),
    '',
    ...notes.map((text, index) => `${index + 1}. ${text}`),
  ].join('\n')
}

function aligned(rows: readonly string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`
  const [head = [], ...rest] = rows
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rest.map(line)]
}
