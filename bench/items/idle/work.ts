import type { OpenClients } from '../../clients/client.ts'
import type { Running, Tools } from '../../contestant/program.ts'

export function running({ accounts, memory }: Tools, open: OpenClients): Running {
  return {
    async run() {
      // The first one pays for what all share.
      const first = await open(accounts.slice(0, 1))
      const before = await memory()
      const others = await open(accounts.slice(1))
      const after = await memory()
      const count = others.length
      if (count !== accounts.length - 1 || first.length !== 1) throw new Error('not all are online')
      return {
        heap: (after.heap - before.heap) / count / 1024,
        rss: (after.rss - before.rss) / count / 1024,
      }
    },
  }
}
