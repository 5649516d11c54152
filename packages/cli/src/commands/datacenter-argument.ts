import { usageError } from '../errors.ts'

/** A datacenter's id as typed. @throws CliError */
export function datacenter(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^[1-9][0-9]{0,2}$/.test(text))
    throw usageError(`a datacenter is named by its number, such as 2 (got '${text}')`)
  return Number(text)
}
