/** A completion script for zsh. */
import type { ShellOption, ShellProgram, Value } from './shell-words.ts'

export function zshScript({ options, commands }: ShellProgram): string {
  const cases = commands.map((command) => {
    const operands = command.arguments.map((value, i) => {
      const place = i === command.arguments.length - 1 ? '*' : String(i + 1)
      return quoted(`${place}:argument:${action(value)}`)
    })
    const parts = [...command.options.flatMap(specs), ...operands]
      .map((part) => ` \\\n        ${part}`)
      .join('')
    return `      ${command.name}) _arguments $globals${parts} ;;`
  })
  return `#compdef telegram-mt
# zsh completion for telegram-mt: telegram-mt completion zsh > ~/.zfunc/_telegram-mt, where fpath has ~/.zfunc
_telegram_mt() {
  local curcontext="$curcontext" line state
  typeset -A opt_args
  local -a globals commands
  globals=(
${options
  .flatMap(specs)
  .map((spec) => `    ${spec}`)
  .join('\n')}
  )
  commands=(
${commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`).join('\n')}
  )
  _arguments -C $globals '1: :->command' '*:: :->words'
  case $state in
    command) _describe command commands ;;
    words) case $line[1] in
${cases.join('\n')}
    esac ;;
  esac
}
if [ "$funcstack[1]" = _telegram-mt ]; then _telegram_mt "$@"; else compdef _telegram_mt telegram-mt; fi`
}

function specs({ long, short, describe, value }: ShellOption): string[] {
  const flags = short === undefined ? [long] : [long, short]
  const text = describe.replace(/[[\]\\:]/g, '\\$&')
  const taken = value === undefined ? '' : `:value:${action(value)}`
  return flags.map((flag) => quoted(`${flag}[${text}]${taken}`))
}

function action(value: Value): string {
  if (value === 'anything') return ' '
  if (value === 'file') return '_files'
  return value === 'folder' ? '_files -/' : `(${value.join(' ')})`
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
