import { signedInSession } from '../accounts/chosen-session.ts'
import { findChat } from '../accounts/find-chat.ts'
import type { Command } from '../run/command.ts'
import { messageId } from './message-argument.ts'

export const deleteCommand: Command = {
  name: 'delete',
  summary: 'delete messages, for everybody unless told otherwise',
  examples: [
    ['delete @bob 12 13', 'messages 12 and 13 are gone, also for Bob'],
    ['delete --for-me @bob 12', 'only this account does not see it any more'],
  ],
  arguments: [
    { name: '<chat>', describe: 'where the messages are', completes: 'chat' },
    { name: '<ids...>', describe: 'their numbers, as history shows them' },
  ],
  options: [{ flags: '--for-me', describe: 'leave them to the others' }],
  async run(context, { args: [chat = '', ...words], options }) {
    const ids = words.map(messageId)
    const session = await signedInSession(context)
    await session.deleteMessages(await findChat(session, chat), ids, { revoke: options.forMe !== true })
    return { json: { ids }, lines: [ids.length === 1 ? 'Deleted.' : `${ids.length} messages deleted.`] }
  },
}
