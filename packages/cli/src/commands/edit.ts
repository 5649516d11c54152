import { signedInSession } from '../accounts/chosen-session.ts'
import { findChat } from '../accounts/find-chat.ts'
import { usageError } from '../errors.ts'
import type { Command } from '../run/command.ts'
import { messageId } from './message-argument.ts'

export const edit: Command = {
  name: 'edit',
  summary: 'change the text of a message that the account has sent',
  examples: [['edit @bob 12 what I meant to say', 'message 12 says this now']],
  arguments: [
    { name: '<chat>', describe: 'where the message is', completes: 'chat' },
    { name: '<id>', describe: 'its number, as history shows it' },
    { name: '<text...>', describe: 'what it shall say', restOfLine: true },
  ],
  async run(context, { args: [chat = '', id = '', ...words] }) {
    const text = words.join(' ')
    if (text.trim() === '') throw usageError("there is no text; 'delete' removes a message")
    const number = messageId(id)
    const session = await signedInSession(context)
    const message = await session.editMessage(await findChat(session, chat), number, text)
    return {
      json: { id: message.id, edited: new Date((message.editDate ?? message.date) * 1000).toISOString() },
      lines: [`Message ${message.id} is changed.`],
    }
  },
}
