import type { SessionFault } from './events.ts'

/** What becomes of faults that nobody hears of: one line each on standard error. */
export function printFault(session: string, { error, where }: SessionFault): void {
  const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : ''
  const line = `[${session}] ${where}: ${error.name}${code}: ${error.message}`
  console.error(line.replace(/\s*[\r\n]+\s*/g, ' '))
}
