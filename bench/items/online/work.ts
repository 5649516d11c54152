import type { OpenClients } from '../../clients/client.ts'
import type { Running, Tools } from '../../contestant/program.ts'

export function running({ accounts, cost }: Tools, open: OpenClients): Running {
  return {
    async run() {
      const { wall, cpu } = await cost(() => open(accounts))
      return { time: wall / 1000, cpu: cpu / 1000 }
    },
  }
}
