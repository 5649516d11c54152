/** Pressing the buttons that bots put below their messages (https://core.telegram.org/api/bots/buttons). */
import { TelegramError } from '../errors.ts'
import type { tl } from '../layer.ts'
import { passwordProof } from '../login/password.ts'
import type { PeerLike } from '../peers/directory.ts'
import { withPeer } from '../peers/with-peer.ts'
import type { SessionContext } from '../session/context.ts'
import { getMessage } from './get-messages.ts'
import { sendMessage } from './send-message.ts'

/** Which button: by its text, by its place (from 0), or by the data it sends. */
export type ButtonChoice = string | { row: number; column: number } | { data: Uint8Array }

/** What came of it. */
export type PressResult =
  /** The bot's answer, to be shown in passing, or as an alert; it may hold an address to open. */
  | { type: 'answer'; text: string | undefined; alert: boolean; url: string | undefined }
  /** The button's text was sent as a message. */
  | { type: 'sent'; message: tl.message }
  /** The button leads to this address. */
  | { type: 'url'; url: string }
  /** The button holds text to copy. */
  | { type: 'copy'; text: string }
  /** The button wants something that only a person at an app can give. */
  | { type: 'other'; button: tl.KeyboardButton }

/** Options of `messages.press`. */
export interface PressOptions {
  /** For buttons that ask for the account's password, as when a bot is handed over. */
  password?: string | undefined
  /** Milliseconds to wait for the bot's answer; default 15,000. */
  timeout?: number | undefined
}

/** The buttons of a message, row by row. */
export function buttonsOf(message: tl.message): tl.KeyboardButton[][] {
  const markup = message.replyMarkup
  if (markup?._ !== 'replyInlineMarkup' && markup?._ !== 'replyKeyboardMarkup') return []
  return markup.rows.map((row) => row.buttons)
}

/**
 * Presses a button of a message.
 *
 * ```ts
 * const result = await session.messages.press(bot, message, 'Yes')
 * ```
 * @throws TelegramError `BUTTON_UNKNOWN`; RpcError `BOT_RESPONSE_TIMEOUT` the bot is silent; `PASSWORD_HASH_INVALID`, …
 */
export async function press(
  session: SessionContext,
  chat: PeerLike,
  message: number | tl.message,
  choice: ButtonChoice,
  options: PressOptions = {},
): Promise<PressResult> {
  const found = typeof message === 'number' ? await getMessage(session, chat, message) : message
  const button = found?._ === 'message' ? findButton(found, choice) : undefined
  if (found?._ !== 'message' || button === undefined) {
    throw new TelegramError('BUTTON_UNKNOWN', `message ${found?.id ?? message} has no such button`)
  }
  switch (button._) {
    case 'keyboardButtonCallback':
      return await callBack(session, chat, found.id, button, options)
    case 'keyboardButton':
      return { type: 'sent', message: await sendMessage(session, chat, button.text, { replyTo: found.id }) }
    case 'keyboardButtonUrl':
    case 'keyboardButtonUrlAuth':
      return { type: 'url', url: button.url }
    case 'keyboardButtonCopy':
      return { type: 'copy', text: button.copyText }
    default:
      return { type: 'other', button }
  }
}

async function callBack(
  session: SessionContext,
  chat: PeerLike,
  msgId: number,
  button: tl.keyboardButtonCallback,
  options: PressOptions,
): Promise<PressResult> {
  const password =
    button.requiresPassword === true && options.password !== undefined
      ? await passwordProof(session, await session.invoke({ _: 'account.getPassword' }), options.password)
      : undefined
  return await withPeer(session, chat, async (peer) => {
    const { message, url, alert } = await session.invoke(
      { _: 'messages.getBotCallbackAnswer', peer, msgId, data: button.data, password },
      { timeout: options.timeout ?? 15_000 },
    )
    return { type: 'answer', text: message, url, alert: alert === true }
  })
}

function findButton(message: tl.message, choice: ButtonChoice): tl.KeyboardButton | undefined {
  const rows = buttonsOf(message)
  if (typeof choice === 'object' && 'row' in choice) return rows[choice.row]?.[choice.column]
  return rows.flat().find((button) => {
    if (typeof choice === 'string') return 'text' in button && button.text === choice
    return (
      button._ === 'keyboardButtonCallback' &&
      button.data.length === choice.data.length &&
      button.data.every((byte, i) => byte === choice.data[i])
    )
  })
}
