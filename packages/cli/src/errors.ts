/** Errors of the program itself. Their messages are one line for a person, and say what to do next. */
import { type ExitCode, exitCodes } from './exit-codes.ts'

export class CliError extends Error {
  override readonly name = 'CliError'
  /** Stable, for programs that read the output of `--json`. */
  readonly code: string
  readonly exit: ExitCode

  constructor(exit: ExitCode, code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.exit = exit
    this.code = code
  }
}

/** The command line or a file that it names is wrong. */
export const usageError = (message: string, cause?: unknown): CliError =>
  new CliError(exitCodes.usage, 'USAGE', message, cause === undefined ? undefined : { cause })

/** Somebody wants the program, or the running command, to end. */
export class Interrupted extends CliError {
  constructor(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') {
    const exit = signal === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated
    super(exit, 'INTERRUPTED', 'interrupted')
  }
}
