import { describe, expect, test } from 'vitest'
import { publishedDatacenters } from './datacenter.ts'
import { DcRegistry } from './registry.ts'

const loopback = (port: number) => ({ host: '127.0.0.1', port })

describe('DcRegistry', () => {
  test('starts from the published five and tells of an unknown one by name', () => {
    const dcs = new DcRegistry(publishedDatacenters.production)
    expect(dcs.getAll().map((dc) => dc.id)).toEqual([1, 2, 3, 4, 5])
    expect(() => dcs.get(9)).toThrow(/no datacenter 9; known are 1, 2, 3, 4, 5/)
  })

  test('register adds an address, set replaces, and both are announced', () => {
    const seen: number[] = []
    const dcs = new DcRegistry([], (all) => seen.push(all.length))
    dcs.register(1, loopback(1000))
    dcs.register(1, loopback(1001))
    expect(dcs.get(1).addresses).toEqual([loopback(1000), loopback(1001)])
    dcs.set(1, [loopback(1002)])
    expect(dcs.get(1).addresses).toEqual([loopback(1002)])
    expect(seen).toEqual([1, 1, 1])
  })

  test('update takes dc_options and leaves the datacenters that they do not name', () => {
    const seen: number[] = []
    const dcs = new DcRegistry(
      [
        { id: 1, addresses: [loopback(1)] },
        { id: 2, addresses: [loopback(2)] },
      ],
      (all) => seen.push(all.length),
    )
    const options = [
      { id: 2, ipAddress: '10.0.0.2', port: 443, thisPortOnly: true },
      { id: 2, ipAddress: '10.0.0.3', port: 443, mediaOnly: true },
      { id: 2, ipAddress: '10.0.0.4', port: 443, tcpoOnly: true, secret: new Uint8Array(16) },
    ]
    dcs.update(options)
    expect(dcs.get(1).addresses).toEqual([loopback(1)])
    const more = { obfuscatedOnly: true, secret: new Uint8Array(16) }
    expect(dcs.get(2).addresses).toEqual([
      { host: '10.0.0.2', port: 443 },
      { host: '10.0.0.3', port: 443, mediaOnly: true },
      { host: '10.0.0.4', port: 443, ...more },
      { host: '10.0.0.4', port: 80, ...more },
      { host: '10.0.0.4', port: 5222, ...more },
    ])
    // The same list again is no news.
    dcs.update(options)
    expect(seen).toEqual([2])
  })

  test('an address for files serves files only, and before the others', () => {
    const dcs = new DcRegistry([
      {
        id: 4,
        addresses: [loopback(1), { ...loopback(2), mediaOnly: true }, { ...loopback(3), cdn: true }],
      },
    ])
    expect(dcs.addresses(4, 'main').map(({ port }) => port)).toEqual([1])
    expect(dcs.addresses(4, 'media').map(({ port }) => port)).toEqual([2, 1])
    expect(() => dcs.addresses(5, 'main')).toThrow(/no datacenter 5/)
  })

  test('pick never gives a datacenter that only serves files', () => {
    const dcs = new DcRegistry([
      { id: 1, addresses: [loopback(1)] },
      { id: 203, addresses: [{ ...loopback(2), cdn: true }] },
    ])
    for (const x of [0, 0.5, 0.999]) expect(dcs.pick(() => x).id).toBe(1)
    expect(() => new DcRegistry([]).pick(() => 0)).toThrow(/no datacenter is registered/)
  })

  test.each([0, -1, 1.5, Number.NaN])('refuses the id %s', (id) => {
    expect(() => new DcRegistry([{ id, addresses: [] }])).toThrow(/positive integer/)
  })

  test.each([0, 65536, 1.5])('refuses the port %s', (port) => {
    expect(() => new DcRegistry([{ id: 1, addresses: [loopback(port)] }])).toThrow(/port from 1 to 65535/)
  })
})
