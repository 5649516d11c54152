/** The interactive prompt: reads lines, runs commands, and shows what arrives meanwhile. All accounts are connected. */
import { Accounts } from '../accounts/accounts.ts'
import { CliError, Interrupted, usageError } from '../errors.ts'
import type { CommandContext } from '../run/command.ts'
import { explain } from '../run/explain.ts'
import { createLogger } from '../run/log.ts'
import { unlessAborted } from '../run/one-shot.ts'
import { HelpAsked, parse } from '../run/program.ts'
import type { Environment, Settings } from '../run/settings.ts'
import { LineEditor } from '../terminal/line-editor.ts'
import { printable } from '../terminal/printable.ts'
import type { Streams } from '../terminal/streams.ts'
import { version } from '../version.ts'
import { Completion } from './completion.ts'
import { promptText } from './prompt-text.ts'
import { SentHere } from './sent-here.ts'
import { watchSession } from './watch-session.ts'
import { lineToArguments } from './words.ts'

export interface PromptOptions {
  settings: Settings
  streams: Streams
  env: Environment
  signal: AbortSignal
}

/** Runs until `exit`, the end of the input, Ctrl-C at an empty line, or the signal. */
export async function runPrompt(options: PromptOptions): Promise<void> {
  const prompt = new Prompt(options)
  try {
    await prompt.run()
  } finally {
    await prompt.close()
  }
}

class Prompt {
  readonly #options: PromptOptions
  readonly #editor: LineEditor
  readonly #sentHere = new SentHere()
  #accounts: Accounts | undefined
  #completion: Completion | undefined
  #running: AbortController | undefined
  #debug: boolean

  constructor(options: PromptOptions) {
    this.#options = options
    this.#debug = options.settings.debug
    const { input, output, interactive } = options.streams
    this.#editor = new LineEditor({
      input,
      output,
      interactive,
      complete: async (text) => (await this.#completion?.complete(text)) ?? [[], text],
      onInterrupt: () => this.#running?.abort(new Interrupted('SIGINT')),
    })
  }

  async run(): Promise<void> {
    const { settings, signal, streams } = this.#options
    const accounts = await unlessAborted(this.#open(settings), signal)
    this.#completion = new Completion(accounts)
    if (streams.interactive) this.#welcome(accounts)
    for (;;) {
      const line = await unlessAborted(this.#editor.read(promptText(accounts), { remember: true }), signal)
      if (line === undefined) return
      try {
        if (await this.#runLine(line, accounts)) return
      } catch (error) {
        if (signal.aborted) throw error
        // A script has nobody to look at what went wrong: it ends with it.
        if (!streams.interactive) throw error
        this.#show(error)
      }
    }
  }

  async close(): Promise<void> {
    this.#editor.close()
    await this.#accounts?.close()
  }

  async #open(settings: Settings): Promise<Accounts> {
    const print = (line: string) => this.#print(line)
    const log = createLogger((line) => this.#debug && print(line))
    this.#accounts = await Accounts.open({
      settings,
      connectAll: true,
      logger: log,
      onSession: (session) => {
        watchSession(session, {
          print,
          sentHere: this.#sentHere,
          onState: () => this.#accounts && this.#editor.setPrompt(promptText(this.#accounts)),
        })
      },
      onCorrupt: (id, error) => print(`Session ${id} cannot be read: ${error.message}`),
      note: print,
      onLoginCode: (phone, code) => print(`Box: the login code for +${phone} is ${code}`),
    })
    return this.#accounts
  }

  #welcome(accounts: Accounts): void {
    const count = accounts.sessions().length
    const where = this.#options.settings.box
      ? 'A box of its own, which is gone at the end. Sign up with any number, say 9996610001.'
      : count === 0
        ? "No sessions yet: 'signin' begins one."
        : `${count} ${count === 1 ? 'session' : 'sessions'}.`
    this.#print(`telegram-mt ${version}. 'help' lists the commands, Tab completes, Ctrl-D ends.\n${where}`)
  }

  /** True if it was the last line. */
  async #runLine(line: string, accounts: Accounts): Promise<boolean> {
    const words = lineToArguments(line)
    if (words.length === 0) return false
    const running = new AbortController()
    this.#running = running
    try {
      const { command, given, options } = parse(words, 'prompt')
      if (command === undefined) return false
      const signal = AbortSignal.any([running.signal, this.#options.signal])
      const settings = {
        ...this.#options.settings,
        session: options.session ?? this.#options.settings.session,
      }
      const outcome = await unlessAborted(
        command.run(this.#context(settings, accounts, signal), given),
        signal,
      )
      if (outcome.lines?.length) this.#print(outcome.lines.join('\n'))
      return outcome.end === true
    } catch (error) {
      if (!(error instanceof HelpAsked)) throw error
      this.#print(error.text)
      return false
    } finally {
      this.#running = undefined
    }
  }

  #context(settings: Settings, accounts: Accounts, signal: AbortSignal): CommandContext {
    const { streams, env } = this.#options
    return {
      settings,
      streams,
      env,
      atPrompt: true,
      signal,
      accounts: async () => accounts,
      note: (line) => this.#print(line),
      ask: async (question, options) => {
        const answer = await unlessAborted(this.#editor.read(question, options), signal)
        if (answer === undefined)
          throw usageError(`the input ended where this was expected: ${question.replace(/:\s*$/, '')}`)
        return answer
      },
      setDebug: (on) => {
        this.#debug = on
      },
      sending: (session, _, send) => this.#sentHere.track(session, send),
    }
  }

  #print(text: string): void {
    this.#editor.print(printable(text))
  }

  #show(error: unknown): void {
    if (error instanceof Interrupted) {
      this.#print('(stopped)')
      return
    }
    const { message } = explain(error)
    this.#print(`Error: ${message}`)
    if (this.#debug && error instanceof Error && !(error instanceof CliError)) this.#print(error.stack ?? '')
  }
}
