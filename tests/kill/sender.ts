/**
 * Sends numbered messages to each chat, several under way at a time, and notes each that Telegram has confirmed. The next run
 * goes on after the last one noted: what was confirmed and not noted is sent again under the same random id.
 */
import { existsSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { Telegram } from 'telegram-mt'
import { read, write } from './diary.ts'
import { hostOptions, type ProgramPlan, planOf } from './plan.ts'

const plan = planOf<ProgramPlan>()
const WINDOW = 4
/** Between two messages to a chat, ms: so fast that the receiver just keeps up when it is alive. */
const PACE = 25

const telegram = new Telegram({ ...hostOptions(plan.box), storage: plan.storage })
const [session] = await telegram.start()
if (session === undefined) throw new Error('no session in the storage')

const confirmed = plan.chats.map(() => 0)
for (const line of read(plan.diary)) {
  const [chat = 0, n = 0] = line.split(' ').map(Number)
  confirmed[chat] = Math.max(confirmed[chat] ?? 0, n)
}

const finished = () => existsSync(plan.finish)

async function fill(chat: number, to: number): Promise<void> {
  const inFlight: Promise<void>[] = []
  let last: Promise<void> = Promise.resolve()
  for (let n = (confirmed[chat] ?? 0) + 1; !finished() || n <= begun(chat); n++) {
    const sent = session?.sendMessage(to, `${chat} ${n}`, { randomId: BigInt(chat * 10_000_000 + n) })
    write(`${plan.diary}.begun`, `${chat} ${n}`)
    const before = last
    last = Promise.all([sent, before]).then(() => write(plan.diary, `${chat} ${n}`))
    inFlight.push(last)
    if (inFlight.length >= WINDOW) await inFlight.shift()
    await pause(PACE)
  }
  await Promise.all(inFlight)
}

/** The highest number that any run has begun with: it may have been sent, so it is. */
function begun(chat: number): number {
  let highest = 0
  for (const line of read(`${plan.diary}.begun`)) {
    const [of = 0, n = 0] = line.split(' ').map(Number)
    if (of === chat && n > highest) highest = n
  }
  return highest
}

await Promise.all(plan.chats.map((to, chat) => fill(chat, to)))
await telegram.close()
process.exit(0)
