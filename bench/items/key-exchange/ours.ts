import { parseRsaPublicKey, randomBytes } from '@telegram-mt/crypto'
import { ClientKeyExchange } from '@telegram-mt/mtproto'
import type { Program } from '../../contestant/program.ts'
import { exchanges } from './wire.ts'

const program: Program = (tools) => {
  const publicKeys = [parseRsaPublicKey(tools.box.publicKey.pem)]
  return exchanges(tools, async (wire) => {
    const exchange = new ClientKeyExchange({ publicKeys, dc: 2, random: randomBytes })
    wire.send(exchange.start(Date.now()))
    for (;;) {
      const step = exchange.receive(await wire.receive(), Date.now())
      if (step.type === 'done') return
      wire.send(step.packet)
    }
  })
}

export default program
