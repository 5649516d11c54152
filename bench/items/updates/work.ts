import type { OpenClients } from '../../clients/client.ts'
import type { Running, Tools } from '../../contestant/program.ts'

export async function running(
  { accounts, cost, quick, tellBox }: Tools,
  open: OpenClients,
): Promise<Running> {
  const [client] = await open(accounts)
  if (client === undefined) throw new Error('nobody is online')
  const userIds = accounts.map(({ userId }) => userId)
  const count = quick ? 300 : 10_000
  let handled = 0
  let until = 0
  let reached = () => {}
  client.onMessage(() => {
    if (++handled === until) reached()
  })
  const send = async () => {
    const all = new Promise<void>((resolve) => {
      until = handled + count
      reached = resolve
    })
    await Promise.all([all, tellBox('send', { userIds, each: count, from: 10 })])
  }
  let warm = false
  return {
    async run() {
      if (!warm) await send()
      warm = true
      const { wall, cpu } = await cost(send)
      return { rate: count / (wall / 1000), cpu: (cpu / count) * 1000 }
    },
  }
}
