/** Shows what happens on an account: its messages, and what becomes of the account itself. */
import type { Session } from 'telegram-mt'
import { messageLine } from '../accounts/message-line.ts'
import { describeState, labelOf } from '../accounts/session-names.ts'
import { noteLost } from '../commands/listen.ts'
import type { SentHere } from './sent-here.ts'

export interface Watch {
  print(line: string): void
  sentHere: SentHere
  onState(): void
}

export function watchSession(session: Session, { print, sentHere, onState }: Watch): void {
  session.onUpdate((update) => noteLost(session, update, { note: print }))
  session.onMessage(async (message) => {
    if (message.out && (await sentHere.has(session, message))) return
    print(messageLine(session, message))
  })
  session.on('state', onState)
  session.on('loggedOut', () =>
    print(`${labelOf(session)} was ${describeState(session)}: 'signin' signs in anew`),
  )
  session.on('floodWait', ({ method, seconds }) =>
    print(`${labelOf(session)}: Telegram wants ${seconds} seconds of patience before ${method}`),
  )
}
