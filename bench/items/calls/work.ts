import { type BenchClient, forAll, type OpenClients } from '../../clients/client.ts'
import type { Running, Tools } from '../../contestant/program.ts'

const UNDER_WAY = 100

export async function running({ accounts, cost, quick }: Tools, open: OpenClients): Promise<Running> {
  const clients = await open(accounts)
  const [one] = clients
  if (one === undefined) throw new Error('nobody is online')
  const many = clients.slice(1)
  const count = quick ? 500 : 4000
  const rounds = Math.ceil(count / many.length)
  let warm = false
  return {
    async run(step) {
      const pipelined = (calls: number) => forAll(Array.from({ length: calls }), UNDER_WAY, () => one.call())
      const all = (times: number) => Promise.all(many.map((client) => repeated(client, times)))
      if (!warm) {
        await pipelined(count)
        await all(rounds)
        warm = true
      }
      const [work, calls] =
        step === 'many' ? [() => all(rounds), rounds * many.length] : [() => pipelined(count), count]
      const { wall, cpu } = await cost(work)
      return { [`${step} rate`]: calls / (wall / 1000), [`${step} cpu`]: (cpu / calls) * 1000 }
    },
  }
}

async function repeated(client: BenchClient, times: number): Promise<void> {
  for (let i = 0; i < times; i++) await client.call()
}
