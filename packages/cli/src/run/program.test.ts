import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { commands } from '../commands/all.ts'
import { CliError } from '../errors.ts'
import { exitCodes } from '../exit-codes.ts'
import { chatCommands } from '../prompt/chat-words.ts'
import { splitWords } from '../prompt/words.ts'
import { HelpAsked, parse } from './program.ts'

function help(...words: string[]): string {
  try {
    parse(words, 'shell')
  } catch (error) {
    if (error instanceof HelpAsked) return error.text
    throw error
  }
  throw new Error('no help was asked for')
}

test('help lists every command, and the exit codes', () => {
  const text = help('--help')
  for (const { name } of commands) expect(text).toMatch(new RegExp(`^  ${name}\\b`, 'm'))
  expect(text).toContain('130 Ctrl-C')
  for (const words of [['help'], ['help', 'help'], ['-h'], ['--json', 'help', 'help']])
    expect(help(...words)).toBe(text)
})

test.each(commands.map(({ name }) => name))('help of %s says what it does', (name) => {
  expect(help('help', name)).toContain(`telegram-mt ${name}`)
  expect(help(name, '--help')).toBe(help('help', name))
})

test('help fits a terminal of 80 columns', () => {
  for (const text of [help('--help'), ...commands.map(({ name }) => help('help', name))])
    for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
})

describe('examples', () => {
  test.each(
    commands.filter(({ name }) => name !== 'exit').map((command) => [command.name, command] as const),
  )('of %s are lines that it understands', (name, { examples = [] }) => {
    expect(examples).not.toEqual([])
    for (const [line] of examples) {
      // As far as a shell would hand it over.
      const words = splitWords(line.replace(/ [<>|&].*$/, '')).map(({ text }) => text)
      expect(parse(words, 'shell').command?.name).toBe(name)
      expect(help('help', name)).toContain(`telegram-mt ${line}`)
    }
  })
})

test('docs/cli.md has every command, every exit code and every line for a chat', () => {
  const text = readFileSync(new URL('../../../../docs/cli.md', import.meta.url), 'utf8')
  for (const { name } of commands) if (name !== 'exit') expect(text).toMatch(new RegExp(`\\b${name}\\b`))
  for (const code of Object.values(exitCodes)) expect(text).toContain(`| ${code} | `)
  for (const name of chatCommands) expect(text).toContain(`/${name}`)
})

test('the vocabulary of the original is there', () => {
  const names = commands.map(({ name }) => name)
  const original = 'connect akgen signin signup send contacts chats export import dump debug exit'.split(' ')
  expect(names).toEqual(expect.arrayContaining(original))
})

test('options for all commands stand before or after the command', () => {
  for (const words of [
    ['--json', '--storage', 'a.db', 'chats', '--limit', '5'],
    ['chats', '--limit', '5', '--storage', 'a.db', '--json'],
  ]) {
    const { command, given, options } = parse(words, 'shell')
    expect(command?.name).toBe('chats')
    expect(given.options).toEqual({ limit: '5' })
    expect(options).toMatchObject({ json: true, storage: 'a.db' })
  }
})

test('ids of groups are no options', () => {
  expect(parse(['send', '-4000001', 'hello', 'all'], 'shell').given.args).toEqual([
    '-4000001',
    'hello',
    'all',
  ])
})

test('several schemas', () => {
  const { given } = parse(['box', '--schema', 'a.tl', '--schema', 'b.tl'], 'shell')
  expect(given.options.schema).toEqual(['a.tl', 'b.tl'])
})

test('no command is the prompt', () => {
  expect(parse([], 'shell').command).toBeUndefined()
  expect(parse(['--box'], 'shell')).toMatchObject({ command: undefined, options: { box: true } })
})

describe('wrong words are told', () => {
  test.each([
    [['nonsense'], "there is no command 'nonsense'"],
    [['help', 'nonsense'], "there is no command 'nonsense': 'help' lists them"],
    [['--json', 'help', 'snd'], "there is no command 'snd': did you mean send? 'help' lists them"],
    [['nonsense', '--help'], "there is no command 'nonsense'"],
    [['snd', '@bob', 'hello'], "there is no command 'snd': did you mean send?"],
    [['sesions', '--json'], "there is no command 'sesions': did you mean sessions?"],
    [['--nonsense'], "unknown option '--nonsense'"],
    [['send'], "missing required argument 'to'; see 'help send'"],
    [['send', '@bob'], "missing required argument 'text'; see 'help send'"],
    [['chats', 'x'], "too many arguments for 'chats'"],
    [['chats', '--limit'], "argument missing; see 'help chats'"],
    [['chats', '--nonsense'], "unknown option '--nonsense'"],
  ])('%j', (words, message) => {
    expect(() => parse(words, 'shell')).toThrow(CliError)
    expect(() => parse(words, 'shell')).toThrow(message)
  })

  test('any words are a command, a wish for help, or a CliError', () => {
    const word = fc.oneof(
      fc.constantFrom(
        ...commands.map(({ name }) => name),
        '--json',
        '--limit',
        '--help',
        '-s',
        '--',
        'help',
        '-1',
      ),
      fc.string(),
    )
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), fc.constantFrom('shell', 'prompt'), (words, where) => {
        try {
          parse(words, where as 'shell' | 'prompt')
        } catch (error) {
          expect(error instanceof HelpAsked || error instanceof CliError, String(error)).toBe(true)
        }
      }),
      { numRuns: 200 },
    )
  })
})
