import type { SessionStringFormat } from 'telegram-mt'
import { usageError } from '../errors.ts'
import { type Command, textOption } from '../run/command.ts'

const formats: readonly SessionStringFormat[] = ['telegram-mt', 'telethon', 'pyrogram', 'gramjs', 'mtcute']

export const exportCommand: Command = {
  name: 'export',
  summary: 'print a session as one string, which signs in wherever it is imported',
  details:
    'Whoever has the string has the account. Do not use the session in two places: Telegram ends it then.',
  examples: [
    ['export @ann > ann.session', 'the session in a file; keep it like a password'],
    ['export --format telethon', 'as Telethon reads it'],
  ],
  arguments: [{ name: '[session]', describe: 'the current one if left out', completes: 'session' }],
  options: [
    {
      flags: '--format <library>',
      describe: `as this library reads it: ${formats.join(', ')}`,
      values: formats,
    },
  ],
  async run(context, given) {
    const wanted = textOption(given, 'format') ?? 'telegram-mt'
    const format = formats.find((name) => name === wanted)
    if (format === undefined) throw usageError(`--format takes ${formats.join(', ')} (got '${wanted}')`)
    const session = (await context.accounts()).chosen(given.args[0] ?? context.settings.session)
    const exported = session.export(format)
    return { json: { id: session.id, format, session: exported }, lines: [exported] }
  },
}
