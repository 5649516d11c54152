/** Shows what happens on an account: its messages, and what becomes of the account itself. */
import type { Session } from 'telegram-mt'
import { messageLine } from '../accounts/message-line.ts'
import { describeState, labelOf } from '../accounts/session-names.ts'
import { noteLost } from '../commands/listen.ts'
import type { OpenChats } from './open-chats.ts'
import type { SentHere } from './sent-here.ts'

export interface Watch {
  print(line: string): void
  sentHere: SentHere
  chats: OpenChats
  onState(): void
}

export function watchSession(session: Session, { print, sentHere, chats, onState }: Watch): void {
  session.onUpdate((update) => noteLost(session, update, { note: print }))
  session.onMessage(async (message) => {
    const fromHere = message.out && (await sentHere.has(session, message))
    if (fromHere) chats.sent(session, message)
    else if (!chats.take(session, message)) print(messageLine(session, message))
  })
  session.onEvent((event) => chats.hear(session, event))
  session.on('state', ({ name }) => {
    onState()
    // An account that was imported is known by its id only, until it is asked.
    if (name === 'online' && session.username === undefined && session.phone === undefined)
      session.connect().then(onState, () => {})
  })
  session.on('loggedOut', () =>
    print(`${labelOf(session)} was ${describeState(session)}: 'signin' signs in anew`),
  )
  session.on('floodWait', ({ method, seconds }) =>
    print(`${labelOf(session)}: Telegram wants ${seconds} seconds of patience before ${method}`),
  )
}
