import fc from 'fast-check'
import { expect, test } from 'vitest'
import { packetContent } from './container.ts'
import { SecurityError } from './errors.ts'
import { container, gzipped, text } from './wire.testing.ts'

function opened(body: Uint8Array) {
  return { salt: 0n, sessionId: 0n, msgId: 1000n, seqNo: 0, data: body, start: 0, end: body.length }
}

test('a container may come compressed as a whole', () => {
  const messages = [{ msgId: 5n, seqNo: 1, body: text('one') }]
  expect(packetContent(opened(gzipped(container(messages))))).toEqual({ container: true, messages })
})

test('a message that is no container comes as it is', () => {
  const body = text('alone')
  expect(packetContent(opened(body))).toEqual({
    container: false,
    messages: [{ msgId: 1000n, seqNo: 0, body }],
  })
})

test('a container of random bytes, or with a byte changed, is taken apart or refused, never more', () => {
  const whole = container([1n, 2n, 3n].map((msgId) => ({ msgId, seqNo: 1, body: text('message') })))
  fc.assert(
    fc.property(fc.nat(whole.length - 5), fc.nat(255), fc.nat(whole.length), (at, byte, cut) => {
      const changed = whole.slice(0, Math.max(8, cut))
      changed[Math.min(4 + at, changed.length - 1)] = byte
      try {
        expect(packetContent(opened(changed)).messages.length).toBeLessThanOrEqual(3)
      } catch (error) {
        expect(error).toBeInstanceOf(SecurityError)
      }
    }),
  )
})
