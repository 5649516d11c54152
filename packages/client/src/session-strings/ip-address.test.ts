import { isIP } from 'node:net'
import { assert as assertProperty, ipV4, oneof, property, string, uint8Array } from 'fast-check'
import { expect, it } from 'vitest'
import { bytesToIp, ipToBytes } from './ip-address.ts'

it.each([
  ['0.0.0.0', '0.0.0.0'],
  ['::', '::'],
  ['::1', '::1'],
  ['2001:0db8:0:0:0:0:0:000A', '2001:db8::a'],
  ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
  ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
])('writes %s in its shortest form', (text, shortest) => {
  expect(bytesToIp(ipToBytes(text)!)).toBe(shortest)
})

it('reads what it writes, and Node agrees', () => {
  assertProperty(
    property(
      oneof(uint8Array({ minLength: 4, maxLength: 4 }), uint8Array({ minLength: 16, maxLength: 16 })),
      (bytes) => {
        const text = bytesToIp(bytes)
        expect(isIP(text)).toBe(bytes.length === 4 ? 4 : 6)
        expect(ipToBytes(text)).toEqual(bytes)
      },
    ),
  )
})

it('takes no text that is no address', () => {
  assertProperty(
    property(
      oneof(
        string(),
        ipV4().map((text) => `${text}.`),
        string({ unit: 'binary-ascii' }),
      ),
      (text) => {
        if (ipToBytes(text) !== undefined) expect(isIP(text)).not.toBe(0)
      },
    ),
  )
  for (const text of ['1.2.3', '1.2.3.256', '1::2::3', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7::8', ':::', 'g::']) {
    expect(ipToBytes(text)).toBeUndefined()
  }
})
