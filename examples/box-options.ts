/** How to reach a running box instead of Telegram: from the first line that `telegram-mt box --json` prints, in a file. */
import { readFileSync } from 'node:fs'
import type { TelegramOptions } from 'telegram-mt'

interface BoxAddress {
  dcs: { id: number; host: string; port: number }[]
  publicKey: string
}

export function boxOptions(file: string): Pick<TelegramOptions, 'apiId' | 'apiHash' | 'dcs' | 'publicKeys'> {
  const [line = ''] = readFileSync(file, 'utf8').split('\n', 1)
  const { dcs, publicKey }: BoxAddress = JSON.parse(line)
  return {
    // A box takes any.
    apiId: 1,
    apiHash: 'box',
    dcs: dcs.map(({ id, host, port }) => ({ id, addresses: [{ host, port }] })),
    publicKeys: [publicKey],
  }
}
