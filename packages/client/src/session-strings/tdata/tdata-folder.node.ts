import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readTdata, type TdataAccount, type TdataOptions } from './tdata.ts'
import { TdataError } from './tdata-error.ts'

/** The files in question have some kilobytes. */
const MAX_SIZE = 1 << 20

/**
 * The accounts in a `tdata` folder of Telegram Desktop. The program should not run meanwhile, nor afterwards with the same
 * accounts: an auth key that is used from two places is revoked.
 *
 * @throws TdataError
 */
export function importTdata(folder: string, options: TdataOptions = {}): Promise<TdataAccount[]> {
  return readTdata(async (name) => {
    const path = join(folder, name)
    try {
      if ((await stat(path)).size > MAX_SIZE) throw new TdataError('TDATA_INVALID', `${name} is too large`)
      return await readFile(path)
    } catch (error) {
      if (error instanceof TdataError) throw error
      if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
        return undefined
      throw new TdataError('TDATA_NOT_FOUND', `${name} cannot be read`, { cause: error })
    }
  }, options)
}
