/** The number that a send goes by at Telegram: given, so that it can be repeated, or made up. */
import { randomBytes } from 'node:crypto'
import { usageError } from '../errors.ts'
import { type CommandOption, type Given, textOption } from '../run/command.ts'

export const randomIdOption: CommandOption = {
  flags: '--random-id <number>',
  describe: 'names this send: repeating it with the same number sends nothing twice',
}

/** @throws CliError */
export function randomId(given: Given): bigint {
  const text = textOption(given, 'randomId')
  if (text === undefined) return randomBytes(8).readBigInt64LE()
  if (!/^-?[0-9]{1,19}$/.test(text)) throw usageError('--random-id takes a whole number')
  const id = BigInt(text)
  if (BigInt.asIntN(64, id) !== id) throw usageError('--random-id takes a number of at most 64 bits')
  return id
}
