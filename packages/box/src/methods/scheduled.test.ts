import { expect, it } from 'vitest'
import { World } from '../world/world.ts'
import { newMessages, TestBox, updatesOf } from './box-world.testing.ts'

function couple() {
  const box = new TestBox()
  const [ann, bob] = [box.user({ firstName: 'Ann' }), box.user({ firstName: 'Bob' })]
  return { box, ann, bob, a: box.signedIn(ann), b: box.signedIn(bob) }
}

it('keeps a scheduled message back until its time, over a restart too', () => {
  const { box, a, b, ann, bob } = couple()
  const peer = a.inputPeer(bob)
  const scheduleDate = box.world.seconds() + 3600
  const request = { _: 'messages.sendMessage', peer, message: 'later', randomId: 3n, scheduleDate } as const
  const told = updatesOf(a.call(request))
  expect(told).toMatchObject([
    { _: 'updateMessageID', id: 1, randomId: 3n },
    { _: 'updateNewScheduledMessage', message: { id: 1, date: scheduleDate, message: 'later' } },
  ])
  expect(updatesOf(a.call(request))).toEqual([{ _: 'updateMessageID', id: 1, randomId: 3n }])
  expect(a.call({ _: 'messages.getScheduledHistory', peer, hash: 0n })).toMatchObject({
    messages: [{ id: 1 }],
  })
  expect(b.taken()).toEqual([])
  expect(box.world.nextDue).toBe(scheduleDate * 1000)

  const restored = World.fromJSON(JSON.parse(JSON.stringify(box.world)), { now: () => box.now })
  const again = new TestBox({}, restored)
  const [a2, b2] = [again.signedIn(restored.account(ann.id)), again.signedIn(restored.account(bob.id))]
  box.now = scheduleDate * 1000
  restored.tick()
  expect(newMessages(b2.taken())).toMatchObject([{ message: 'later', date: scheduleDate }])
  expect(a2.taken()).toMatchObject([
    { _: 'updateNewMessage', message: { fromScheduled: true } },
    { _: 'updateDeleteScheduledMessages', messages: [1], sentMessages: [1] },
  ])
})

it('sends at once what is due now, and forgets what is taken back', () => {
  const { box, a, b, bob } = couple()
  const peer = a.inputPeer(bob)
  a.send(peer, 'now', { scheduleDate: box.world.seconds() + 5 })
  expect(newMessages(b.taken())).toHaveLength(1)
  const later = { scheduleDate: box.world.seconds() + 100 }
  const ask = (randomId: bigint) =>
    a.call({ _: 'messages.sendMessage', peer, message: 'x', randomId, ...later })
  ask(8n)
  ask(9n)
  a.call({ _: 'messages.deleteScheduledMessages', peer, id: [1] })
  a.call({ _: 'messages.sendScheduledMessages', peer, id: [2] })
  expect(newMessages(b.taken())).toHaveLength(1)
  expect(a.me.scheduled.size).toBe(0)
})
