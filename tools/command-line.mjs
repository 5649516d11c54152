/**
 * The options of a tool that is run by hand. `--help` prints how it is used; a word that it does not know is named above that,
 * with exit code 2.
 */
import { parseArgs } from 'node:util'

export function readOptions(options, usage, args = process.argv.slice(2)) {
  if (asksForHelp(args)) tellUsage(usage)
  try {
    return parseArgs({ options, args }).values
  } catch (error) {
    return refuseWords(error, usage)
  }
}

export const asksForHelp = (words) => words.some((word) => word === '--help' || word === '-h')

export function tellUsage(usage) {
  console.log(usage)
  process.exit(0)
}

/** @throws whatever is no complaint of `parseArgs` */
export function refuseWords(error, usage) {
  if (!(error instanceof Error) || !String(error.code).startsWith('ERR_PARSE_ARGS_')) throw error
  // What follows the first sentence is about texts that begin with a dash: nobody here needs one.
  return refuse(`${error.message.split(/\.\s/)[0]}\n\n${usage}`)
}

/** Ends the tool: it was asked for what it cannot do. */
export function refuse(problem) {
  console.error(problem)
  process.exit(2)
}
