import { usageError } from '../errors.ts'
import type { CommandContext } from '../run/command.ts'

/** The phone number, given or asked for. */
export async function phoneNumber(context: CommandContext, words: readonly string[]): Promise<string> {
  const phone = words.join(' ').trim() || (await context.ask('Phone number, with its country code: ')).trim()
  if (!/^\+?[0-9\s().-]{5,30}$/.test(phone)) {
    throw usageError('a phone number is written with its country code, as in +41 12 345 67 89')
  }
  return phone
}
