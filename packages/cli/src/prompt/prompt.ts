/** The interactive prompt: reads lines, runs commands, and shows what arrives meanwhile. All accounts are connected. */
import { Accounts } from '../accounts/accounts.ts'
import { describeState } from '../accounts/session-names.ts'
import { commands } from '../commands/all.ts'
import { CliError, Interrupted, usageError } from '../errors.ts'
import type { Command, CommandContext, Given, Outcome } from '../run/command.ts'
import { explain } from '../run/explain.ts'
import { createLogger } from '../run/log.ts'
import { unlessAborted } from '../run/one-shot.ts'
import { HelpAsked, parse } from '../run/program.ts'
import type { Environment, Settings } from '../run/settings.ts'
import { LineEditor } from '../terminal/line-editor.ts'
import { printable } from '../terminal/printable.ts'
import { ProgressBar } from '../terminal/progress-bar.ts'
import { columnsOf, rowsOf, type Streams } from '../terminal/streams.ts'
import type { ChatView } from './chat-view.ts'
import { chatHelp, readChatLine } from './chat-words.ts'
import { Completion } from './completion.ts'
import { OpenChats } from './open-chats.ts'
import { promptText, waitingText, welcomeText } from './prompt-text.ts'
import { SentHere } from './sent-here.ts'
import { watchSession } from './watch-session.ts'
import { lineToArguments } from './words.ts'

export interface PromptOptions {
  settings: Settings
  streams: Streams
  env: Environment
  signal: AbortSignal
  /** To be run before a line is read. */
  first?: { command: Command; given: Given }
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
  readonly #chats: OpenChats
  #accounts: Accounts | undefined
  #completion: Completion | undefined
  #running: AbortController | undefined
  /** The command under way has given a message to the account to be sent. */
  #handedOver = false
  /** Keys are followed one after the other. */
  #keys: Promise<void> = Promise.resolve()
  #debug: boolean

