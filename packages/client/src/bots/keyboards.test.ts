import { describe, expect, test } from 'vitest'
import { readCommand } from './commands.ts'
import { forceReply, hideKeyboard, inlineKeyboard, replyKeyboard } from './keyboards.ts'

describe('keyboards', () => {
  test('buttons below a message', () => {
    expect(
      inlineKeyboard([
        [
          { text: 'Yes', data: 'y' },
          { text: 'No', data: Uint8Array.of(0) },
        ],
        [
          { text: 'More', url: 'https://example.org' },
          { text: 'Share', inline: 'q', here: true },
        ],
        [
          { text: 'Copy', copy: 'abc' },
          { text: 'App', webApp: 'https://example.org/app' },
        ],
      ]).rows.map(({ buttons }) => buttons.map((button) => button._)),
    ).toEqual([
      ['keyboardButtonCallback', 'keyboardButtonCallback'],
      ['keyboardButtonUrl', 'keyboardButtonSwitchInline'],
      ['keyboardButtonCopy', 'keyboardButtonWebView'],
    ])
    expect(() => inlineKeyboard([[{ text: 'x', data: '' }]])).toThrow(/0 bytes/)
    expect(() => inlineKeyboard([[{ text: 'x', data: 'ü'.repeat(33) }]])).toThrow(/66 bytes/)
  })

  test('keys', () => {
    const keyboard = replyKeyboard([['One', { text: 'Where?', request: 'location' }]], { once: true })
    expect(keyboard).toMatchObject({
      resize: true,
      singleUse: true,
      rows: [{ buttons: [{ _: 'keyboardButton', text: 'One' }, { _: 'keyboardButtonRequestGeoLocation' }] }],
    })
    expect(replyKeyboard([['x']], { resize: false }).resize).toBeUndefined()
    expect(hideKeyboard()._).toBe('replyKeyboardHide')
    expect(forceReply({ placeholder: 'Name?' }).placeholder).toBe('Name?')
  })
})

describe('readCommand', () => {
  test.each([
    ['/start', { command: 'start', bot: undefined, argument: '' }],
    ['/Help@My_bot  two words ', { command: 'help', bot: 'My_bot', argument: 'two words' }],
    ['/say a\nb', { command: 'say', bot: undefined, argument: 'a\nb' }],
  ])('%j', (text, expected) => {
    expect(readCommand(text, '@my_bot')).toEqual(expected)
  })

  test.each(['start', '/', '/ start', 'hi /start', '/start@other_bot', '/start!'])('%j is none', (text) => {
    expect(readCommand(text, 'my_bot')).toBeUndefined()
  })
})
