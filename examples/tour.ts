/**
 * A tour of everything that a program does with an account, against Telegram in a box: each line is one thing, done and checked.
 * `npm run tour`; exit code 0 only if all went well.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Telegram, type TelegramOptions } from 'telegram-mt'
import { boxOptions } from './box-options.ts'
import { BoxProcess } from './demo/processes.ts'
import { section, step } from './demo/transcript.ts'
import { account } from './tour/account.ts'
import { bots } from './tour/bots.ts'
import { chats } from './tour/chats.ts'
import { Arrivals, type Company } from './tour/company.ts'
import { history } from './tour/history.ts'
import { login, signInAll } from './tour/login.ts'
import { media } from './tour/media.ts'
import { messages } from './tour/messages.ts'
import { peers, rawApi } from './tour/raw-api.ts'

const begin = performance.now()
const folder = mkdtempSync(join(tmpdir(), 'telegram-mt-tour-'))
const world = fileURLToPath(new URL('../tour/world.json', import.meta.url))

let codeArrived = (_code: string) => {}
const box = new BoxProcess(world, ({ code }) => codeArrived(code), ['--cdn'])

async function tour(): Promise<void> {
  console.log('telegram-mt: everything that a program does with an account, without a network')
  section('Telegram in a box')
  const options = await step(
    'five datacenters on ports of this machine',
    async (): Promise<TelegramOptions> => {
      const file = join(folder, 'box.json')
      writeFileSync(file, `${await box.address}\n`)
      return { ...boxOptions(file), printMessages: false }
    },
  )
  const telegram = new Telegram({ ...options, storage: join(folder, 'accounts.db') })
  try {
    section('1. Login')
    const signedIn = await signInAll(telegram)
    const company: Company = {
      ...signedIn,
      telegram,
      folder,
      nextCode: () => new Promise((resolve) => (codeArrived = resolve)),
      arrivals: new Map(Object.values(signedIn).map((session) => [session, new Arrivals(session)])),
    }
    await login(company, options)
    section('2. Messages')
    await messages(company)
    section('3. History')
    await history(company)
    section('4. Files')
    await media(company)
    section('5. Chats, contacts, the account')
    await chats(company)
    await account(company)
    section('6. Bots')
    await bots(company)
    section('7. The raw API')
    await rawApi(company)
    section('8. Peers')
    await peers(company)
  } finally {
    await telegram.close()
  }
}

try {
  await tour()
  console.log(`\nAll of it works: ${((performance.now() - begin) / 1000).toFixed(1)} s.`)
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
} finally {
  await box.stop()
  rmSync(folder, { recursive: true, force: true })
}
