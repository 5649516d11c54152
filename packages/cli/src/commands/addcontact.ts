import { signedInSession } from '../accounts/chosen-session.ts'
import { CliError } from '../errors.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Command } from '../run/command.ts'
import { table } from '../terminal/table.ts'
import { userJson, userRow } from './contacts.ts'

export const addcontact: Command = {
  name: 'addcontact',
  summary: 'add a phone number to the contacts',
  examples: [
    ['addcontact +41791234567 Bob Box', 'Bob is in the contacts, if he lets himself be found by his number'],
  ],
  arguments: [
    { name: '<phone>', describe: 'with its country code' },
    { name: '<firstName>', describe: 'what to call the contact' },
    { name: '[lastName]', describe: 'none if left out' },
  ],
  async run(context, { args: [phone = '', firstName = '', lastName] }) {
    const session = await signedInSession(context)
    const [user] = await session.importContacts([{ phone, firstName, lastName }])
    if (user === undefined) {
      throw new CliError(
        exitCodes.refused,
        'NOT_ON_TELEGRAM',
        'this number has no Telegram account; the contact is added if it gets one',
      )
    }
    return { json: userJson(user), lines: table([userRow(user)]) }
  },
}
