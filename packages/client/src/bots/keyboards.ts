/** Keyboards: buttons below a message, and buttons in the place of the phone's keys (https://core.telegram.org/api/bots/buttons). */
import { TelegramError } from '../errors.ts'
import type { tl } from '../layer.ts'

/** A button below a message. */
export type InlineButton =
  /** Tells the bot its data, 1 to 64 bytes; bytes are text in UTF-8. */
  | { text: string; data: string | Uint8Array; needsPassword?: boolean | undefined }
  | { text: string; url: string }
  /** Opens a web app. */
  | { text: string; webApp: string }
  /** Puts the bot's name and a query into the input field of this chat, or of one that is chosen. */
  | { text: string; inline: string; here?: boolean | undefined }
  | { text: string; copy: string }
  | tl.KeyboardButton

/** A button in the place of the phone's keys: text that is sent, or what it asks of the user. */
export type KeyboardKey =
  | string
  | { text: string; request: 'phone' | 'location' | 'poll' | 'quiz' }
  | { text: string; webApp: string }
  | tl.KeyboardButton

/** Options of `replyKeyboard`. */
export interface KeyboardOptions {
  /** As low as its keys need. Default true. */
  resize?: boolean | undefined
  /** Gone once a key was used. */
  once?: boolean | undefined
  /** Stays when the phone's own keys are closed. */
  persistent?: boolean | undefined
  /** Only for those who are mentioned or answered. */
  selective?: boolean | undefined
  /** In the empty input field. */
  placeholder?: string | undefined
}

/**
 * Buttons below a message, row by row.
 *
 * ```ts
 * await bot.sendMessage(chat, 'Sure?', { replyMarkup: inlineKeyboard([[{ text: 'Yes', data: 'y' }, { text: 'No', data: 'n' }]]) })
 * ```
 * @throws TelegramError `BUTTON_INVALID` if data has not 1 to 64 bytes.
 */
export function inlineKeyboard(rows: readonly (readonly InlineButton[])[]): tl.replyInlineMarkup {
  return {
    _: 'replyInlineMarkup',
    rows: rows.map((row) => ({ _: 'keyboardButtonRow', buttons: row.map(inlineButton) })),
  }
}

/** Keys to answer with, row by row. */
export function replyKeyboard(
  rows: readonly (readonly KeyboardKey[])[],
  options: KeyboardOptions = {},
): tl.replyKeyboardMarkup {
  return {
    _: 'replyKeyboardMarkup',
    rows: rows.map((row) => ({ _: 'keyboardButtonRow', buttons: row.map(key) })),
    resize: (options.resize ?? true) || undefined,
    singleUse: options.once,
    persistent: options.persistent,
    selective: options.selective,
    placeholder: options.placeholder,
  }
}

/** Takes the keys away again. */
export function hideKeyboard(options: { selective?: boolean | undefined } = {}): tl.replyKeyboardHide {
  return { _: 'replyKeyboardHide', selective: options.selective }
}

/** Lets the user answer this message. */
export function forceReply(
  options: Pick<KeyboardOptions, 'once' | 'selective' | 'placeholder'> = {},
): tl.replyKeyboardForceReply {
  return {
    _: 'replyKeyboardForceReply',
    singleUse: options.once,
    selective: options.selective,
    placeholder: options.placeholder,
  }
}

function inlineButton(button: InlineButton): tl.KeyboardButton {
  if ('_' in button) return button
  const { text } = button
  if ('data' in button) {
    const data = typeof button.data === 'string' ? new TextEncoder().encode(button.data) : button.data
    if (data.length < 1 || data.length > 64) {
      throw new TelegramError('BUTTON_INVALID', `a button's data has ${data.length} bytes: expected 1 to 64`)
    }
    return { _: 'keyboardButtonCallback', text, data, requiresPassword: button.needsPassword }
  }
  if ('url' in button) return { _: 'keyboardButtonUrl', text, url: button.url }
  if ('webApp' in button) return { _: 'keyboardButtonWebView', text, url: button.webApp }
  if ('copy' in button) return { _: 'keyboardButtonCopy', text, copyText: button.copy }
  return { _: 'keyboardButtonSwitchInline', text, query: button.inline, samePeer: button.here }
}

function key(button: KeyboardKey): tl.KeyboardButton {
  if (typeof button === 'string') return { _: 'keyboardButton', text: button }
  if ('_' in button) return button
  const { text } = button
  if ('webApp' in button) return { _: 'keyboardButtonSimpleWebView', text, url: button.webApp }
  switch (button.request) {
    case 'phone':
      return { _: 'keyboardButtonRequestPhone', text }
    case 'location':
      return { _: 'keyboardButtonRequestGeoLocation', text }
    case 'poll':
      return { _: 'keyboardButtonRequestPoll', text }
    case 'quiz':
      return { _: 'keyboardButtonRequestPoll', text, quiz: true }
  }
}
