/**
 * Hosts all accounts of a file and answers whoever writes to them: `node echo.js accounts.db`. Sign accounts in first, as
 * many as you like: `telegram-mt signin --storage accounts.db`. With BOX=box.json it works in a box instead.
 */
import { createHash } from 'node:crypto'
import { Telegram } from 'telegram-mt'
import { boxOptions } from './box-options.ts'

const telegram = new Telegram({
  apiId: Number(process.env.TELEGRAM_API_ID),
  apiHash: process.env.TELEGRAM_API_HASH ?? '',
  storage: process.argv[2] ?? 'accounts.db',
  ...(process.env.BOX && boxOptions(process.env.BOX)),
})

for (const session of await telegram.start()) {
  session.onMessage(async ({ deliveryId, out, chatId, text, message }) => {
    // Private messages with text, from others: group ids are negative.
    if (out || chatId < 0 || text === '') return
    // After a crash the message comes again; the same random id then sends no second answer.
    const randomId = createHash('sha256').update(deliveryId).digest().readBigInt64LE()
    await session.sendMessage(chatId, `You said: ${text}`, { replyTo: message.id, randomId })
  })
  session.on('loggedOut', (reason) => console.error(`${session.phone} was signed out: ${reason}`))
}
console.log(`${telegram.sessions().length} accounts answer. Ctrl-C ends it.`)

process.once('SIGINT', () => void telegram.close())
