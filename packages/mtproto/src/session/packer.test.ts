import { expect, test } from 'vitest'
import { seededRandom } from '../seeded-random.testing.ts'
import { packetContent } from './container.ts'
import { openPacket, PacketKey } from './envelope.ts'
import { gathered, type OutgoingMessage, Packer } from './packer.ts'

const random = seededRandom('packer')
const key = new PacketKey(random(256))
const NOW = 1_750_000_000_000

function message(content: boolean, size = 8): OutgoingMessage {
  return { body: new Uint8Array(size), content, bits: 0, msgId: 0n, seqNo: 0 }
}

function pack(packer: Packer, messages: OutgoingMessage[], now = NOW) {
  for (const each of messages) packer.identify(each, now)
  const { packet } = packer.pack(messages, 1n, 2n, now)
  const opened = openPacket(packet, key, 'client')
  return { ...packetContent(opened), msgId: opened.msgId, seqNo: opened.seqNo }
}

test('a message alone needs no container, until it is sent again', () => {
  const packer = new Packer(key, 'client', random)
  const alone = message(true)
  expect(pack(packer, [alone]).container).toBe(false)
  const again = pack(packer, [alone], NOW + 200_000)
  expect(again.container).toBe(true)
  expect(again.messages).toEqual([expect.objectContaining({ msgId: alone.msgId, seqNo: alone.seqNo })])
})

test('ids grow, the container is the youngest, and seq_no counts content-related messages twice', () => {
  const packer = new Packer(key, 'client', random)
  const { messages, msgId, seqNo } = pack(packer, [
    message(false),
    message(true),
    message(false),
    message(true),
  ])
  expect(messages.map((each) => each.seqNo)).toEqual([0, 1, 2, 3])
  expect(seqNo).toBe(4)
  const msgIds = [...messages.map((each) => each.msgId), msgId]
  expect(msgIds).toEqual(msgIds.toSorted((a, b) => (a < b ? -1 : 1)))
  expect(new Set(msgIds).size).toBe(5)
  packer.restart()
  expect(pack(packer, [message(true)]).seqNo).toBe(1)
})

test('messages are gathered to 32 KiB and to 1,020, and a large one travels alone', () => {
  const sizes = (messages: OutgoingMessage[]) => gathered(messages).map((group) => group.length)
  expect(sizes(Array.from({ length: 2500 }, () => message(true, 4)))).toEqual([1020, 1020, 460])
  expect(sizes([message(true, 100), message(true, 500_000), message(true, 100)])).toEqual([1, 1, 1])
  expect(sizes(Array.from({ length: 10 }, () => message(true, 10_000)))).toEqual([3, 3, 3, 1])
  expect(sizes([])).toEqual([])
})
