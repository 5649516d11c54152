import { basename } from 'node:path'
import type { MediaKind } from 'telegram-mt'
import { idOfPeer } from '../accounts/chat-page.ts'
import { signedInSession } from '../accounts/chosen-session.ts'
import { findChat } from '../accounts/find-chat.ts'
import { mediaText } from '../accounts/media-text.ts'
import { usageError } from '../errors.ts'
import { type Command, textOption } from '../run/command.ts'
import { messageId } from './message-argument.ts'
import { randomId, randomIdOption } from './random-id-option.ts'

const kinds: readonly MediaKind[] = [
  'auto',
  'document',
  'photo',
  'video',
  'audio',
  'voice',
  'animation',
  'round',
  'sticker',
]

export const sendfile: Command = {
  name: 'sendfile',
  summary: 'send a file, with a progress bar at a terminal',
  details: 'No time limit holds unless --timeout is given.',
  examples: [
    ['sendfile @bob report.pdf the numbers', 'a document with a caption'],
    ['sendfile --as document @bob photo.jpg', 'a picture as it is, not made smaller by Telegram'],
  ],
  arguments: [
    {
      name: '<to>',
      describe: "@username, phone number, id, t.me link, title of a chat, or 'me'",
      completes: 'chat',
    },
    { name: '<file>', describe: 'its path', completes: 'file' },
    { name: '[caption...]', describe: 'a text below it', restOfLine: true },
  ],
  options: [
    {
      flags: '--as <kind>',
      describe: `how it is shown: ${kinds.join(', ')}; auto if left out`,
      values: kinds,
    },
    { flags: '--reply-to <id>', describe: 'the message that this one answers' },
    { flags: '--silent', describe: 'no sound at the receiver' },
    randomIdOption,
  ],
  endless: true,
  sends: true,
  async run(context, given) {
    const [to = '', file = '', ...words] = given.args
    const wanted = textOption(given, 'as') ?? 'auto'
    const kind = kinds.find((name) => name === wanted)
    if (kind === undefined) throw usageError(`--as takes ${kinds.join(', ')} (got '${wanted}')`)
    const replyTo = textOption(given, 'replyTo')
    const replied = replyTo === undefined ? undefined : messageId(replyTo)
    const id = randomId(given)
    const session = await signedInSession(context)
    const peer = await findChat(session, to)
    const bar = context.progress(basename(file))
    try {
      const { signal } = context
      const uploaded = await session.media.upload(file, { onProgress: bar.update, signal })
      const message = await context.sending(
        session,
        id,
        session.media.send(peer, uploaded, {
          kind,
          caption: words.join(' '),
          replyTo: replied,
          silent: given.options.silent === true || undefined,
          randomId: id,
          signal,
        }),
      )
      const what = message.media === undefined ? '' : mediaText(message.media)
      return {
        json: {
          id: message.id,
          chatId: idOfPeer(message.peerId),
          date: new Date(message.date * 1000).toISOString(),
          media: what,
        },
        lines: [`Sent ${what}, message ${message.id}.`],
      }
    } finally {
      bar.end()
    }
  },
}
