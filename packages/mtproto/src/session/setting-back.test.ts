import { describe, expect, test } from 'vitest'
import type { Call } from './call.ts'
import { messageIdAt } from './message-id.ts'
import { lastAfterSettingBack } from './setting-back.ts'
import { NOW, Pair, text } from './wire.testing.ts'

const at = (seconds: number) => messageIdAt(NOW + seconds * 1000)

function goOnAfter(
  calls: { id: bigint; packetId?: bigint; sends?: number }[],
  accepted = at(-5),
  refusedId = 0n,
) {
  const sent = calls.map(
    ({ id, packetId = id, sends = 1 }) => [id, { msgId: id, packetId, sends } as Call] as const,
  )
  return lastAfterSettingBack({ last: at(300), accepted, calls: new Map(sent) }, NOW, refusedId)
}

describe('when the server says that msg_ids run ahead of its time', () => {
  test('they go on at its time', () => {
    expect(goOnAfter([])).toBe(at(0))
    expect(goOnAfter([{ id: at(-20) }])).toBe(at(0))
  })

  test('but after all that it has accepted, or may accept', () => {
    expect(goOnAfter([], at(12))).toBe(at(12))
    expect(goOnAfter([{ id: at(11) }, { id: at(29) }, { id: at(200) }], at(12))).toBe(at(29))
  })

  test('the session is of no use where it has accepted what no other may follow', () => {
    expect(goOnAfter([], at(31))).toBeUndefined()
  })

  test('nor where a call may be on its way under an id whose time will come soon', () => {
    expect(goOnAfter([{ id: at(35) }])).toBeUndefined()
    expect(goOnAfter([{ id: at(91) }])).toBe(at(0))
  })

  test('which a call is not that was refused, if it went in no other packet', () => {
    expect(goOnAfter([{ id: at(35) }], at(0), at(35))).toBe(at(0))
    expect(goOnAfter([{ id: at(35), packetId: at(36) }], at(0), at(36))).toBe(at(0))
    expect(goOnAfter([{ id: at(35), packetId: at(36), sends: 2 }], at(0), at(36))).toBeUndefined()
  })

  test('where they have not run ahead, they stay', () => {
    expect(lastAfterSettingBack({ last: at(29), accepted: 0n, calls: new Map() }, NOW, 0n)).toBe(at(29))
  })
})

test('a call that is late runs once, though the clock went ahead and was set back since', () => {
  // Not so wrong that anybody would notice.
  const pair = new Pair({ timeOffset: 11_000 })
  pair.connect()
  pair.now += 5000
  pair.client.call(text('late'), pair.now)
  pair.now += 1
  const late = pair.client.poll(pair.now).packets
  pair.client.disconnected(pair.now)

  const jumped = () => pair.now + 200_000
  pair.now += 1000
  pair.session.disconnected()
  pair.client.connected(jumped())
  const talk = () => {
    for (const packet of pair.client.poll(jumped()).packets) pair.toServer(packet)
    for (const packet of pair.session.poll(pair.now).packets) pair.client.receive(packet, jumped())
  }
  // Refused; asked what it has of the call; told that it has nothing.
  for (let turn = 0; turn < 2; turn++) talk()
  expect(pair.calls()).toEqual([])
  for (const packet of late) pair.toServer(packet)
  pair.now += 10_000
  for (let turn = 0; turn < 3; turn++) talk()
  expect(pair.calls()).toHaveLength(1)
  expect(pair.client.callCount).toEqual({ inFlight: 0, queued: 0 })
})
