import { parseProxyLink } from '@telegram-mt/net'
import { expect, test } from 'vitest'
import { proxyFromJson, proxyToJson } from './proxy-json.ts'
import { proxyFrom } from './proxy-option.ts'

const secret = '00112233445566778899aabbccddeeff'
const domain = Buffer.from('example.org').toString('hex')

test.each([
  'socks5://127.0.0.1:1080',
  'tg://socks?server=a.example&port=1080&user=me&pass=p%3Aw',
  'https://me:secret@a.example',
  'http://[::1]:3128',
  `https://t.me/proxy?server=a.example&port=443&secret=${secret}`,
  `tg://proxy?server=a.example&port=443&secret=dd${secret}`,
  `t.me/proxy?server=a.example&port=443&secret=ee${secret}${domain}`,
])('%s is the same after it was stored', (link) => {
  const proxy = parseProxyLink(link)
  expect(proxyFromJson(proxyToJson(proxy))).toEqual(proxy)
})

test('going without one, and certificates, are kept, too', () => {
  expect(proxyFromJson(proxyToJson(undefined))).toBeUndefined()
  const proxy = { type: 'http', host: 'a', port: 1, tls: true, ca: 'PEM' } as const
  expect(proxyFromJson(proxyToJson(proxy))).toEqual(proxy)
})

test.each([
  {},
  { type: 'pigeon', host: 'a', port: 1 },
  { type: 'socks5', port: 1080 },
  { type: 'socks5', host: '', port: 1080 },
  { type: 'socks5', host: 'a', port: '1080' },
  { type: 'http', host: 'a', port: 70_000 },
  { type: 'http', host: 'a', port: 1, username: 5 },
  { type: 'mtproxy', host: 'a', port: 1 },
  { type: 'mtproxy', host: 'a', port: 1, secret },
  { type: 'mtproxy', host: 'a', port: 1, secret: { kind: 'tls', secret: new Uint8Array(16) } },
  { type: 'mtproxy', host: 'a', port: 1, secret: { kind: 'plain', secret: new Uint8Array(15).fill(7) } },
  5,
])('%j is no proxy, and is not repeated', (option) => {
  const error = (() => {
    try {
      return proxyFrom(option as never)
    } catch (thrown) {
      return thrown
    }
  })()
  expect(error).toMatchObject({ code: 'PROXY_LINK_INVALID' })
  expect(String(error)).not.toContain(secret)
})

test.each(['', '{', '5', '"text"', '[]', '{"type":"mtproxy"}'])('%s was never stored by us', (json) => {
  expect(() => proxyFromJson(json)).toThrow(expect.objectContaining({ code: 'PROXY_LINK_INVALID' }))
})
