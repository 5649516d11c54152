/** What happens inside, as lines for people. No secret is handed to a logger, so none can show. */
import type { Logger } from 'telegram-mt'
import { printableLine } from '../terminal/printable.ts'

export function createLogger(print: (line: string) => void): Logger {
  const log = (level: string) => (details: object, message: string) => {
    const parts = Object.entries(details).map(([name, value]) => `${name}=${show(value)}`)
    print(printableLine([`[${level}]`, message, ...parts].join(' ')))
  }
  return { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') }
}

function show(value: unknown): string {
  if (value instanceof Error) return 'code' in value ? `${value.code} ${value.message}` : value.message
  if (typeof value === 'bigint') return String(value)
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined')
}
