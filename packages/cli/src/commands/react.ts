import { signedInSession } from '../accounts/chosen-session.ts'
import { findChat } from '../accounts/find-chat.ts'
import type { Command } from '../run/command.ts'
import { messageId } from './message-argument.ts'

export const react: Command = {
  name: 'react',
  summary: 'react to a message with an emoji, or take the reaction back',
  examples: [
    ['react @bob 12 👍', 'a thumb for message 12'],
    ['react @bob 12', 'without a reaction again'],
  ],
  arguments: [
    { name: '<chat>', describe: 'where the message is', completes: 'chat' },
    { name: '<id>', describe: 'its number, as history shows it' },
    { name: '[emoji]', describe: 'none takes back what was there' },
  ],
  async run(context, { args: [chat = '', id = '', emoji] }) {
    const number = messageId(id)
    const session = await signedInSession(context)
    const reactions = emoji === undefined ? [] : [emoji]
    await session.messages.react(await findChat(session, chat), number, reactions)
    const line =
      emoji === undefined ? `No reaction to message ${number} any more.` : `Reacted to message ${number}.`
    return { json: { id: number, reaction: emoji ?? null }, lines: [line] }
  },
}
