import type { IncomingMessage } from './handlers.ts'

/** What becomes of messages that nobody asked for: one line each on standard output. */
export function printMessage(
  session: string,
  { chatTitle, senderName, out, text, chatId, message }: IncomingMessage,
): void {
  const where = chatTitle ?? String(chatId)
  const who = senderName === undefined || senderName === where ? where : `${senderName} in ${where}`
  const what =
    message._ === 'message' ? text || '(media)' : `(${message.action._.replace(/^messageAction/, '')})`
  console.log(`[${session}] ${out ? '→' : '←'} ${who}: ${what}`)
}
