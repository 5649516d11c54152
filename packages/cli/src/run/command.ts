/**
 * What a command is. The same commands are lines at the prompt and subcommands of the program: each takes words, does its
 * work on the accounts, and returns what came of it, for people and for programs.
 */
import type { PeerLike, Session } from 'telegram-mt'
import type { Accounts } from '../accounts/accounts.ts'
import type { ExitCode } from '../exit-codes.ts'
import type { ProgressBar } from '../terminal/progress-bar.ts'
import type { Streams } from '../terminal/streams.ts'
import type { Environment, Settings } from './settings.ts'

/** What the Tab key offers for an argument. */
export type Completes = 'command' | 'session' | 'chat' | 'dc' | 'file'

export interface CommandArgument {
  /** As commander writes them: `<needed>`, `[optional]`, `<several...>`. */
  name: string
  describe: string
  completes?: Completes
  /** The only words that it may be. */
  values?: readonly string[]
  /** At the prompt this is all of what is left of the line, as typed. */
  restOfLine?: boolean
}

export interface CommandOption {
  flags: string
  describe: string
  /** The only words that its value may be. */
  values?: readonly string[]
}

export interface Command {
  name: string
  aliases?: readonly string[]
  summary: string
  /** More lines of help. */
  details?: string
  /** Lines as they are typed, without the program's name, and what each does. */
  examples?: readonly (readonly [line: string, meaning: string])[]
  arguments?: readonly CommandArgument[]
  options?: readonly CommandOption[]
  /** Makes sense at one of them only. */
  only?: 'prompt' | 'shell'
  /** Sends something: if it is stopped, it is said what became of that. */
  sends?: boolean
  /** Given in the shell, it begins a prompt. */
  opensPrompt?: boolean
  /** Takes as long as it takes; no time limit holds unless one is given. */
  endless?: boolean
  /** Being told to end is how it ends well: it looks at the signal itself. */
  endsOnSignal?: boolean
  run(context: CommandContext, given: Given): Promise<Outcome>
}

/** The words that came with a command. */
export interface Given {
  /** By position; what was left out is missing at the end. */
  args: readonly string[]
  options: Readonly<Record<string, string | boolean | readonly string[] | undefined>>
}

/** What came of a command. */
export interface Outcome {
  /** For programs: printed as JSON. */
  json?: unknown
  /** For people. */
  lines?: readonly string[]
  /** The prompt ends. */
  end?: boolean
  /** Done, but not all is well. */
  exit?: ExitCode
}

export interface CommandContext {
  readonly settings: Settings
  readonly streams: Streams
  readonly env: Environment
  /** All that there are. */
  readonly commands: readonly Command[]
  /** Whether the command was typed at the prompt. */
  readonly atPrompt: boolean
  /** Aborted when the command shall end: Ctrl-C, or its time is up. */
  readonly signal: AbortSignal
  /** Opens the storage at the first call. */
  accounts(): Promise<Accounts>
  /** A line for people about what goes on; no part of the outcome. */
  note(line: string): void
  /**
   * Asks whoever sits at the terminal, or takes the next line of the input.
   * @throws CliError if the input has ended.
   */
  ask(question: string, options?: { secret?: boolean }): Promise<string>
  /** Waits for something that a person does elsewhere: no time limit runs meanwhile. */
  unhurried<T>(wait: Promise<T>): Promise<T>
  /** Shows lines of our own making, with colours perhaps. */
  picture(text: string): void
  /** A line that shows how a transfer is getting on, where a person sees it. `end` it in any case. */
  progress(name: string): ProgressBar
  /** At the prompt: shows a chat from now on, and sends what is typed. */
  openChat?(session: Session, chat: PeerLike): Promise<void>
  /** Turns the log of what happens inside on or off. */
  setDebug(on: boolean): void
  /**
   * Follows a send: what an account has sent from here is no news, and whoever stops waiting is told what may still happen.
   * @param randomId names the send at Telegram.
   */
  sending<T extends { id: number }>(session: { id: string }, randomId: bigint, send: Promise<T>): Promise<T>
}

/** An option's value, if it was given one. */
export function textOption(given: Given, name: string): string | undefined {
  const value = given.options[name]
  return typeof value === 'string' ? value : undefined
}

/** All values of an option that may be given more than once: `--schema <file...>`. */
export function listOption(given: Given, name: string): readonly string[] {
  const value = given.options[name]
  return Array.isArray(value) ? value : []
}
