import { usageError } from '../errors.ts'
import type { Command } from '../run/command.ts'
import { bashScript } from '../shell-completion/bash.ts'
import { fishScript } from '../shell-completion/fish.ts'
import { shellProgram } from '../shell-completion/shell-words.ts'
import { zshScript } from '../shell-completion/zsh.ts'

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript }

export const completion: Command = {
  name: 'completion',
  summary: 'print a script that completes commands and options in your shell',
  examples: [
    ['completion bash >> ~/.bash_completion', 'for every bash from the next on'],
    ['completion zsh > ~/.zfunc/_telegram-mt', 'for zsh, if its fpath has ~/.zfunc'],
    ['completion fish > ~/.config/fish/completions/telegram-mt.fish', 'for fish'],
  ],
  arguments: [{ name: '<shell>', describe: 'bash, zsh or fish', values: ['bash', 'zsh', 'fish'] }],
  only: 'shell',
  async run({ commands }, { args: [shell = ''] }) {
    if (shell !== 'bash' && shell !== 'zsh' && shell !== 'fish')
      throw usageError(`there are scripts for bash, zsh and fish (got '${shell}')`)
    const script = scripts[shell](shellProgram(commands))
    return { json: { shell, script }, lines: script.split('\n') }
  },
}
