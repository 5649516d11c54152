import { randomBytes } from '@telegram-mt/crypto'
import { openPacket, sealPacket } from '@telegram-mt/mtproto'
import type { Program } from '../../contestant/program.ts'
import { lengths } from './item.ts'
import { body, key, packet, salt, sessionId } from './packets.ts'

const program: Program = ({ timed }) => {
  const steps: Record<string, () => unknown> = {}
  for (const length of lengths) {
    const plain = body(length)
    const sealed = packet(length)
    const head = { salt, sessionId, msgId: 1n << 60n, seqNo: 1 }
    steps[`encrypt ${length}`] = () => sealPacket(key, 'client', head, plain, randomBytes)
    steps[`decrypt ${length}`] = () => openPacket(sealed, key, 'server')
  }
  return timed(steps)
}

export default program
