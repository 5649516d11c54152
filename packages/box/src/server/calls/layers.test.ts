import { parseTl } from '@telegram-mt/tl'
import { expect, test } from 'vitest'
import { Layers } from './layers.ts'

const schema = (layer: number) => parseTl(`// LAYER ${layer}\nboolTrue#997275b5 = Bool;`)

test('a layer is served by its own schema, any other by the nearest', () => {
  const layers = new Layers([schema(100), schema(200)])
  const codec = (layer: number) => layers.codec(layer)
  expect(layers.known).toEqual([100, 200, layers.native])
  expect(new Set([codec(100), codec(200), codec(layers.native)]).size).toBe(3)
  expect(codec(1)).toBe(codec(100))
  expect(codec(149)).toBe(codec(100))
  expect(codec(151)).toBe(codec(200))
  expect(codec(layers.native + 1000)).toBe(codec(layers.native))
  expect(codec(-5)).toBe(codec(100))
})

test('a schema of no layer is refused', () => {
  expect(() => new Layers([parseTl('boolTrue#997275b5 = Bool;')])).toThrow('LAYER')
})

test('layers that clients invent do not fill the memory', () => {
  const layers = new Layers()
  for (let layer = 1000; layer < 5000; layer++) expect(layers.codec(layer)).toBe(layers.codec(layers.native))
})
