/**
 * Where logs go: pino's calling convention, details first. Nothing is logged unless the program wants it, and
 * no secret (auth key, code, password, text of a message) is ever handed to one.
 */
export interface Logger {
  /** Refused calls, dropped packets. */
  debug(details: object, message: string): void
  /** Changes of state. */
  info(details: object, message: string): void
  /** Flood waits, refused keys. */
  warn(details: object, message: string): void
  /** What went wrong inside a session. */
  error(details: object, message: string): void
}

/** From which level on pino logs: see `logger`. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

const nothing = () => {}

export const silentLogger: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing }

/** What the program's logger throws stays with it: what was being logged goes on. */
export function guarded(logger: Logger): Logger {
  const guard = (level: LogLevel) => (details: object, message: string) => {
    try {
      logger[level](details, message)
    } catch {
      // There is nobody left to tell.
    }
  }
  return { debug: guard('debug'), info: guard('info'), warn: guard('warn'), error: guard('error') }
}
