import type { BenchClient, OpenClients } from '../../clients/client.ts'
import type { Running, Tools } from '../../contestant/program.ts'

const CONTACTS = 100

export function running({ accounts, memory, tellBox, quick }: Tools, open: OpenClients): Running {
  const each = quick ? 100 : 1000
  const warmUp = async (of: typeof accounts): Promise<BenchClient[]> => {
    const userIds = of.map(({ userId }) => userId)
    await tellBox('acquaint', { userIds, contacts: CONTACTS })
    const clients = await open(of)
    for (const client of clients) await client.contacts()
    const all = allHandled(clients, each)
    await tellBox('send', { userIds, each, from: CONTACTS })
    await all
    return clients
  }
  return {
    async run() {
      const first = await warmUp(accounts.slice(0, 1))
      const before = await memory()
      const others = await warmUp(accounts.slice(1))
      const after = await memory()
      const count = others.length
      if (first.length + count !== accounts.length) throw new Error('not all are online')
      return {
        heap: (after.heap - before.heap) / count / 1024,
        rss: (after.rss - before.rss) / count / 1024,
      }
    },
  }
}

/** Resolves when each client has been told of so many messages. */
export function allHandled(clients: readonly BenchClient[], each: number): Promise<void> {
  return new Promise((resolve) => {
    let missing = clients.length
    for (const client of clients) {
      let count = 0
      client.onMessage(() => {
        if (++count === each && --missing === 0) resolve()
      })
    }
  })
}
