/** The options that stand before or after any command in the shell. */
import type { CommandOption } from './command.ts'

export const globalOptions: readonly CommandOption[] = [
  {
    flags: '-s, --session <name>',
    describe: 'the session a command is for: its id, @username or phone number',
  },
  {
    flags: '--storage <file>',
    describe: 'where sessions are kept: a SQLite file, or postgres://… (env TELEGRAM_MT_STORAGE)',
  },
  { flags: '--api-id <number>', describe: 'from https://my.telegram.org/apps (env TELEGRAM_API_ID)' },
  { flags: '--api-hash <text>', describe: 'from the same page (env TELEGRAM_API_HASH)' },
  { flags: '--test', describe: 'use the test datacenters of Telegram' },
  { flags: '--box', describe: 'use a new box in this process, and keep nothing' },
  {
    flags: '--world <file>',
    describe: 'JSON file that says who lives in the box, and what they have written',
  },
  {
    flags: '--box-at <file>',
    describe: "use a running box: file with the first line of 'telegram-mt box --json'",
  },
  { flags: '--json', describe: 'answer a single command with JSON, for programs' },
  { flags: '--timeout <seconds>', describe: 'give up on a command after this time; 60 if left out' },
  { flags: '--debug', describe: 'show what happens inside, and where errors come from' },
]
