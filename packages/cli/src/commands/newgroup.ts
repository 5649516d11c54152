import { signedInSession } from '../accounts/chosen-session.ts'
import { findChat } from '../accounts/find-chat.ts'
import type { Command } from '../run/command.ts'
import { printableLine } from '../terminal/printable.ts'

export const newgroup: Command = {
  name: 'newgroup',
  summary: 'make a group',
  examples: [['newgroup "Our weekend" @bob @carol', 'a group of three']],
  arguments: [
    { name: '<title>', describe: 'what it is called' },
    { name: '<members...>', describe: 'who is in it besides yourself', completes: 'chat' },
  ],
  async run(context, { args: [title = '', ...names] }) {
    const session = await signedInSession(context)
    const members = await Promise.all(names.map((name) => findChat(session, name)))
    const group = await session.createGroup(title, members)
    const left =
      group.missing.length > 0 ? `; ${group.missing.length} could not be added because of their privacy` : ''
    return { json: group, lines: [`Group ${printableLine(group.title)} made, id ${group.id}${left}.`] }
  },
}
