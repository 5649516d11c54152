/**
 * Where logs go: pino's calling convention, details first. Nothing is logged unless the program injects a logger, and
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

const nothing = () => {}

export const silentLogger: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing }
