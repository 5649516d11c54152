/** A completion script for bash, 3.2 and newer. */
import type { ShellOption, ShellProgram, Value } from './shell-words.ts'

export function bashScript({ options, commands }: ShellProgram): string {
  const takers = options.filter(({ value }) => value !== undefined)
  const values = [
    ...valueCases('', options),
    ...commands.flatMap((command) => valueCases(command.name, command.options)),
  ]
  const cases = commands.map((command) => {
    const words = command.options.map(({ long }) => long).join(' ')
    const operands = command.arguments.map((value, i) => {
      const isLast = i === command.arguments.length - 1
      return `${isLast ? '*' : i}) ${offer(value)} ;;`
    })
    const argument = operands.length === 0 ? '' : ` case $operands in ${operands.join(' ')} esac`
    return `    ${command.name}) words='${words}';${argument} ;;`
  })
  return `# bash completion for telegram-mt: eval "$(telegram-mt completion bash)"
_telegram_mt() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}"
  local command='' operands=0 words='' i IFS=$' \\t\\n'
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${COMP_WORDS[i]}" in
      ${takers.flatMap(flagsOf).join('|')}) ((i++)) ;;
      -*) ;;
      *) if [ -z "$command" ]; then command="\${COMP_WORDS[i]}"; else ((operands++)); fi ;;
    esac
  done
  case "$command $prev" in
${values.join('\n')}
  esac
  case "$command" in
    '') words='${commands.map(({ name }) => name).join(' ')}' ;;
${cases.join('\n')}
  esac
  if [[ "$cur" == -* ]]; then words="$words ${options.map(({ long }) => long).join(' ')}"
  elif [ -n "$command" ]; then return
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -F _telegram_mt telegram-mt`
}

const flagsOf = ({ long, short }: ShellOption): string[] => (short === undefined ? [long] : [long, short])

/** What follows an option that takes a value; a global one does so in any command. */
function valueCases(command: string, options: readonly ShellOption[]): string[] {
  return options.flatMap((option) => {
    if (option.value === undefined) return []
    const places = flagsOf(option).map((flag) => (command === '' ? `*" ${flag}"` : `"${command} ${flag}"`))
    return [`    ${places.join('|')}) ${offer(option.value)}; return ;;`]
  })
}

function offer(value: Value): string {
  if (value === 'anything') return ':'
  if (value === 'file' || value === 'folder') {
    return `[[ "$cur" == -* ]] || { compopt -o filenames 2>/dev/null; IFS=$'\\n'; COMPREPLY=($(compgen -${value === 'file' ? 'f' : 'd'} -- "$cur")); }`
  }
  return `[[ "$cur" == -* ]] || COMPREPLY=($(compgen -W '${value.join(' ')}' -- "$cur"))`
}
