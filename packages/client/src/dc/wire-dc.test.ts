import { expect, test } from 'vitest'
import { wireDc } from './wire-dc.ts'

test('K5: test datacenters have 10000 added, media datacenters are negative', () => {
  expect(wireDc(2, { test: false })).toBe(2)
  expect(wireDc(2, { test: true })).toBe(10_002)
  expect(wireDc(2, { test: false, media: true })).toBe(-2)
  expect(wireDc(2, { test: true, media: true })).toBe(-10_002)
})
