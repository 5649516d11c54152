/** Whom a host tells what happens inside: nobody, the program's logger, or pino, where no more than a level is given. */
import { createRequire } from 'node:module'
import type { DestinationStream } from 'pino'
import { guarded, type Logger, type LogLevel, silentLogger } from './logger.ts'

export function loggerFrom(wanted: Logger | LogLevel | undefined): Logger {
  if (wanted === undefined) return silentLogger
  return typeof wanted === 'string' ? pinoLogger(wanted) : guarded(wanted)
}

/** @param to for tests; standard output if absent. */
export function pinoLogger(level: LogLevel, to?: DestinationStream): Logger {
  // Loaded when it is wanted: most hosts are silent, or are given a logger.
  const { pino } = createRequire(import.meta.url)('pino') as typeof import('pino')
  const options = { name: 'telegram-mt', level }
  return to === undefined ? pino(options) : pino(options, to)
}
