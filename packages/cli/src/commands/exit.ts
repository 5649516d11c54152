import type { Command } from '../run/command.ts'

export const exit: Command = {
  name: 'exit',
  aliases: ['quit'],
  summary: 'end the prompt',
  only: 'prompt',
  async run() {
    return { end: true }
  },
}
