import type { Session, Update } from 'telegram-mt'
import { messageJson, messageLine } from '../accounts/message-line.ts'
import { PrintedBefore } from '../accounts/printed-before.ts'
import { describeState, labelOf } from '../accounts/session-names.ts'
import { CliError } from '../errors.ts'
import { exitCodes } from '../exit-codes.ts'
import { type Command, type CommandContext, textOption } from '../run/command.ts'
import { count, seconds } from '../run/settings.ts'
import { writeLine } from '../terminal/streams.ts'

export const listen: Command = {
  name: 'listen',
  summary: 'print messages as they come, beginning with what was missed; until Ctrl-C',
  details:
    'Of all accounts, unless --session names one. A message counts as seen when it was printed; with --json, a line each.',
  examples: [
    ['listen --json --count 1', 'the next message as one line of JSON'],
    ['listen --session @ann --for 60', 'a minute of one account'],
  ],
  options: [
    { flags: '--count <number>', describe: 'end after so many messages' },
    { flags: '--for <seconds>', describe: 'end after this time' },
  ],
  only: 'shell',
  endless: true,
  async run(context, given) {
    const most = textOption(given, 'count')
    const time = seconds(textOption(given, 'for'), '--for')
    const left = most === undefined ? Number.POSITIVE_INFINITY : count(most, '--count')
    const accounts = await context.accounts()
    const { session: named } = context.settings
    const sessions = (named === undefined ? accounts.sessions() : [accounts.find(named)]).filter(
      (session) => session.userId !== undefined && session.state.name !== 'loggedOut',
    )
    if (sessions.length === 0) {
      // Says so if it is damage that leaves nobody.
      if (accounts.sessions().length === 0) accounts.chosen(undefined)
      throw new CliError(exitCodes.notSignedIn, 'NOT_SIGNED_IN', 'no account is signed in; use signin')
    }
    const printed = new Map<Session, PrintedBefore>()
    for (const session of sessions) printed.set(session, await PrintedBefore.of(accounts.storage, session.id))
    try {
      await listenTo(printed, context, left, time)
    } finally {
      for (const before of printed.values()) await before.save()
    }
    return {}
  },
}

function listenTo(
  sessions: ReadonlyMap<Session, PrintedBefore>,
  context: CommandContext,
  left: number,
  time: number | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = time === undefined ? undefined : setTimeout(() => end(resolve), time)
    const interrupted = () => end(() => reject(context.signal.reason))
    const end = (settle: () => void) => {
      left = 0
      clearTimeout(timer)
      context.signal.removeEventListener('abort', interrupted)
      settle()
    }
    const living = new Set(sessions.keys())
    for (const [session, printed] of sessions) {
      session.onUpdate((update) => noteLost(session, update, context))
      session.onMessage(async (message) => {
        if (printed.has(message.deliveryId)) return
        // It counts as not seen then, and comes to the next who listens.
        if (left <= 0) throw new Error('this command has ended')
        left--
        const shown = context.settings.json
          ? JSON.stringify(messageJson(session, message))
          : messageLine(session, message)
        await writeLine(context.streams.output, shown)
        printed.add(message.deliveryId)
        if (left === 0) end(resolve)
      })
      session.on('loggedOut', () => {
        context.note(`${labelOf(session)}: ${describeState(session)}`)
        living.delete(session)
        if (living.size === 0) {
          end(() =>
            reject(new CliError(exitCodes.notSignedIn, 'LOGGED_OUT', 'no account is signed in any more')),
          )
        }
      })
      session.on('state', ({ name }) => {
        if (name === 'waiting') context.note(`${labelOf(session)}: ${describeState(session)}`)
      })
      session.connect({ timeout: FOREVER }).catch(() => {})
    }
    context.note(
      `Listening to ${sessions.size === 1 ? '1 account' : `${sessions.size} accounts`}; Ctrl-C ends it.`,
    )
    context.signal.addEventListener('abort', interrupted)
    if (context.signal.aborted) interrupted()
  })
}

/** The connection is tried until the command ends, milliseconds. */
const FOREVER = 2 ** 31 - 1

/** What Telegram itself cannot give any more is said, not passed over. */
export function noteLost(session: Session, update: Update, { note }: Pick<CommandContext, 'note'>): void {
  if (update.type === 'gap') {
    const where =
      update.channelId === undefined ? 'some messages' : `some messages of channel ${update.channelId}`
    note(`${labelOf(session)}: ${where}, from #${update.fromMessageId} on, were missed: 'history' has them`)
  } else if (update.type === 'channelLost') {
    note(`${labelOf(session)}: no access to channel ${update.channelId} any more`)
  }
}
