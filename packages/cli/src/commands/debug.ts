import { describeState, labelOf } from '../accounts/session-names.ts'
import { usageError } from '../errors.ts'
import type { Command } from '../run/command.ts'
import { version } from '../version.ts'

export const debug: Command = {
  name: 'debug',
  summary: 'show what the program works with; on and off switch the log of what happens inside',
  examples: [['debug --json', 'what to tell with a report of a fault']],
  arguments: [{ name: '[switch]', describe: "'on' or 'off', at the prompt", values: ['on', 'off'] }],
  async run(context, { args: [turn] }) {
    if (turn !== undefined) {
      if (turn !== 'on' && turn !== 'off') throw usageError(`debug on, or debug off (got '${turn}')`)
      context.setDebug(turn === 'on')
      return { json: { debug: turn === 'on' }, lines: [`The log is ${turn}.`] }
    }
    const accounts = await context.accounts()
    const { settings } = context
    const json = {
      version,
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
      storage: settings.storage.replace(/\/\/[^@/]*@/, '//'),
      server: settings.box ? 'box' : settings.boxAt ? 'box-at' : settings.test ? 'test' : 'production',
      dcs: accounts.telegram.dcs.getAll().map(({ id, addresses }) => ({ id, addresses: addresses.length })),
      sessions: accounts.sessions().map((session) => ({
        id: session.id,
        label: labelOf(session),
        dc: session.dc,
        state: describeState(session),
      })),
      memory: process.memoryUsage().rss,
    }
    return { json, lines: JSON.stringify(json, null, 2).split('\n') }
  },
}
