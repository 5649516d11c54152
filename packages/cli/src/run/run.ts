/** The program: words in, exit code out. Nothing in here touches the process itself, so that a test can run it. */
import { usageError } from '../errors.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { runPrompt } from '../prompt/prompt.ts'
import type { Streams } from '../terminal/streams.ts'
import { explain } from './explain.ts'
import { runOneShot } from './one-shot.ts'
import { HelpAsked, parse } from './program.ts'
import { type Environment, readSettings } from './settings.ts'

export interface RunOptions {
  /** The words after the program's name. */
  words: readonly string[]
  streams: Streams
  env: Environment
  /** Ends the program early; its reason is an Interrupted. */
  signal: AbortSignal
}

export async function run({ words, streams, env, signal }: RunOptions): Promise<ExitCode> {
  try {
    const { command, given, options } = parse(words, 'shell')
    const settings = readSettings(options, env, command?.name === 'box')
    if (command?.opensPrompt) {
      if (settings.json)
        throw usageError(`${command.name} is for people: for programs there are history and listen`)
      await runPrompt({ settings, streams, env, signal, first: { command, given } })
      return exitCodes.ok
    }
    if (command !== undefined) return await runOneShot({ command, given, settings, streams, env, signal })
    if (settings.json)
      throw usageError(
        '--json is for a single command, as in: telegram-mt sessions --json; the prompt is for people, also when its lines are piped in',
      )
    await runPrompt({ settings, streams, env, signal })
    return exitCodes.ok
  } catch (error) {
    if (error instanceof HelpAsked) {
      streams.output.write(`${error.text}\n`)
      return exitCodes.ok
    }
    return report(error, words, streams)
  }
}

/** One line on standard error; an object in it for programs. */
function report(error: unknown, words: readonly string[], { errors }: Streams): ExitCode {
  const explained = explain(error)
  const { code, message, exit } = explained
  if (words.includes('--json')) errors.write(`${JSON.stringify({ error: explained })}\n`)
  else if (code !== 'INTERRUPTED') errors.write(`telegram-mt: ${message}\n`)
  if (words.includes('--debug') && error instanceof Error) errors.write(`${stackOf(error)}\n`)
  return exit
}

function stackOf(error: Error): string {
  const { stack = error.message, cause } = error
  return cause instanceof Error ? `${stack}\ncaused by ${stackOf(cause)}` : stack
}
