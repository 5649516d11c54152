import { existsSync, statSync } from 'node:fs'
import { dirname, join, parse, resolve } from 'node:path'
import type { AnyMessage } from 'telegram-mt'
import { signedInSession } from '../accounts/chosen-session.ts'
import { findChat } from '../accounts/find-chat.ts'
import { fileName } from '../accounts/media-text.ts'
import { CliError, usageError } from '../errors.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Command } from '../run/command.ts'
import { printableLine } from '../terminal/printable.ts'
import { sizeText } from '../terminal/size-text.ts'
import { messageId } from './message-argument.ts'

export const download: Command = {
  name: 'download',
  summary: 'save the file of a message, with a progress bar at a terminal',
  details:
    'A download that was cut off goes on where it was when the same command is given again. No time limit holds unless ' +
    '--timeout is given.',
  examples: [
    ['download @bob 12', 'into this folder, under the name that it was sent with'],
    ['download @bob 12 /tmp/report.pdf', 'under another name'],
  ],
  arguments: [
    { name: '<chat>', describe: 'where the message is', completes: 'chat' },
    { name: '<id>', describe: 'its number, as history shows it' },
    { name: '[path]', describe: 'a file or a folder; this folder if left out', completes: 'file' },
  ],
  options: [{ flags: '--force', describe: 'write over a file that is there' }],
  endless: true,
  async run(context, { args: [chat = '', id = '', path], options }) {
    const number = messageId(id)
    const session = await signedInSession(context)
    const message = await session.messages.get(await findChat(session, chat), number)
    if (message === undefined) {
      throw new CliError(exitCodes.refused, 'MESSAGE_MISSING', `there is no message ${number} in this chat`)
    }
    const to = target(path, nameFor(message), options.force === true)
    const bar = context.progress(parse(to).base)
    try {
      const bytes = await session.media.downloadTo(message, to, {
        onProgress: bar.update,
        signal: context.signal,
      })
      return { json: { path: to, bytes }, lines: [`Saved ${printableLine(to)}, ${sizeText(bytes)}.`] }
    } finally {
      bar.end()
    }
  },
}

/** The name that it was sent under, as far as it is only a name: somebody else has chosen it. */
export function nameFor(message: AnyMessage): string {
  const media = message._ === 'message' ? message.media : undefined
  if (media?._ === 'messageMediaDocument' && media.document?._ === 'document') {
    const given = fileName(media.document) ?? ''
    // Neither a path, nor hidden, nor what Windows takes for something else.
    const name = printableLine(given)
      .replace(/[/\\:*?"<>|]/g, '_')
      .replace(/^[\s.]+|[\s.]+$/g, '')
      .slice(-120)
    if (name !== '') return name
    const ending = /\/([a-z0-9]{2,5})$/.exec(media.document.mimeType)?.[1]
    return `file-${message.id}${ending === undefined ? '' : `.${ending}`}`
  }
  return `photo-${message.id}.jpg`
}

function target(path: string | undefined, name: string, force: boolean): string {
  const given = resolve(path ?? '.')
  const isFolder = existsSync(given) && statSync(given).isDirectory()
  if (!isFolder) {
    if (existsSync(given) && !force)
      throw usageError(`${path} is there already: --force writes over it, or give another name`)
    const folder = dirname(given)
    if (!existsSync(folder)) throw usageError(`there is no folder ${printableLine(folder)}`)
    return given
  }
  const { name: stem, ext } = parse(name)
  for (let n = 1; ; n++) {
    const free = join(given, n === 1 ? name : `${stem} (${n - 1})${ext}`)
    if (force || !existsSync(free)) return free
  }
}