  constructor(options: PromptOptions) {
    this.#options = options
    this.#debug = options.settings.debug
    const { input, output, interactive } = options.streams
    this.#editor = new LineEditor({
      input,
      output,
      interactive,
      complete: async (text) => (await this.#complete(text)) ?? [[], text],
      onKey: (key) => {
        this.#keys = this.#keys.then(() => this.#onKey(key)).catch((error: unknown) => this.#show(error))
      },
      onInterrupt: () => this.#running?.abort(new Interrupted('SIGINT')),
    })
    this.#chats = new OpenChats(
      {
        print: (text) => this.#print(text),
        page: (text) => this.#editor.page(printable(text)),
        columns: () => columnsOf(output),
        rows: () => rowsOf(output),
      },
      () => this.#accounts?.current,
    )
  }

  async run(): Promise<void> {
    const { settings, signal, streams } = this.#options
    const accounts = await unlessAborted(this.#open(settings), signal)
    this.#completion = new Completion(accounts)
    // From here on the account is chosen here.
    if (settings.session !== undefined) await accounts.use(accounts.find(settings.session))
    if (streams.interactive) this.#print(welcomeText(accounts.sessions().length, settings.box))
    const { first } = this.#options
    if (first !== undefined)
      await this.#unlessFatal(async () => {
        await this.#run((signal) =>
          first.command.run(
            this.#context({ ...settings, session: undefined }, accounts, signal),
            first.given,
          ),
        )
        return false
      })
    for (;;) {
      const line = await unlessAborted(this.#editor.read(this.#promptText(), { remember: true }), signal)
      if (line === undefined) return
      const before = accounts.current
      if (await this.#unlessFatal(() => this.#runLine(line, accounts))) return
      if (accounts.current !== before) await this.#afterSwitch()
    }
  }

  async #unlessFatal(work: () => Promise<boolean>): Promise<boolean> {
    try {
      return await work()
    } catch (error) {
      // A script has nobody to look at what went wrong: it ends with it.
      if (this.#options.signal.aborted || !this.#options.streams.interactive) throw error
      this.#show(error)
      return false
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
          chats: this.#chats,
          onState: () => this.#editor.setPrompt(this.#promptText()),
        })
      },
      onCorrupt: (id, error) => print(`Session ${id} cannot be read: ${error.message}`),
      note: print,
      onLoginCode: (phone, code) => print(`Box: the login code for +${phone} is ${code}`),
    })
    return this.#accounts
  }

  /** True if it was the last line. */
  async #runLine(typed: string, accounts: Accounts): Promise<boolean> {
    const chat = this.#chats.shown
    if (chat === undefined) return await this.#runCommand(typed, accounts)
    const line = readChatLine(typed, String(chat.id))
    switch (line.do) {
      case 'nothing':
        if (chat.isScrolled) await this.#run((signal) => chat.scroll('newest', signal))
        return false
      case 'send':
        await this.#say(chat, line.text)
        return false
      case 'scroll':
        await this.#run((signal) => chat.scroll(line.to, signal))
        return false
      case 'leave':
        this.#chats.close(chat.session)
        return false
      case 'help':
        this.#print(chatHelp)
        return false
      case 'run':
        return await this.#runCommand(line.line, accounts)
    }
  }

  /** Sends to the open chat what was typed. */
  async #say(chat: ChatView, text: string): Promise<void> {
    if (chat.isScrolled) await this.#run((signal) => chat.scroll('newest', signal))
    this.#editor.setStatus(`(sending; ${describeState(chat.session)})`)
    try {
      const { id } = await this.#run((signal) =>
        this.#sending(chat.session, chat.session.sendMessage(chat.id, text, { signal })),
      )
      this.#editor.setStatus(undefined)
      this.#print(`  ✓ #${id}`)
    } finally {
      this.#editor.setStatus(undefined)
    }
  }

  /** What is sent from here is no news, and may arrive even if nobody waits for it any more. */
  #sending<T extends { id: number }>(session: { id: string }, send: Promise<T>): Promise<T> {
    this.#handedOver = true
    return this.#sentHere.track(session, send)
  }

  async #runCommand(line: string, accounts: Accounts): Promise<boolean> {
    const words = lineToArguments(line)
    if (words.length === 0) return false
    try {
      const { command, given, options } = parse(words, 'prompt')
      if (command === undefined) return false
      const settings = {
        ...this.#options.settings,
        session: options.session,
      }
      this.#editor.setStatus(waitingText(accounts.current))
      const outcome: Outcome = await this.#run((signal) =>
        command.run(this.#context(settings, accounts, signal), given),
      )
      this.#editor.setStatus(undefined)
      if (outcome.lines?.length) this.#print(outcome.lines.join('\n'))
      return outcome.end === true
    } catch (error) {
      this.#editor.setStatus(undefined)
      if (!(error instanceof HelpAsked)) throw error
      this.#print(error.text)
      return false
    }
  }

  /** Work that Ctrl-C stops. */
  async #run<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const running = new AbortController()
    this.#running = running
    this.#handedOver = false
    const signal = AbortSignal.any([running.signal, this.#options.signal])
    try {
      return await unlessAborted(work(signal), signal)
    } finally {
      this.#running = undefined
    }
  }

  async #complete(text: string): Promise<[candidates: string[], part: string] | undefined> {
    return this.#chats.shown === undefined
      ? await this.#completion?.complete(text)
      : await this.#completion?.completeInChat(text)
  }

  /** A key pressed while a line is being typed: the line stays as it is. */
  async #onKey(key: string): Promise<void> {
    const accounts = this.#accounts
    if (accounts === undefined) return
    if (!key.startsWith('meta-')) {
      await this.#chats.shown?.scroll(key === 'pageup' ? 'older' : 'newer', this.#options.signal)
      return
    }
    const session = accounts.sessions()[Number(key.slice(5)) - 1]
    if (session === undefined || session === accounts.current) return
    await accounts.use(session)
    await this.#afterSwitch()
  }

  /** The prompt is for another account now, whose chat may be open. */
  async #afterSwitch(): Promise<void> {
    this.#editor.setPrompt(this.#promptText())
    await this.#chats.shown?.scroll('newest', this.#options.signal)
  }

  #promptText(): string {
    return this.#accounts === undefined ? '' : promptText(this.#accounts, this.#chats.shown?.title)
  }

  #context(settings: Settings, accounts: Accounts, signal: AbortSignal): CommandContext {
    const { streams, env } = this.#options
    return {
      settings,
      streams,
      env,
      commands,
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
      unhurried: (wait) => wait,
      picture: (text) => this.#editor.print(text),
      progress: (name) =>
        new ProgressBar(
          name,
          (line) => this.#editor.setStatus(line),
          () => columnsOf(streams.output),
        ),
      openChat: (session, chat) => this.#chats.open(session, chat, signal),
      setDebug: (on) => {
        this.#debug = on
      },
      sending: (session, _, send) => this.#sending(session, send),
    }
  }

  #print(text: string): void {
    this.#editor.print(printable(text))
  }

  #show(error: unknown): void {
    if (error instanceof Interrupted) {
      this.#print(this.#handedOver ? '(stopped; the message may arrive all the same)' : '(stopped)')
      return
    }
    const { message } = explain(error)
    this.#print(`Error: ${message}`)
    if (this.#debug && error instanceof Error && !(error instanceof CliError)) this.#print(error.stack ?? '')
  }
}
