import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { Interrupted } from '../errors.ts'
import { LineEditor, type LineEditorOptions } from './line-editor.ts'
import { Screen } from './screen.testing.ts'

const CTRL_A = '\u0001'
const CTRL_C = '\u0003'
const CTRL_D = '\u0004'
const UP = '\u001b[A'

function terminal(options: Partial<LineEditorOptions> = {}, columns = 40) {
  const input = new PassThrough()
  const screen = new Screen(columns)
  const editor = new LineEditor({ input, output: screen, interactive: true, ...options })
  /** Types, and waits until it shows. */
  const types = async (text: string, shows = text) => {
    input.write(text)
    await screen.sees(shows)
  }
  return { input, screen, editor, types }
}

test('a line is read, and what was typed can be had again', async () => {
  const { input, screen, editor, types } = terminal()
  const first = editor.read('> ', { remember: true })
  await types('hello')
  input.write('\r')
  expect(await first).toBe('hello')
  const second = editor.read('> ', { remember: true })
  input.write(UP)
  await screen.sees('> hello\n> hello')
  input.write('\r')
  expect(await second).toBe('hello')
})

test('what arrives is shown above the line being typed, which stays with its cursor', async () => {
  const { input, screen, editor, types } = terminal()
  const line = editor.read('ann> ')
  await types('hello wrld')
  input.write('\u001b[D\u001b[D\u001b[D')
  await screen.until(() => screen.beforeCursor === 'ann> hello w')
  editor.print('[bob] first')
  editor.print('[bob] second\n    of two lines')
  expect(screen.text).toBe('[bob] first\n[bob] second\n    of two lines\nann> hello wrld')
  expect(screen.beforeCursor).toBe('ann> hello w')
  input.write('o')
  input.write('\r')
  expect(await line).toBe('hello world')
  expect(screen.text).toBe('[bob] first\n[bob] second\n    of two lines\nann> hello world')
})

test.each([
  ...[39, 40, 41, 60, 79, 80, 81, 95, 130].map((length) => ['typed', length] as const),
  ...[39, 60, 79, 95, 130].map((length) => ['pasted', length] as const),
])('also when the line is %s and %i characters long', async (how, length) => {
  const { input, screen, editor } = terminal()
  const typed = Array.from({ length: length - 2 }, (_, i) => String(i % 10)).join('')
  editor.print('earlier')
  const line = editor.read('> ')
  const folded = (text: string) => text.replace(/(.{40})(?=.)/g, '$1\n')
  // What comes at once is taken for pasted.
  for (const part of how === 'pasted' ? [typed] : typed) input.write(part)
  await screen.until(() => screen.text === `earlier\n${folded(`> ${typed}`)}`)
  editor.print('news')
  expect(screen.text).toBe(`earlier\nnews\n${folded(`> ${typed}`)}`)
  input.write(CTRL_A)
  await screen.until(() => screen.beforeCursor === '> ')
  editor.print('more news')
  expect(screen.text).toBe(`earlier\nnews\nmore news\n${folded(`> ${typed}`)}`)
  input.write('\r')
  expect(await line).toBe(typed)
})

test('a prompt that changes leaves the line as it is', async () => {
  const { input, screen, editor, types } = terminal()
  const line = editor.read('ann (connecting)> ')
  await types('chats')
  editor.setPrompt('ann> ')
  expect(screen.text).toBe('ann> chats')
  input.write('\r')
  expect(await line).toBe('chats')
})

test('a secret is never shown, and never comes back', async () => {
  const { input, screen, editor } = terminal()
  const secret = editor.read('Password: ', { secret: true })
  await screen.sees('Password:')
  input.write('correct horse')
  editor.print('[bob] hello')
  await screen.sees('[bob] hello\nPassword:')
  input.write(' battery\r')
  expect(await secret).toBe('correct horse battery')
  const next = editor.read('> ', { remember: true })
  await screen.sees('\n>')
  input.write(`${UP}${UP}x\r`)
  expect(await next).toBe('x')
  expect(screen.raw).not.toMatch(/c.{0,20}o.{0,20}r.{0,20}r.{0,20}e.{0,20}c.{0,20}t|horse|battery/s)
})

