/** Lines that outlive a process killed at any moment: one that was cut short counts as never written. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'

export function write(file: string, line: string): void {
  appendFileSync(file, `${line}\n`)
}

export function read(file: string): string[] {
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n')
  lines.pop()
  return lines
}
