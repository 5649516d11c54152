import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CliError } from '../errors.ts'
import { readBoxAddress } from './box-address.ts'

const address = {
  dcs: [{ id: 1, host: '127.0.0.1', port: 4430 }],
  publicKey: '-----BEGIN RSA PUBLIC KEY-----\n…',
  fingerprint: '00112233445566ff',
}

test('the first line counts, whatever the box has printed after it', () => {
  const text = `${JSON.stringify(address)}\n{"loginCode":{"phone":"1","code":"2"}}\n`
  expect(readBoxAddress(text, 'box.json')).toEqual(address)
})

test('a fingerprint that is none cannot name a file', () => {
  const { fingerprint } = readBoxAddress(JSON.stringify({ ...address, fingerprint: '../../etc/passwd' }), 'f')
  expect(fingerprint).toMatch(/^[0-9a-f]{16}$/)
})

describe('what does not fit is named', () => {
  test.each([
    ['', 'it is not JSON'],
    ['null', 'it is no JSON object'],
    ['[]', 'it lists no datacenters (dcs)'],
    [JSON.stringify({ ...address, dcs: [] }), 'it lists no datacenters (dcs)'],
    [JSON.stringify({ ...address, publicKey: 5 }), 'it has no publicKey'],
    [
      JSON.stringify({ ...address, dcs: [address.dcs[0], { id: 2 }] }),
      'dcs[1] is not an id, a host and a port',
    ],
  ])('%j', (text, what) => {
    expect(() => readBoxAddress(text, 'box.json')).toThrow(`--box-at box.json: ${what}; expected`)
  })

  test('any text is an address or a CliError', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((json) => `{"dcs":${json},"publicKey":""}`),
        ),
        (text) => {
          try {
            readBoxAddress(text, 'f')
          } catch (error) {
            expect(error).toBeInstanceOf(CliError)
          }
        },
      ),
    )
  })
})
