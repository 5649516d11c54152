/** A program of its own that downloads a file: to be killed in the middle, and run again. */
import { Telegram } from 'telegram-mt'
import { hostOptions, type ProgramPlan, planOf } from './plan.ts'

export interface DownloadPlan extends Pick<ProgramPlan, 'box' | 'storage'> {
  readonly chat: string
  readonly message: number
  readonly path: string
}

const { box, storage, chat, message: id, path } = planOf<DownloadPlan>()
const telegram = new Telegram({ ...hostOptions(box), storage })
const [session] = await telegram.start()
const message = await session?.messages.get(chat, id)
if (session === undefined || message?._ !== 'message') throw new Error('no session, or no message')
const size = await session.media.downloadTo(message, path, {
  onProgress: ({ bytes }) => console.log(JSON.stringify({ bytes })),
})
console.log(JSON.stringify({ size }))
await telegram.close()
process.exit(0)
