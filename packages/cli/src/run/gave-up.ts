/** A command that was stopped before its end: why nothing came, as far as that is known, and what may happen all the same. */
import type { Session } from 'telegram-mt'
import { labelOf } from '../accounts/session-names.ts'
import { CliError } from '../errors.ts'
import { exitCodes } from '../exit-codes.ts'

/** Follows what a command waits for. */
export class Waits {
  readonly #command: string | undefined
  readonly #sessions = new Map<Session, string | undefined>()
  #sending: bigint | undefined

  /** @param command the name of the command, if it is one that sends something. */
  constructor(command: string | undefined) {
    this.#command = command
  }

  watch(session: Session): void {
    session.on('state', (state) => {
      if (state.name === 'waiting') this.#sessions.set(session, state.reason)
      else if (state.name === 'connecting' && !this.#sessions.has(session))
        this.#sessions.set(session, undefined)
      else if (state.name !== 'connecting' && state.name !== 'closed') this.#sessions.delete(session)
    })
  }

  /** A message is handed over, under this number. */
  async sending<T>(randomId: bigint, send: Promise<T>): Promise<T> {
    this.#sending = randomId
    return await send
  }

  /** The error of a command whose time is up. */
  tooSlow(): CliError {
    const [first] = this.#sessions
    const why =
      first === undefined
        ? 'Telegram was reached, but has not answered'
        : `no connection to datacenter ${first[0].dc} for ${labelOf(first[0])}: ${first[1] ?? 'nobody answers there'}`
    const message = `no answer in time: ${[why, this.leftBehind()].filter(Boolean).join('; ')}. --timeout gives a command longer`
    return new CliError(exitCodes.network, 'TIMEOUT', message)
  }

  /** What became of the message that was being sent. */
  leftBehind(): string | undefined {
    if (this.#command === undefined) return undefined
    if (this.#sending === undefined) return 'nothing was sent'
    return `the message may arrive all the same: '${this.#command} --random-id ${this.#sending} …' repeats it without sending it twice`
  }
}
