import { describe, expect, it } from 'vitest'
import { refusal, TestBox } from './box-world.testing.ts'

function couple(limits = {}) {
  const box = new TestBox({ limits })
  const ann = box.user({ firstName: 'Ann' })
  const bob = box.user({ firstName: 'Bob' })
  return { box, ann, bob, a: box.signedIn(ann), b: box.signedIn(bob) }
}

const from = (pts: number, more: object = {}) =>
  ({ _: 'updates.getDifference', pts, date: 1_800_000_000, qts: 0, ...more }) as const

describe('getDifference', () => {
  it('is empty for who has everything', () => {
    const { b } = couple()
    const { pts } = b.call({ _: 'updates.getState' })
    expect(b.call(from(pts))).toMatchObject({ _: 'updates.differenceEmpty' })
  })

  it('tells what was missed, with messages as they are now', () => {
    const { a, b, bob, ann } = couple()
    const start = bob.pts
    a.send(bob, 'kept')
    const gone = a.send(bob, 'deleted again')
    const edited = a.send(bob, 'tpyo')
    a.call({ _: 'messages.deleteMessages', id: [gone.id], revoke: true })
    a.call({ _: 'messages.editMessage', peer: a.inputPeer(bob), id: edited.id, message: 'typo' })
    expect(b.call(from(start, { qts: -1 }))).toMatchObject({
      _: 'updates.difference',
      newMessages: [{ message: 'kept' }, { message: 'typo' }],
      otherUpdates: [{ _: 'updateDeleteMessages', messages: [2] }, { _: 'updateEditMessage' }],
      users: [{ id: ann.id }],
      state: { pts: start + 5 },
    })
  })

  it('comes in slices when there is much, each going on where the last ended', () => {
    const { a, b, bob } = couple({ differenceSlice: 4 })
    const start = bob.pts
    for (let i = 0; i < 10; i++) a.send(bob, `m${i}`)
    const texts: string[] = []
    let pts = start
    let kinds = ''
    for (let i = 0; i < 5; i++) {
      const got = b.call(from(pts))
      kinds += `${got._.slice('updates.'.length)} `
      if (got._ !== 'updates.difference' && got._ !== 'updates.differenceSlice') break
      for (const m of got.newMessages) if (m._ === 'message') texts.push(m.message)
      pts = got._ === 'updates.difference' ? got.state.pts : got.intermediateState.pts
    }
    expect(kinds).toBe('differenceSlice differenceSlice difference differenceEmpty ')
    expect(texts).toEqual(Array.from({ length: 10 }, (_, i) => `m${i}`))
    expect(pts).toBe(bob.pts)
  })

  it('honours pts_limit and pts_total_limit', () => {
    const { a, b, bob } = couple()
    const start = bob.pts
    for (let i = 0; i < 5; i++) a.send(bob, `m${i}`)
    expect(b.call(from(start, { ptsLimit: 1 }))).toMatchObject({
      _: 'updates.differenceSlice',
      newMessages: [{ message: 'm0' }],
      intermediateState: { pts: start + 1 },
    })
    expect(b.call(from(start, { ptsTotalLimit: 4 }))).toEqual({
      _: 'updates.differenceTooLong',
      pts: bob.pts,
    })
    expect(b.call(from(start, { ptsTotalLimit: 5 }))._).toBe('updates.difference')
  })

  it('is too long past the limit, and where the log has been cut', () => {
    const { a, b, bob } = couple({ differenceMax: 50, logLength: 10 })
    const start = bob.pts
    for (let i = 0; i < 21; i++) a.send(bob, `m${i}`)
    expect(bob.log.length).toBeLessThan(21)
    expect(b.call(from(start))._).toBe('updates.differenceTooLong')
    expect(b.call(from(bob.logStart))._).toBe('updates.difference')
  })

  it('repeats what has no pts from the given date on', () => {
    const { a, b, ann, bob, box } = couple()
    a.call({ _: 'contacts.addContact', id: a.inputUser(bob), firstName: 'Bobby', lastName: '', phone: '' })
    const { seq, pts, date } = a.call({ _: 'updates.getState' })
    expect(seq).toBe(1)
    expect(a.call({ _: 'updates.getDifference', pts, date, qts: 0 })).toMatchObject({
      _: 'updates.difference',
      otherUpdates: [{ _: 'updatePeerSettings' }],
      users: [{ id: bob.id, firstName: 'Bobby', contact: true }],
    })
    box.now += 2000
    expect(a.call({ _: 'updates.getDifference', pts, date: date + 1, qts: 0 })).toMatchObject({
      _: 'updates.differenceEmpty',
      seq: 1,
    })
    b.call({ _: 'account.updateUsername', username: 'bobby' })
    expect(a.pushes.at(-1)).toMatchObject({ seq: 2, updates: [{ _: 'updateUserName', userId: bob.id }] })
    expect(ann.seq).toBe(2)
  })

  it('refuses positions that cannot be', () => {
    const { a } = couple()
    expect(refusal(() => a.call(from(0)))).toBe('400 PERSISTENT_TIMESTAMP_EMPTY')
    expect(refusal(() => a.call(from(2_000_000)))).toBe('400 PERSISTENT_TIMESTAMP_INVALID')
  })
})
