/** One command from the command line: done, its outcome printed, everything closed. */
import { Accounts } from '../accounts/accounts.ts'
import { holdUpdates } from '../accounts/hold-updates.ts'
import { commands } from '../commands/all.ts'
import { usageError } from '../errors.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { LineEditor } from '../terminal/line-editor.ts'
import { printable } from '../terminal/printable.ts'
import { ProgressBar } from '../terminal/progress-bar.ts'
import { columnsOf, type Streams, statusLine, writeLine } from '../terminal/streams.ts'
import type { Command, CommandContext, Given } from './command.ts'
import { Waits } from './gave-up.ts'
import { createLogger } from './log.ts'
import type { Environment, Settings } from './settings.ts'

export interface OneShot {
  command: Command
  given: Given
  settings: Settings
  streams: Streams
  env: Environment
  /** Aborted by Ctrl-C and the like. */
  signal: AbortSignal
}

/** How long a command may take unless told otherwise, milliseconds. */
const PATIENCE = 60_000

export async function runOneShot(options: OneShot): Promise<ExitCode> {
  const { command, given, settings, streams, env, signal } = options
  const { json } = settings
  const hold = holdUpdates()
  const waits = new Waits(command.sends === true ? command.name : undefined)
  const patience = command.endless ? settings.timeout : (settings.timeout ?? PATIENCE)
  const deadline = new Deadline(patience, () => waits.tooSlow())
  const ending = AbortSignal.any([signal, deadline.signal])
  const status = statusLine(streams)
  const note = (line: string) => {
    status(undefined)
    streams.errors.write(`${printable(line)}\n`)
  }
  let accounts: Promise<Accounts> | undefined
  let editor: LineEditor | undefined
  const context: CommandContext = {
    settings,
    streams,
    env,
    commands,
    atPrompt: false,
    signal: ending,
    note,
    accounts: () => {
      // Another process that holds the storage is waited for a while, and is the error then: no limit cuts that short.
      accounts ??= deadline.paused(() =>
        Accounts.open({
          settings,
          connectAll: false,
          onSession: (session) => {
            hold.hold(session)
            waits.watch(session)
          },
          onCorrupt: (id, error) => note(`session ${id} cannot be read: ${error.message}`),
          note,
          onLoginCode: (phone, code) => note(`box: the login code for +${phone} is ${code}`),
          logger: settings.debug ? createLogger(note) : undefined,
        }),
      )
      return accounts
    },
    ask: async (question, options) => {
      editor ??= new LineEditor({
        input: streams.input,
        output: streams.errors,
        interactive: streams.interactive,
      })
      // A person may take their time.
      const reader = editor
      const answer = await deadline.paused(() => reader.read(question, options))
      if (answer === undefined)
        throw usageError(`the input ended where this was expected: ${question.replace(/:\s*$/, '')}`)
      return answer
    },
    unhurried: (wait) => deadline.paused(() => wait),
    picture: (text) => void streams.errors.write(`${text}\n`),
    progress: (name) => new ProgressBar(name, status, () => columnsOf(streams.errors)),
    setDebug: () => {
      throw usageError('this switches the log at the prompt; here it is the option --debug')
    },
    sending: (_, randomId, send) => waits.sending(randomId, send),
  }
  try {
    const work = command.run(context, given)
    const outcome = await (command.endsOnSignal ? work : unlessAborted(work, ending))
    if (json && outcome.json !== undefined) await writeLine(streams.output, JSON.stringify(outcome.json))
    else for (const line of outcome.lines ?? []) await writeLine(streams.output, line)
    return outcome.exit ?? exitCodes.ok
  } catch (error) {
    const left = signal.aborted ? waits.leftBehind() : undefined
    if (left !== undefined) note(`Stopped; ${left}.`)
    throw error
  } finally {
    deadline.cancel()
    editor?.close()
    const open = await accounts?.catch(() => undefined)
    const closed = open?.close()
    hold.letGo()
    await closed
  }
}

/** Time for the program's own work; what a person needs does not count. */
class Deadline {
  readonly #controller = new AbortController()
  #left: number | undefined
  #since = 0
  #timer: NodeJS.Timeout | undefined
  #over = false
  readonly #tooSlow: () => Error

  constructor(milliseconds: number | undefined, tooSlow: () => Error) {
    this.#left = milliseconds
    this.#tooSlow = tooSlow
    this.#start()
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** @param wait begins the wait: it may block the process from its first moment. */
  async paused<T>(wait: () => Promise<T>): Promise<T> {
    clearTimeout(this.#timer)
    if (this.#left !== undefined) this.#left -= performance.now() - this.#since
    try {
      return await wait()
    } finally {
      this.#start()
    }
  }

  /** For good: a wait that ends later does not start it again. */
  cancel(): void {
    this.#over = true
    clearTimeout(this.#timer)
  }

  #start(): void {
    if (this.#left === undefined || this.#over) return
    this.#since = performance.now()
    this.#timer = setTimeout(() => this.#controller.abort(this.#tooSlow()), Math.max(0, this.#left))
  }
}

/** The work's result, or the signal's reason as soon as that comes. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = () => {}
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop)
    if (signal.aborted) stop()
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
    // Whichever came second has nobody left to tell.
    work.catch(() => {})
    aborted.catch(() => {})
  }
}
