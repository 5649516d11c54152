/** A message of one chat as a line: when, its id, who, and what, with all that hangs on it. */
import type { AnyMessage, Session, tl } from 'telegram-mt'
import { printable, printableLine } from '../terminal/printable.ts'
import { senderOf } from './chat-page.ts'
import { mediaText } from './media-text.ts'
import { actionName, timeOf } from './message-line.ts'

export function chatLine(session: Session, message: AnyMessage, names: ReadonlyMap<number, string>): string {
  const sender = senderOf(session, message)
  const own = sender === session.userId
  const who = own ? 'You' : printableLine(names.get(sender) ?? String(sender))
  const head = `${timeOf(message.date)} #${message.id} ${own ? '→' : '←'} ${who}:`
  if (message._ === 'messageService') return `${head} (${actionName(message)})`
  const replied = message.replyTo?._ === 'messageReplyHeader' ? message.replyTo.replyToMsgId : undefined
  const parts = [
    head,
    replied === undefined ? '' : `↪ #${replied}`,
    message.fwdFrom === undefined ? '' : '(forwarded)',
    message.media === undefined ? '' : printableLine(mediaText(message.media)),
    printable(message.message).replaceAll('\n', '\n    '),
    message.editDate === undefined || message.editHide === true ? '' : '(edited)',
    reactionsText(message.reactions),
  ]
  return parts.filter((part) => part !== '').join(' ')
}

function reactionsText(reactions: tl.MessageReactions | undefined): string {
  const given = (reactions?.results ?? []).map(({ reaction, count }) => {
    const name = reaction._ === 'reactionEmoji' ? printableLine(reaction.emoticon) : 'custom emoji'
    return count === 1 ? name : `${name} ${count}`
  })
  return given.length === 0 ? '' : `[${given.join(', ')}]`
}