test('Ctrl-C first clears the line, then interrupts', async () => {
  const { input, screen, editor, types } = terminal()
  const line = editor.read('> ', { remember: true })
  await types('hello')
  input.write(CTRL_C)
  await screen.until(() => screen.text === '>')
  input.write(CTRL_C)
  await expect(line).rejects.toBeInstanceOf(Interrupted)
})

test('Ctrl-C while a secret is typed interrupts at once', async () => {
  const { input, screen, editor } = terminal()
  const line = editor.read('Password: ', { secret: true })
  await screen.sees('Password:')
  input.write(`abc${CTRL_C}`)
  await expect(line).rejects.toBeInstanceOf(Interrupted)
})

test('Ctrl-C while nothing is read is told', async () => {
  let interrupts = 0
  const { input } = terminal({ onInterrupt: () => interrupts++ })
  input.write(CTRL_C)
  await expect.poll(() => interrupts).toBe(1)
})

test('lines typed ahead wait for whoever reads next', async () => {
  const { input, editor } = terminal()
  const first = editor.read('> ')
  input.write('one\rtwo\rthree\r')
  expect(await first).toBe('one')
  expect(await editor.read('> ')).toBe('two')
  expect(await editor.read('> ')).toBe('three')
})

test.each([
  ['Ctrl-D', true],
  ['the end of the input', false],
] as const)('%s ends the reading', async (_, interactive) => {
  const { input, editor } = terminal({ interactive })
  const line = editor.read('> ')
  if (interactive) input.write(CTRL_D)
  else input.end()
  expect(await line).toBeUndefined()
  expect(await editor.read('> ')).toBeUndefined()
})

test('out of a pipe come lines, and nothing is asked', async () => {
  const { input, screen, editor } = terminal({ interactive: false })
  input.end('one\ntwo without an end')
  expect(await editor.read('First: ', { secret: true })).toBe('one')
  expect(await editor.read('Second: ')).toBe('two without an end')
  expect(await editor.read('Third: ')).toBeUndefined()
  expect(screen.raw).toBe('')
})

test('Tab completes by what it is given', async () => {
  const { input, screen, editor } = terminal({
    complete: async (text) => [['signin ', 'signup '].filter((name) => name.startsWith(text)), text],
  })
  const line = editor.read('> ', { remember: true })
  input.write('s')
  input.write('\t')
  await screen.sees('> sign')
  input.write('i')
  input.write('\t')
  await screen.until(() => screen.beforeCursor === '> signin ')
  input.write('\r')
  expect(await line).toBe('signin ')
})

test.each([10, 95])(
  'a page takes the place of the screen; a line of %i characters stays below it',
  async (length) => {
    const { input, screen, editor } = terminal()
    const typed = Array.from({ length }, (_, i) => String(i % 10)).join('')
    editor.print('earlier')
    const line = editor.read('> ')
    for (const char of typed) input.write(char)
    const shown = (`> ${typed}`.match(/.{1,40}/g) ?? []).join('\n')
    await screen.sees(shown)
    editor.page('first\nsecond')
    expect(screen.text).toBe(`first\nsecond\n${shown}`)
    input.write('!\r')
    expect(await line).toBe(`${typed}!`)
  },
)

test('a status gives way to what is printed, to a question, and is never longer than a line', async () => {
  const { screen, editor } = terminal()
  editor.setStatus('working 漢字 '.repeat(10))
  expect(screen.raw).toMatch(/working 漢字 .*…$/)
  editor.setStatus('half done')
  editor.print('news')
  expect(screen.text).toBe('news\nhalf done')
  void editor.read('Name: ')
  expect(screen.text).toBe('news\nName:')
  editor.setStatus('late')
  expect(screen.text).toBe('news\nName:')
})

test('keys that edit nothing are told, while a line to remember is read', async () => {
  const keys: string[] = []
  const { input, editor, screen } = terminal({ onKey: (key) => keys.push(key) })
  const line = editor.read('> ', { remember: true })
  for (const key of ['\u001b[5~', '\u001b[6~', '\u001b3', 'x']) input.write(key)
  await screen.sees('> x')
  input.write('\r')
  expect(await line).toBe('x')
  const secret = editor.read('Code: ', { secret: true })
  input.write('\u001b[5~')
  input.write('1\r')
  expect(await secret).toBe('1')
  expect(keys).toEqual(['pageup', 'pagedown', 'meta-3'])
})
