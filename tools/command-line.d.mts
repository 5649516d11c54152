import type { ParseArgsConfig, parseArgs } from 'node:util'

type Options = NonNullable<ParseArgsConfig['options']>

/** What the options were given; ends the process for `--help`, and for words that it does not have. */
export function readOptions<const O extends Options>(
  options: O,
  usage: string,
  args?: string[],
): ReturnType<typeof parseArgs<{ options: O }>>['values']

/** Ends the process with code 2, saying why. */
export function refuse(problem: string): never
