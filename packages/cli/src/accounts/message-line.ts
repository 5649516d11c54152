/** A new message, as a line for people and as an object for programs. */
import type { IncomingMessage, Session, tl } from 'telegram-mt'
import { printable, printableLine } from '../terminal/printable.ts'
import { mediaText } from './media-text.ts'
import { labelOf } from './session-names.ts'

export function messageLine(
  session: Session,
  { message, chatTitle, senderName, chatId, out, text }: IncomingMessage,
): string {
  const chat = printableLine(chatTitle ?? String(chatId))
  const sender = printableLine(senderName ?? '')
  const where = out ? `→ ${chat}` : sender === '' || sender === chat ? chat : `${sender} in ${chat}`
  return `${timeOf(message.date)} [${labelOf(session)}] ${where}: ${indent(printable(textOf(message, text)))}`
}

export function messageJson(
  session: Session,
  { message, chatTitle, senderName, chatId, out, text }: IncomingMessage,
) {
  return {
    session: session.id,
    id: message.id,
    chatId,
    chat: chatTitle ?? null,
    sender: senderName ?? null,
    out,
    date: new Date(message.date * 1000).toISOString(),
    text,
    ...(message._ === 'messageService' && { action: actionName(message) }),
    ...(message._ === 'message' && message.media && { media: mediaText(message.media) }),
  }
}

/** What a message says: its text, or in brackets what it is instead. */
export function textOf(message: tl.message | tl.messageService, text: string): string {
  if (message._ === 'messageService') return `(${actionName(message)})`
  if (message.media === undefined) return text
  const media = mediaText(message.media)
  if (media === '') return text
  return text === '' ? media : `${media} ${text}`
}

/** `messageActionChatCreate` → `chat create` */
export function actionName({ action }: tl.messageService): string {
  return action._.replace(/^messageAction/, '')
    .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .trim()
}

/** Local time of day, or the date as well if it was another day. Seconds since the epoch. */
export function timeOf(date: number): string {
  const at = new Date(date * 1000)
  const two = (part: number) => String(part).padStart(2, '0')
  const time = `${two(at.getHours())}:${two(at.getMinutes())}`
  if (at.toDateString() === new Date().toDateString()) return time
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${time}`
}

const indent = (text: string): string => text.replaceAll('\n', '\n    ')
