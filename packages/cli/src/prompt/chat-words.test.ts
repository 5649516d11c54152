import { expect, test } from 'vitest'
import { chatCommands, readChatLine } from './chat-words.ts'

test.each([
  ['hello  there ', { do: 'send', text: 'hello  there' }],
  ['  ', { do: 'nothing' }],
  ['//slash', { do: 'send', text: '/slash' }],
  ['/reply 12 yes, at 8', { do: 'run', line: 'send --reply-to 12 -42 yes, at 8' }],
  ['/reply #12 yes', { do: 'run', line: 'send --reply-to 12 -42 yes' }],
  ['/edit 12 new --text', { do: 'run', line: 'edit -42 12 new --text' }],
  ['/delete --for-me 12 13', { do: 'run', line: 'delete --for-me -42 12 13' }],
  ['/react 12 👍', { do: 'run', line: 'react -42 12 👍' }],
  ['/file "my report.pdf" look', { do: 'run', line: 'sendfile -42 "my report.pdf" look' }],
  ['/save 12', { do: 'run', line: 'download -42 12' }],
  ['/older', { do: 'scroll', to: 'older' }],
  ['/back', { do: 'leave' }],
  ['/help', { do: 'help' }],
  ['/help send', { do: 'run', line: 'help send' }],
  ['/use @bob', { do: 'run', line: 'use @bob' }],
  ['/', { do: 'run', line: '' }],
] as const)('%s', (line, meaning) => {
  expect(readChatLine(line, '-42')).toEqual(meaning)
})

test('every command of the chat means something in it', () => {
  for (const name of chatCommands) {
    expect(readChatLine(`/${name}`, '-42')).not.toEqual({ do: 'run', line: name })
  }
})
