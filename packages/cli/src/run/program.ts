/** The commands as commander knows them, for a command line and for a line at the prompt. */
import { Command as Commander, CommanderError, Option } from 'commander'
import { commands } from '../commands/all.ts'
import { usageError } from '../errors.ts'
import { exitCodeHelp } from '../exit-codes.ts'
import { version } from '../version.ts'
import type { Command, Given } from './command.ts'
import { globalOptions } from './global-options.ts'
import { nearestWord } from './nearest-word.ts'
import type { GlobalOptions } from './settings.ts'

export interface Parsed {
  /** Undefined: no command was given. */
  command: Command | undefined
  given: Given
  options: GlobalOptions
}

/** Help or the version was asked for: this text is the answer, and there is nothing more to do. */
export class HelpAsked extends Error {
  readonly text: string

  constructor(text: string) {
    super('help')
    this.text = text
  }
}

/**
 * Finds the command in the words of a line.
 * @throws HelpAsked if that is the answer; CliError if the words are wrong.
 */
export function parse(words: readonly string[], where: 'shell' | 'prompt'): Parsed {
  let text = ''
  let parsed: Parsed | undefined
  const program = where === 'shell' ? shellProgram() : promptProgram()
  const speak = (commander: Commander) =>
    commander.exitOverride().configureOutput({
      writeOut: (part) => {
        text += part
      },
      writeErr: () => {},
      // The narrowest terminal that people use.
      getOutHelpWidth: () => 80,
    })
  speak(program)
  for (const command of commands) {
    if (command.only !== undefined && command.only !== where && command.name !== 'exit') continue
    const sub = speak(subcommand(command, where))
    sub.action(() => {
      parsed = {
        command,
        given: { args: sub.args, options: sub.opts() },
        options: sub.optsWithGlobals<GlobalOptions>(),
      }
    })
    program.addCommand(sub)
  }
  const generalHelp = () => {
    text = ''
    try {
      program.help()
    } catch (error) {
      if (!(error instanceof CommanderError)) throw error
    }
    return text.trimEnd()
  }
  program.action(() => {
    const [unknown] = program.args
    if (unknown !== undefined) throw unknownCommand(unknown, where)
    parsed = { command: undefined, given: { args: [], options: {} }, options: program.opts<GlobalOptions>() }
  })
  try {
    program.parse([...words], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) {
      const asked = program.args.find((word) => !word.startsWith('-'))
      if (error.code === 'commander.helpDisplayed' && asked !== undefined && !isCommand(asked))
        throw unknownCommand(asked, where)
      throw new HelpAsked(text.trimEnd())
    }
    // The help of something that has none.
    if (error.code === 'commander.help') {
      const asked = program.args.slice(1).find((word) => !word.startsWith('-'))
      if (asked !== undefined && asked !== 'help') throw unknownCommand(asked, where)
      throw new HelpAsked(generalHelp())
    }
    const meant = words.find((word) => commands.some(({ name }) => name === word))
    throw usageError(
      `${error.message.replace(/^error: /, '').replace(/\.$/, '')}; see 'help${meant === undefined ? '' : ` ${meant}`}'`,
      error,
    )
  }
  if (parsed === undefined) throw new HelpAsked(text.trimEnd())
  return parsed
}

const isCommand = (word: string): boolean =>
  word === 'help' || commands.some(({ name, aliases = [] }) => name === word || aliases.includes(word))

function unknownCommand(name: string, where: 'shell' | 'prompt'): Error {
  const elsewhere = commands.find((command) => command.name === name)
  if (where === 'prompt' && elsewhere?.only === 'shell')
    return usageError(`${name} is a command for the shell, not for this prompt: telegram-mt ${name}`)
  const here = commands.filter(({ only }) => only === undefined || only === where)
  const near = nearestWord(
    name,
    here.map((command) => command.name),
  )
  const meant = near === undefined ? '' : `did you mean ${near}? `
  return usageError(`there is no command '${name}': ${meant}'help' lists them`)
}

function shellProgram(): Commander {
  const program = new Commander('telegram-mt')
    .description('Many Telegram accounts from the command line. Without a command: an interactive prompt.')
    .version(version)
    .argument('[command]')
    .allowExcessArguments()
    .addHelpText(
      'after',
      `
${exitCodeHelp}

Without a terminal, codes, passwords and session strings are read from the
input, a line each. TELEGRAM_MT_STORAGE_KEY seals the auth keys in the storage:
see 'help storage-key'.

Examples:
  telegram-mt --box                     a prompt, with Telegram in a box
  telegram-mt signin +41791234567       sign in; asks for the code
  telegram-mt chat @bob                 open a chat
  telegram-mt send @bob hello --json    send a text, and print its id
  telegram-mt help send                 more of one command`,
    )
  for (const { flags, describe } of globalOptions) program.option(flags, describe)
  program.configureHelp({
    minWidthToWrap: 20,
    visibleArguments: () => [],
    showGlobalOptions: true,
    subcommandTerm: term,
  })
  return program.usage('[options] [command]').helpCommand('help [command]', 'tell more of a command')
}

function promptProgram(): Commander {
  const program = new Commander('')
    .addOption(new Option('-s, --session <name>', 'for this session, rather than the current one').hideHelp())
    .helpOption(false)
    .allowExcessArguments()
    .argument('[command]')
    .addHelpText(
      'after',
      "\n'help send' tells more of send. --session NAME after a command is for another session than the current.",
    )
  program.configureHelp({ minWidthToWrap: 20, visibleArguments: () => [], subcommandTerm: term })
  return program.usage('command …').helpCommand('help [command]', 'list the commands, or tell more of one')
}

/** What else a command takes is told by its own help: the list shall fit a narrow terminal. */
const term = (command: Commander): string => command.name()

function subcommand(command: Command, where: 'shell' | 'prompt'): Commander {
  const sub = new Commander(command.name).summary(command.summary)
  sub.description(
    command.details === undefined
      ? sentence(command.summary)
      : `${sentence(command.summary)}\n${command.details}`,
  )
  for (const alias of command.aliases ?? []) sub.alias(alias)
  for (const { name, describe } of command.arguments ?? []) sub.argument(name, describe)
  for (const { flags, describe } of command.options ?? []) sub.option(flags, describe)
  sub.configureHelp({ minWidthToWrap: 20, showGlobalOptions: true })
  if (command.examples !== undefined) sub.addHelpText('after', exampleText(command.examples, where))
  sub.allowExcessArguments(false)
  return sub
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`

function exampleText(examples: NonNullable<Command['examples']>, where: 'shell' | 'prompt'): string {
  const program = where === 'shell' ? 'telegram-mt ' : ''
  const lines = examples.map(([line, meaning]) => `  ${program}${line}\n      ${meaning}`)
  return `\nExamples:\n${lines.join('\n')}`
}
