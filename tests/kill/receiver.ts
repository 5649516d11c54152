/** Writes down every message that comes, and then says that it is handled. */
import { setTimeout as pause } from 'node:timers/promises'
import { Telegram } from 'telegram-mt'
import { write } from './diary.ts'
import { hostOptions, type ProgramPlan, planOf } from './plan.ts'

const plan = planOf<ProgramPlan>()
const telegram = new Telegram({ ...hostOptions(plan.box), storage: plan.storage })
const [session] = await telegram.start()
if (session === undefined) throw new Error('no session in the storage')

session.on('gap', () => write(plan.diary, 'gap'))
session.on('parked', () => write(plan.diary, 'parked'))
session.onMessage(async ({ message, text, deliveryId }) => {
  if (message._ !== 'message') return
  // Death may come before it is written, between that and the end of the handler, and before the position is saved.
  await pause(Math.random() * 3)
  write(plan.diary, `${deliveryId} ${text}`)
  await pause(Math.random() * 3)
})
process.on('SIGTERM', () => void telegram.close().then(() => process.exit(0)))
