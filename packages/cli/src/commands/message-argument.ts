import { usageError } from '../errors.ts'

/** A message's number as typed, also as it is shown: `#12`. @throws CliError */
export function messageId(text: string): number {
  const digits = text.replace(/^#/, '')
  if (!/^[0-9]{1,10}$/.test(digits) || Number(digits) < 1 || Number(digits) > 0x7fffffff)
    throw usageError(`a message is named by its number, such as 12 (got '${text}')`)
  return Number(digits)
}
