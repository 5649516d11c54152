import { idOfPeer } from '../accounts/chat-page.ts'
import { signedInSession } from '../accounts/chosen-session.ts'
import { findChat } from '../accounts/find-chat.ts'
import { usageError } from '../errors.ts'
import { type Command, type CommandContext, textOption } from '../run/command.ts'
import { count } from '../run/settings.ts'
import { randomId, randomIdOption } from './random-id-option.ts'

/** Telegram's limit is 4096 characters of at most 4 bytes; what is longer by far is not even read to its end. */
const MOST_BYTES = 65_536

export const send: Command = {
  name: 'send',
  summary: 'send a text to a user or a group',
  details: 'At the prompt the text is taken as it is typed; options stand before the receiver.',
  examples: [
    ['send @bob hello', 'a text'],
    ['send --reply-to 12 @bob yes', 'an answer to message 12'],
    ['send me - < notes.txt', 'the text out of a file, to oneself'],
  ],
  arguments: [
    {
      name: '<to>',
      describe: "@username, phone number, id, t.me link, title of a chat, or 'me'",
      completes: 'chat',
    },
    { name: '<text...>', describe: "the text; '-' reads it from the input", restOfLine: true },
  ],
  options: [
    { flags: '--reply-to <id>', describe: 'the message that this one answers' },
    { flags: '--silent', describe: 'no sound at the receiver' },
    randomIdOption,
  ],
  sends: true,
  async run(context, given) {
    const [to = '', ...words] = given.args
    const replyTo = textOption(given, 'replyTo')
    const text =
      words.length === 1 && words[0] === '-' && !context.atPrompt ? await readAll(context) : words.join(' ')
    if (text.trim() === '') throw usageError('there is no text to send')
    const session = await signedInSession(context)
    const id = randomId(given)
    const message = await context.sending(
      session,
      id,
      session.sendMessage(await findChat(session, to), text, {
        replyTo: replyTo === undefined ? undefined : count(replyTo, '--reply-to'),
        silent: given.options.silent === true || undefined,
        randomId: id,
        signal: context.signal,
      }),
    )
    const chatId = idOfPeer(message.peerId)
    return {
      json: { id: message.id, chatId, date: new Date(message.date * 1000).toISOString() },
      lines: [`Sent, message ${message.id}.`],
    }
  },
}

async function readAll({ streams, signal }: CommandContext): Promise<string> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of streams.input) {
    signal.throwIfAborted()
    const bytes = Buffer.from(part)
    length += bytes.length
    if (length > MOST_BYTES)
      throw usageError('the text on the input is longer than a message can be (4096 characters)')
    parts.push(bytes)
  }
  return Buffer.concat(parts).toString('utf8').trimEnd()
}
