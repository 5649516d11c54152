import { TelegramError } from '../../errors.ts'

/** The codes of TdataError. */
export type TdataErrorCode =
  /** There is no such file or folder. */
  | 'TDATA_NOT_FOUND'
  /** Not a file of Telegram Desktop, or damaged. */
  | 'TDATA_INVALID'
  /** The local passcode is needed or wrong. */
  | 'TDATA_PASSCODE_WRONG'

export class TdataError extends TelegramError {
  declare readonly code: TdataErrorCode

  constructor(code: TdataErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, options)
  }
}

export const damaged = (what: string): TdataError => new TdataError('TDATA_INVALID', `${what} is damaged`)
