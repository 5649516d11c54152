/** The command table in the form that completion scripts of shells need. */
import type { Command, CommandArgument, CommandOption } from '../run/command.ts'
import { globalOptions } from '../run/global-options.ts'

/** What may stand in a place: names of files or folders, one of some words, or anything. */
export type Value = 'file' | 'folder' | 'anything' | readonly string[]

export interface ShellOption {
  /** With its dashes. */
  long: string
  short: string | undefined
  describe: string
  /** Undefined: it takes none. */
  value: Value | undefined
}

export interface ShellCommand {
  name: string
  summary: string
  options: readonly ShellOption[]
  /** Of the last one there may be several. */
  arguments: readonly Value[]
}

export interface ShellProgram {
  options: readonly ShellOption[]
  commands: readonly ShellCommand[]
}

/** Every command of the shell, and `help`. */
export function shellProgram(commands: readonly Command[]): ShellProgram {
  const known = commands.filter(({ only }) => only !== 'prompt')
  const names = known.map(({ name }) => name)
  const help = { name: 'help', summary: 'tell more of a command', options: [], arguments: [names] }
  return {
    options: [
      ...globalOptions.map(shellOption),
      { long: '--help', short: '-h', describe: 'show help', value: undefined },
      { long: '--version', short: '-V', describe: 'show the version', value: undefined },
    ],
    commands: [
      ...known.map((command) => ({
        name: command.name,
        summary: command.summary,
        options: (command.options ?? []).map(shellOption),
        arguments: (command.arguments ?? []).map(argumentValue),
      })),
      help,
    ],
  }
}

function shellOption({ flags, describe, values }: CommandOption): ShellOption {
  const long = /--[a-z-]+/.exec(flags)?.[0] ?? flags
  const placeholder = /[<[]([a-z]+)/i.exec(flags)?.[1]
  return {
    long,
    short: /(?:^|\s)(-[a-z])\b/i.exec(flags)?.[1],
    describe,
    // What may be left out is no reason to keep other words away.
    value: placeholder === undefined || flags.includes('[') ? undefined : (values ?? standsFor(placeholder)),
  }
}

function argumentValue({ name, completes, values }: CommandArgument): Value {
  if (values !== undefined) return values
  if (completes === 'file') return 'file'
  return completes === 'dc' ? ['1', '2', '3', '4', '5'] : standsFor(/[a-z]+/i.exec(name)?.[0] ?? '')
}

function standsFor(placeholder: string): Value {
  if (placeholder === 'file') return 'file'
  return placeholder === 'directory' ? 'folder' : 'anything'
}
