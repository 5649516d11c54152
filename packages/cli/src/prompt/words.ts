/**
 * A line at the prompt as words. Quotes hold a word with spaces together, but only where they stand around it: in
 * `send @bob don't` nothing is quoted, and a text to send is taken as it was typed.
 */
import { commands } from '../commands/all.ts'
import type { Command } from '../run/command.ts'

export interface Word {
  text: string
  /** Where in the line it begins and ends, quotes included. */
  start: number
  end: number
  quoted: boolean
}

export function splitWords(line: string): Word[] {
  const words: Word[] = []
  let at = 0
  for (;;) {
    while (isSpace(line[at])) at++
    if (at >= line.length) return words
    const word = quotedWord(line, at) ?? plainWord(line, at)
    words.push(word)
    at = word.end
  }
}

function plainWord(line: string, start: number): Word {
  let end = start
  while (end < line.length && !isSpace(line[end])) end++
  return { text: line.slice(start, end), start, end, quoted: false }
}

/** A word in quotes that are closed before a space or the end; otherwise the quote is a character like others. */
function quotedWord(line: string, start: number): Word | undefined {
  const quote = line[start]
  if (quote !== '"' && quote !== "'") return undefined
  let text = ''
  for (let at = start + 1; at < line.length; at++) {
    const char = line[at] ?? ''
    const next = line[at + 1] ?? ''
    if (char === '\\' && (next === quote || next === '\\')) {
      text += next
      at++
    } else if (char === quote) {
      const end = at + 1
      return end === line.length || isSpace(line[end]) ? { text, start, end, quoted: true } : undefined
    } else {
      text += char
    }
  }
  return undefined
}

const isSpace = (char: string | undefined): boolean => char === ' ' || char === '\t'

/** The words of a line as the command parser takes them: what a command wants as typed is one word. */
export function lineToArguments(line: string): string[] {
  const [first, ...rest] = splitWords(line)
  if (first === undefined) return []
  const command = findCommand(first.text)
  const whole = command?.arguments?.findIndex(({ restOfLine }) => restOfLine) ?? -1
  if (command === undefined || whole < 0) return [first, ...rest].map(({ text }) => text)
  const taken = [first.text]
  let operands = 0
  let isValue = false
  for (const word of rest) {
    if (operands === whole && !isValue) {
      const text = word === rest.at(-1) && word.quoted ? word.text : line.slice(word.start).trimEnd()
      // What follows is no option, however it begins.
      return [...taken, '--', text]
    }
    if (isValue) isValue = false
    else if (isOption(word)) isValue = takesValue(command, word.text)
    else operands++
    taken.push(word.text)
  }
  return taken
}

export const findCommand = (name: string): Command | undefined =>
  commands.find((command) => command.name === name || command.aliases?.includes(name))

const isOption = ({ text, quoted }: Word): boolean => !quoted && /^--?[a-z]/i.test(text)

/** Whether the word after this option belongs to it. */
export function takesValue(command: Command, option: string): boolean {
  if (option.includes('=')) return false
  if (option === '--session' || option === '-s') return true
  return (command.options ?? []).some(
    ({ flags }) => flags.includes('<') && flags.split(/[ ,]+/).includes(option),
  )
}
