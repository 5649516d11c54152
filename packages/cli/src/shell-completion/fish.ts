/** A completion script for fish. */
import type { ShellOption, ShellProgram, Value } from './shell-words.ts'

export function fishScript({ options, commands }: ShellProgram): string {
  const lines = [
    '# fish completion for telegram-mt: telegram-mt completion fish > ~/.config/fish/completions/telegram-mt.fish',
    'complete -c telegram-mt -f',
    ...options.map((option) => `complete -c telegram-mt ${optionWords(option)}`),
  ]
  for (const { name, summary, options, arguments: operands } of commands) {
    const here = `complete -c telegram-mt -n ${quoted(`__fish_seen_subcommand_from ${name}`)}`
    lines.push(`complete -c telegram-mt -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`)
    for (const option of options) lines.push(`${here} ${optionWords(option)}`)
    for (const value of operands) {
      const words = valueWords(value)
      if (words !== '') lines.push(`${here} ${words}`)
    }
  }
  return lines.join('\n')
}

function optionWords({ long, short, describe, value }: ShellOption): string {
  const parts = [`-l ${long.slice(2)}`]
  if (short !== undefined) parts.push(`-s ${short.slice(1)}`)
  if (value !== undefined) parts.push('-r', valueWords(value))
  return [...parts, `-d ${quoted(describe)}`].filter(Boolean).join(' ')
}

function valueWords(value: Value): string {
  if (value === 'anything') return ''
  if (value === 'file') return '-F'
  if (value === 'folder') return "-a '(__fish_complete_directories)'"
  return `-a ${quoted(value.join(' '))}`
}

const quoted = (text: string): string => `'${text.replace(/['\\]/g, '\\$&')}'`
