/** Why a box did not start, in terms of the options that it was given. */
import { BoxDataError, BoxOptionError } from '@telegram-mt/box'
import { CliError, usageError } from '../errors.ts'
import { exitCodes } from '../exit-codes.ts'

export interface Wanted {
  host: string
  port: number
  controlPort: number | undefined
  rsaKeyFile: string | undefined
  data: string | undefined
  schemaFiles: readonly string[]
}

export function whyNotStarted(error: unknown, wanted: Wanted): unknown {
  const { host, port, controlPort, rsaKeyFile, schemaFiles, data } = wanted
  if (error instanceof BoxOptionError) {
    return error.option === 'rsaKey'
      ? usageError(`--rsa-key ${rsaKeyFile}: ${error.message}`, error)
      : usageError(`--schema ${schemaFiles[error.index ?? 0]}: ${error.message}`, error)
  }
  if (!(error instanceof Error) || !('code' in error)) return error
  const failed = (message: string) =>
    new CliError(exitCodes.failed, String(error.code), message, { cause: error })
  if (error instanceof BoxDataError) return dataTrouble(error, data ?? '')
  const taken = 'port' in error ? error.port : port
  if (error.code === 'EADDRINUSE' && taken === controlPort) {
    return failed(
      `port ${taken} is taken by another program: choose another with --control, or 0 for a free one`,
    )
  }
  switch (error.code) {
    case 'EADDRINUSE':
      return failed(
        `port ${taken} of ${host} is taken by another program: choose others with --port, or 0 for free ones`,
      )
    case 'EACCES':
      return failed(
        `port ${taken} of ${host} may not be used by this user: choose one above 1023 with --port`,
      )
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return usageError(`--host ${host} is no address of this machine`, error)
    default:
      return error
  }
}

/** The words of the system are for those who know its calls. */
function dataTrouble(error: BoxDataError, folder: string): CliError {
  const { cause } = error
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'EEXIST' || code === 'ENOTDIR')
    return usageError(`--data ${folder} is a file: give a folder, which is made if it is not there`, error)
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return usageError(`--data ${folder}: this user may not write there`, error)
  return new CliError(exitCodes.failed, String(error.code), `--data: ${error.message}`, { cause: error })
}
