import { randomFillSync } from 'node:crypto'
import type { OpenClients } from '../../clients/client.ts'
import type { Running, Tools } from '../../contestant/program.ts'

export async function running(
  { accounts, cost, quick, tellBox }: Tools,
  open: OpenClients,
): Promise<Running> {
  const [client] = await open(accounts)
  const [account] = accounts
  if (client === undefined || account === undefined) throw new Error('nobody is online')
  const size = quick ? 12_000_000 : 100_000_000
  const bytes = randomFillSync(new Uint8Array(size))
  const file = await tellBox('file', { userId: account.userId, size })
  const download = async () => {
    const got = await client.download(file)
    if (got !== size) throw new Error(`${got} bytes came of ${size}`)
  }
  const work: Record<string, () => Promise<unknown>> = { upload: () => client.upload(bytes), download }
  const warm = new Set<string>()
  return {
    async run(step) {
      const transfer = work[step]
      if (transfer === undefined) throw new Error(`there is no step ${step}`)
      if (!warm.has(step)) await transfer()
      warm.add(step)
      const { wall, cpu } = await cost(transfer)
      await tellBox('forgetUploads', undefined)
      return { [`${step} rate`]: size / 1e6 / (wall / 1000), [`${step} cpu`]: (cpu / size) * 1e8 }
    },
  }
}
